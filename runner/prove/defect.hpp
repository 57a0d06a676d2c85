// The catalogue of driver defects, as the preloadable library describes itself.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runner::prove {

struct Defect {
    std::string id;                  // what VMM_CTS_FAULT plants
    std::string sentence;            // what a driver with it does
    std::string incident;            // where something like it has happened, or empty
    std::vector<std::string> claims; // ids that should notice
};

/// @throws std::runtime_error with one sentence if the text is no catalogue, or names a defect twice.
std::vector<Defect> parse_catalogue(std::string_view text);

/// Loads the library into this process to ask it; that needs no CUDA.
/// @throws std::runtime_error with one sentence that names the library.
std::vector<Defect> load_catalogue(const std::filesystem::path& library);

/// The defects that match a pattern (`*` and `?` are wildcards), in the order of the catalogue; no pattern
/// means all. @throws std::invalid_argument naming the pattern that matches none.
std::vector<Defect> select_defects(const std::vector<Defect>& catalogue,
                                   const std::vector<std::string>& patterns);

} // namespace runner::prove
