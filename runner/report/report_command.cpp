#include "journal.hpp"
#include "out_folder.hpp"
#include "report/commands.hpp"
#include "report/report.hpp"
#include "results_json.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <stdexcept>

namespace runner {
namespace {

// A finished run is in results.json as it was judged. A journal is what is left of one that was killed.
RunResult read_run(const std::filesystem::path& folder) {
    const auto results = folder / "results.json";
    const bool have_journal = std::filesystem::exists(folder / journal_name);
    if (std::filesystem::exists(results)) {
        auto run = read_results(results);
        if (run.complete || !have_journal)
            return run;
    }
    if (!have_journal)
        throw std::runtime_error(folder.string() + " holds neither results.json nor " + journal_name +
                                 ": give the folder that `vmm-cts run --out` wrote");
    return read_journal(folder);
}

} // namespace

int report_command(const std::vector<std::string>& arguments) {
    std::string from, out;
    ReportOptions options;
    CLI::App app("Writes results.json, report.xml and report.html again from a finished or interrupted run.",
                 "vmm-cts report");
    app.footer(
        "\nExit codes: 0 written, whatever the run's verdict; 2 usage, or nothing readable in the folder.");
    app.add_option("--from", from, "Folder of the run")->required();
    app.add_option("--out", out, "Folder to write into (default: the same)");
    app.add_flag("--strict-junit", options.strict_junit,
                 "Also write report-strict.xml, for strict JUnit schemas");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        const std::filesystem::path target = out.empty() ? from : out;
        const auto run = read_run(from);
        prepare_out_folder(target, {});
        write_reports(run, target, options);
        std::cout << "Wrote " << (target / "report.html").string() << '\n';
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "vmm-cts report: " << error.what() << '\n';
        return 2;
    }
}

} // namespace runner
