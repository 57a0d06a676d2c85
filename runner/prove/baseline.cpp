#include "prove/baseline.hpp"

#include "engine.hpp"
#include "plan.hpp"
#include "simulated_gpu.hpp"

#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

namespace runner::prove {

void preload(const std::filesystem::path& library) {
    const char* present = std::getenv("LD_PRELOAD");
    const bool empty = present == nullptr || *present == '\0';
    ::setenv("LD_PRELOAD", (library.string() + (empty ? "" : ":" + std::string(present))).c_str(), 1);
    ::unsetenv("VMM_CTS_FAULT");
}

void check_preload(const EngineOptions& options) {
    std::vector<std::string> environment{"VMM_CTS_FAULT=no defect has this name"};
    if (holds_simulator(options.simulator)) // for a machine without the toolkit's libraries
        for (auto& entry : simulator_environment(options.simulator))
            environment.push_back(std::move(entry));
    try {
        load_catalog(options.program, environment);
    } catch (const std::runtime_error&) {
        return; // the library refused the name, as it should
    }
    throw std::runtime_error("the library of defects has no effect on " + options.program.string() +
                             ": it was not preloaded, perhaps because it was built for another machine");
}

RunResult run_baseline(const Options& options, const std::filesystem::path& out,
                       const std::vector<std::string>& command) {
    std::filesystem::create_directories(out);
    const auto gpu = simulated_gpu("prove", "baseline");
    ::setenv(simulated_gpu_variable, gpu.c_str(), 1);
    const auto catalog = describe(options.engine);
    SelectionOptions selection;
    selection.size = options.size;
    const auto plan = make_plan(
        select(catalog.cases, selection, [](const std::string&) { return std::string(); }), options.size);
    RunResult header;
    header.suite_version = catalog.suite_version;
    header.started = now_iso();
    header.command = command;
    Ledger ledger(header, false, out, {});
    runner::Progress progress(static_cast<int>(plan.size()));
    SharedRun shared{options.engine, ledger, progress};
    const auto ending = run_devices(shared, {}, plan);
    kill_orphans({});
    ::unsetenv(simulated_gpu_variable);
    progress.clear();
    auto baseline = ledger.finish(ending.halt, ending.reason);
    if (baseline.backend == "simulator")
        remove_simulated_gpu(options.engine.program, simulator_environment(options.engine.simulator), gpu);
    return baseline;
}

} // namespace runner::prove
