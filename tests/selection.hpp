// Which cases the program has, and which of them a run means.
#pragma once

#include <catch2/catch_session.hpp>
#include <nlohmann/json.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace cts {

using Cases = std::vector<const Catch::TestCaseInfo*>;

/// Sorted by name.
Cases all_cases();
/// Those that the command line selects.
Cases selected_cases(Catch::Session& session);
Cases cases_named(const Cases& cases, const std::vector<std::string>& names);
unsigned count_tagged(const Cases& cases, const std::string& tag);

/// One name a line. Exits with code 2 and a sentence when the file cannot be read.
std::vector<std::string> read_names(const std::string& file);

/// A Catch2 test specification that matches exactly the case of this name.
std::string exact_pattern(const std::string& name);

/// The document that `--describe` prints: schema 1, with id, variant, group, tags, file, line and timeout of
/// every case.
nlohmann::ordered_json describe();

/// One line of CMake for every case: vmm_cts_case(NAME PATTERN GROUP TIMEOUT UNDISTURBED), which
/// tests/ctest_cases.cmake defines.
void print_ctest_cases(std::ostream& out);

} // namespace cts
