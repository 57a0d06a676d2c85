#include "tests/selection.hpp"

#include "fixtures/harness/environment.hpp"
#include "fixtures/harness/schedule.hpp"

#include <catch2/catch_test_case_info.hpp>
#include <catch2/catch_test_spec.hpp>
#include <catch2/catch_version.hpp>
#include <catch2/interfaces/catch_interfaces_registry_hub.hpp>
#include <catch2/interfaces/catch_interfaces_testcase.hpp>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

namespace cts {
namespace {

constexpr int default_timeout_s = 30;

const std::vector<Catch::TestCaseHandle>& registered() {
    return Catch::getRegistryHub().getTestCaseRegistry().getAllTests();
}

int timeout_of(const Catch::TestCaseInfo& info) {
    const std::string prefix = "timeout:";
    for (const Catch::Tag& tag : info.tags) {
        const std::string text(tag.original);
        if (text.starts_with(prefix)) {
            return std::stoi(text.substr(prefix.size()));
        }
    }
    return default_timeout_s;
}

/// "MAP-10/alias: two addresses" -> {"MAP-10", "alias"}
std::pair<std::string, std::string> id_and_variant(const std::string& name) {
    const std::string head = name.substr(0, name.find(':'));
    const size_t slash = head.find('/');
    return {head.substr(0, slash), slash == std::string::npos ? "" : head.substr(slash + 1)};
}

/// "tests/mapping/alias.cpp" -> "mapping"
std::string group_of(const std::string& file) {
    const size_t last = file.rfind('/');
    const size_t before = file.rfind('/', last - 1);
    return last == std::string::npos || before == std::string::npos
               ? ""
               : file.substr(before + 1, last - before - 1);
}

} // namespace

Cases all_cases() {
    Cases cases;
    for (const auto& handle : registered()) {
        cases.push_back(&handle.getTestCaseInfo());
    }
    std::sort(cases.begin(), cases.end(),
              [](const auto* left, const auto* right) { return left->name < right->name; });
    return cases;
}

Cases selected_cases(Catch::Session& session) {
    const auto& config = session.config();
    Cases cases = all_cases();
    if (config.hasTestFilters()) {
        std::erase_if(cases, [&](const auto* info) { return !config.testSpec().matches(*info); });
    }
    return cases;
}

Cases cases_named(const Cases& cases, const std::vector<std::string>& names) {
    const std::set<std::string> wanted(names.begin(), names.end());
    Cases found;
    std::copy_if(cases.begin(), cases.end(), std::back_inserter(found),
                 [&](const Catch::TestCaseInfo* info) { return wanted.contains(info->name); });
    return found;
}

unsigned count_tagged(const Cases& cases, const std::string& tag) {
    return static_cast<unsigned>(
        std::count_if(cases.begin(), cases.end(),
                      [&](const Catch::TestCaseInfo* info) { return schedule::has_tag(*info, tag); }));
}

std::vector<std::string> read_names(const std::string& file) {
    std::ifstream input(file);
    if (!input) {
        std::cerr << "vmm-cts-tests: cannot read the list of cases " << file
                  << "; give a file with one case name a line\n";
        std::exit(2);
    }
    std::vector<std::string> names;
    for (std::string line; std::getline(input, line);) {
        if (!line.empty()) {
            names.push_back(line);
        }
    }
    return names;
}

std::string exact_pattern(const std::string& name) {
    std::string pattern;
    for (const char character : name) {
        if (std::string(R"(,[]"\~)").find(character) != std::string::npos) {
            pattern += '\\';
        }
        pattern += character;
    }
    return pattern;
}

nlohmann::ordered_json describe() {
    using Json = nlohmann::ordered_json;
    Json cases = Json::array();
    for (const Catch::TestCaseInfo* info : all_cases()) {
        Json tags = Json::array();
        for (const Catch::Tag& tag : info->tags) {
            tags.push_back(std::string(tag.original));
        }
        const auto [id, variant] = id_and_variant(info->name);
        const std::string file = info->lineInfo.file;
        cases.push_back({{"name", info->name},
                         {"id", id},
                         {"variant", variant},
                         {"group", group_of(file)},
                         {"tags", tags},
                         {"file", file},
                         {"line", info->lineInfo.line},
                         {"timeout_s", timeout_of(*info)}});
    }
    std::ostringstream catch2;
    catch2 << Catch::libraryVersion();
    return {
        {"schema", 1},
        {"suite_version", harness::suite_version()},
        {"catch2", catch2.str()},
        {"toolkit", std::to_string(CUDART_VERSION / 1000) + "." + std::to_string(CUDART_VERSION % 1000 / 10)},
        {"cases", cases}};
}

void print_ctest_cases(std::ostream& out) {
    const auto quoted = [](const std::string& text) { return "[==[" + text + "]==]"; };
    for (const Catch::TestCaseInfo* info : all_cases()) {
        const bool undisturbed = schedule::has_tag(*info, "accounting") || schedule::has_tag(*info, "timing");
        out << "vmm_cts_case(" << quoted(info->name) << " " << quoted(exact_pattern(info->name)) << " "
            << group_of(info->lineInfo.file) << " " << timeout_of(*info) << " "
            << (undisturbed ? "TRUE" : "FALSE") << ")\n";
    }
}

} // namespace cts
