// The cases that the test program offers, as its --describe says.
#pragma once

#include "model.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct CaseInfo {
    std::string name; // ID[/variant]: sentence; the key of everything
    std::string id;
    std::string variant;
    std::string group;
    std::vector<std::string> tags;
    std::string file;
    int line = 0;
    double timeout_s = 30;
};

struct Catalog {
    std::string suite_version;
    std::string catch2;
    std::string toolkit;
    std::vector<CaseInfo> cases; // in the order of their names
};

bool has_tag(const CaseInfo& info, std::string_view tag);

/// @throws std::runtime_error if `text` is not a description of schema 1, or names one case twice.
Catalog parse_catalog(std::string_view text);

/// Runs `program --describe` with the additional environment entries ("NAME=value").
/// @throws std::runtime_error with one sentence that names the program and what it did instead.
Catalog load_catalog(const std::filesystem::path& program, const std::vector<std::string>& environment);

} // namespace runner
