#include "catalog.hpp"
#include "claims/check.hpp"
#include "claims/register.hpp"
#include "claims/table.hpp"
#include "report/commands.hpp"
#include "report/deviations.hpp"
#include "results_json.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace runner {
namespace {

struct Options {
    std::string format = "markdown";
    std::vector<std::string> groups;
    std::string output;
    std::string up_to_date;
    bool check = false;
    std::string tests;
};

constexpr int usage_error = 2;
constexpr int out_of_step = 4;

[[noreturn]] void refuse_group(const std::string& name) {
    auto message = "the register has no group \"" + name + "\" (known:";
    for (const auto& group : embedded_register().groups)
        message.append(" ").append(group.name);
    throw std::invalid_argument(message + ")");
}

std::set<std::string> selected_groups(const Options& options) {
    for (const auto& name : options.groups)
        if (!embedded_register().find_group(name))
            refuse_group(name);
    return {options.groups.begin(), options.groups.end()};
}

int check(const Options& options) {
    auto program = std::filesystem::path(options.tests);
    if (program.empty())
        program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("vmm-cts-tests");
    const auto& claims = embedded_register();
    const auto tests = load_catalog(program, {}).cases;
    const auto offenders =
        check_register(claims, tests, targets_of(embedded_deviations()), selected_groups(options));
    for (const auto& sentence : offenders)
        std::cerr << "vmm-cts claims: " << sentence << '\n';
    if (offenders.empty())
        std::cout << "The register, " << tests.size() << " tests and the deviations are in step.\n";
    return offenders.empty() ? 0 : out_of_step;
}

int compare_with(const std::string& file, const std::string& expected) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream found;
    found << stream.rdbuf();
    if (stream && found.str() == expected)
        return 0;
    std::cerr << "vmm-cts claims: " << file << (stream ? " is stale" : " cannot be read")
              << "; write it again with: vmm-cts claims --format markdown --output " << file << '\n';
    return out_of_step;
}

int run(const Options& options) {
    if (options.check)
        return check(options);
    const auto groups = selected_groups(options);
    const auto text = options.format == "json" ? register_as_json(embedded_register(), groups)
                                               : register_as_markdown(embedded_register(), groups);
    if (!options.up_to_date.empty())
        return compare_with(options.up_to_date, text);
    if (options.output.empty())
        std::cout << text;
    else
        write_atomically(options.output, text);
    return 0;
}

} // namespace

int claims_command(const std::vector<std::string>& arguments) {
    Options options;
    CLI::App app("Prints the register of claims, or checks it against the tests.", "vmm-cts claims");
    app.add_option("--format", options.format, "markdown or json")
        ->check(CLI::IsMember({"markdown", "json"}))
        ->capture_default_str();
    app.add_option("--group", options.groups, "Only this group; may be given several times");
    app.add_option("--output", options.output, "Write into this file instead of stdout");
    app.add_option("--up-to-date", options.up_to_date,
                   "Print nothing; exit with 4 if this file differs from what would be printed");
    app.add_flag("--check", options.check,
                 "Exit with 4, naming every offender, unless claims, tests and deviations are in step");
    app.add_option("--tests", options.tests, "The test program (default: vmm-cts-tests beside this program)");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usage_error;
    }
    try {
        return run(options);
    } catch (const std::invalid_argument& error) {
        std::cerr << "vmm-cts claims: " << error.what() << '\n';
        return usage_error;
    } catch (const std::exception& error) {
        std::cerr << "vmm-cts claims: " << error.what() << '\n';
        return out_of_step;
    }
}

} // namespace runner
