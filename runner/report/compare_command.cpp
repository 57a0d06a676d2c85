#include "report/commands.hpp"
#include "report/compare.hpp"
#include "results_json.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace runner {

int compare_command(const std::vector<std::string>& arguments) {
    std::string baseline, now, format = "text";
    CLI::App app("Says what changed between two results; exit code 1 if something was lost or drifted.",
                 "vmm-cts compare");
    app.footer(
        "\nExit codes: 0 nothing was lost or drifted; 1 something was; 2 usage, or no results to read.");
    app.add_option("baseline", baseline, "results.json of before")->required();
    app.add_option("new", now, "results.json of now")->required();
    app.add_option("--format", format, "text or markdown")
        ->check(CLI::IsMember({"text", "markdown"}))
        ->capture_default_str();
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        const auto comparison = compare(read_results(baseline), read_results(now));
        std::cout << (format == "markdown" ? as_markdown(comparison) : as_text(comparison));
        return comparison.loud() ? 1 : 0;
    } catch (const std::exception& error) {
        std::cerr << "vmm-cts compare: " << error.what() << '\n';
        return 2;
    }
}

} // namespace runner
