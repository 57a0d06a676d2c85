// prove.json and prove.html.
#pragma once

#include "claims/embedded.hpp"
#include "prove/proof.hpp"
#include "results_json.hpp"

#include <filesystem>
#include <string>

namespace runner::prove {

inline constexpr int proof_schema = 1;

OrderedJson to_json(const Proof& proof);

/// One file that needs no network and no JavaScript.
std::string to_html(const Proof& proof);

/// @throws std::runtime_error naming the file that cannot be written.
void write_proof(const Proof& proof, const std::filesystem::path& out);

} // namespace runner::prove
