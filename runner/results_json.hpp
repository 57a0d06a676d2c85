// results.json, schema 1: a RunResult on disk. Other programs read it, so names never change meaning within a
// schema.
#pragma once

#include "atomic_file.hpp"
#include "model.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace runner {

/// Keys keep the order in which a person wants to read them.
using OrderedJson = nlohmann::ordered_json;

OrderedJson to_json(const CaseResult& result);
OrderedJson to_json(const RunResult& run);
OrderedJson to_json(const Environment& environment);

/// @throws std::runtime_error with one sentence if the document is no result of schema 1.
CaseResult case_from_json(const OrderedJson& document);
RunResult run_from_json(const OrderedJson& document);

Environment environment_from_json(const OrderedJson& object);

/// Indented JSON; bytes that are not UTF-8 become U+FFFD.
std::string to_text(const RunResult& run);

/// @throws std::runtime_error naming the file and what is wrong with it.
RunResult read_results(const std::filesystem::path& file);

void write_results(const RunResult& run, const std::filesystem::path& file);

} // namespace runner
