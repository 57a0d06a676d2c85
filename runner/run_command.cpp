#include "run_command.hpp"

#include "claims/register.hpp"
#include "guardian.hpp"
#include "interrupt.hpp"
#include "out_folder.hpp"
#include "plan.hpp"
#include "run_options.hpp"
#include "simulated_gpu.hpp"
#include "summary.hpp"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace runner {
namespace {

void print_dry_run(const RunOptions& options, const std::vector<CaseInfo>& selected) {
    constexpr const char* modes[] = {"the first GPU; the simulator if there is none", "a GPU",
                                     "the simulator"};
    std::cout << "would run " << selected.size() << " cases, " << options.engine.repeat << " time(s), size "
              << options.engine.size << ", on " << modes[static_cast<int>(options.engine.mode)] << '\n'
              << "with " << options.engine.program.string() << '\n'
              << "and write results.json, report.xml, report.html and " << journal_name << " to "
              << options.out.string() << '\n';
    for (const auto& info : selected)
        std::cout << "  " << info.name << '\n';
}

// Workers get a simulated GPU of their own, unless the user has named one. @return what removes its table
// when the last worker could not.
std::function<void(const RunResult&)> take_simulated_gpu(const EngineOptions& options) {
    if (::getenv(simulated_gpu_variable) != nullptr)
        return [](const RunResult&) {};
    const auto gpu = simulated_gpu("run");
    ::setenv(simulated_gpu_variable, gpu.c_str(), 1);
    return [&options, gpu](const RunResult& run) {
        // One that was killed early may not have said yet what it runs on.
        if (run.backend != "gpu" && holds_simulator(options.simulator))
            remove_simulated_gpu(options.program, simulator_environment(options.simulator), gpu);
    };
}

void say_simulated(const std::string& backend, const EngineOptions& options) {
    if (backend != "simulator" || options.mode == BackendMode::simulator)
        return;
    std::cerr << "********************************************************************************\n"
                 "*  NO GPU WAS USED: the cases ran on the CPU simulator (backend=simulator).    *\n"
                 "*  This result says nothing about a GPU or a driver. Use --require-gpu in CI.  *\n"
                 "********************************************************************************\n";
}

int execute(const RunOptions& options, const Catalog& catalog, const std::vector<CaseInfo>& selected,
            std::vector<std::string> command) {
    prepare_out_folder(options.out, {"results.json", "report.xml", "report.html", "report-strict.xml"});
    RunResult header;
    header.suite_version = catalog.suite_version;
    header.started = now_iso();
    header.command = std::move(command);
    ReportOptions report_options{options.strict_junit, true};
    Ledger ledger(header, options.devices.given, options.out, report_options);
    // Ctrl-C from here on ends in reports.
    catch_interrupts();
    adopt_orphans();
    const auto plan = make_plan(selected, options.selection.size);
    const auto remove_table = take_simulated_gpu(options.engine);
    Progress progress(static_cast<int>(plan.size()) * options.engine.repeat);
    RunResult run;
    {
        const Guardian guardian(options.out, report_options, remove_table);
        SharedRun shared{options.engine, ledger, progress};
        shared.guardian = guardian.id();
        const auto ending = run_devices(shared, options.devices, plan);
        kill_orphans({guardian.id()});
        progress.clear();
        run = ledger.finish(ending.halt, ending.reason);
        if (shared.table_left)
            remove_table(run);
    }
    say_simulated(run.backend, options.engine);
    print_summary(std::cout, run, may_colour(STDOUT_FILENO));
    return run.exit_code;
}

} // namespace

int run_command(const std::vector<std::string>& arguments) {
    const auto parsed = parse_run_options(arguments);
    if (!parsed.options)
        return parsed.exit_code;
    const auto& options = *parsed.options;
    std::vector<std::string> command{"vmm-cts", "run"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    try {
        const auto catalog = describe(options.engine);
        const auto class_of = [](const std::string& id) {
            const auto* claim = embedded_register().find(id);
            return claim == nullptr ? std::string() : claim->claim_class;
        };
        const auto selected = select(catalog.cases, options.selection, class_of);
        if (options.list)
            for (const auto& info : selected)
                std::cout << info.name << '\n';
        else if (options.dry_run)
            print_dry_run(options, selected);
        else
            return execute(options, catalog, selected, std::move(command));
        return exit_kept;
    } catch (const std::invalid_argument& problem) {
        std::cerr << "vmm-cts run: " << problem.what() << '\n';
        return exit_usage;
    } catch (const std::exception& problem) {
        std::cerr << "vmm-cts run: " << problem.what() << '\n';
        return exit_suite_error;
    }
}

} // namespace runner
