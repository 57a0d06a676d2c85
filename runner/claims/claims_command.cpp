#include "catalog.hpp"
#include "claims/check.hpp"
#include "claims/register.hpp"
#include "claims/table.hpp"
#include "report/commands.hpp"
#include "report/deviations.hpp"
#include "results_json.hpp"
#include "verdict.hpp"
#include "worker.hpp"

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
    bool deviating = false;
    std::string tests;
};

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

std::filesystem::path program_of(const Options& options) {
    return options.tests.empty()
               ? std::filesystem::read_symlink("/proc/self/exe").replace_filename("vmm-cts-tests")
               : std::filesystem::path(options.tests);
}

// What a worker with nothing to do says of its machine.
Environment ask_environment(const std::filesystem::path& program) {
    Environment environment;
    std::string refused;
    WorkerHooks hooks;
    hooks.listener.smoke = [&](const SmokeEvent& smoke) { refused = smoke.reason; };
    hooks.listener.environment = [&](const Environment& properties) { environment = properties; };
    run_worker({program, {}, {}}, {}, 1, std::move(hooks));
    if (environment.empty())
        std::cerr << "vmm-cts claims: no GPU can be asked for its driver"
                  << (refused.empty() ? "" : ": " + refused) << '\n';
    return environment;
}

int print_deviating(const Options& options) {
    const auto program = program_of(options);
    const auto environment = ask_environment(program);
    if (environment.empty())
        return exit_no_gpu;
    for (const auto& name : deviating_cases(load_catalog(program, {}).cases, text_of(environment, "backend"),
                                            environment, embedded_deviations()))
        std::cout << name << '\n';
    return 0;
}

int check(const Options& options) {
    const auto program = program_of(options);
    const auto& claims = embedded_register();
    const auto tests = load_catalog(program, {}).cases;
    const auto offenders =
        check_register(claims, tests, targets_of(embedded_deviations()), selected_groups(options));
    for (const auto& sentence : offenders)
        std::cerr << "vmm-cts claims: " << sentence << '\n';
    if (offenders.empty())
        std::cout << "The register, " << tests.size()
                  << " tests (of all sizes) and the deviations are in step.\n";
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

void write(const std::string& file, const std::string& text) {
    try {
        write_atomically(file, text);
    } catch (const std::runtime_error& problem) {
        throw std::invalid_argument(std::string(problem.what()) + "; name another file with --output");
    }
}

int run(const Options& options) {
    if (options.check)
        return check(options);
    if (options.deviating)
        return print_deviating(options);
    const auto groups = selected_groups(options);
    const auto text = options.format == "json" ? register_as_json(embedded_register(), groups)
                                               : register_as_markdown(embedded_register(), groups);
    if (!options.up_to_date.empty())
        return compare_with(options.up_to_date, text);
    if (options.output.empty())
        std::cout << text;
    else
        write(options.output, text);
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
    auto* check_only =
        app.add_flag("--check", options.check,
                     "Exit with 4, naming every offender, unless claims, tests and deviations are in step");
    app.add_flag(
           "--deviating", options.deviating,
           "Print the cases that are known deviations of this machine's GPU and driver; 3 without a GPU")
        ->excludes(check_only);
    app.add_option("--tests", options.tests, "The test program (default: vmm-cts-tests beside this program)");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    }
    try {
        return run(options);
    } catch (const std::invalid_argument& error) {
        std::cerr << "vmm-cts claims: " << error.what() << '\n';
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "vmm-cts claims: " << error.what() << '\n';
        return out_of_step;
    }
}

} // namespace runner
