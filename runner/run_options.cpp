#include "run_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace runner {
namespace {

constexpr const char* footer = R"(
Examples:
  vmm-cts run --out results                          all cases on the first GPU, or on the simulator where there is none
  vmm-cts run --require-gpu --out results            the gate of a GPU runner: no GPU is an error
  vmm-cts run --id MAP-10 --id 'UPD-*' --out results these claims
  vmm-cts run --group mapping --tag accounting       cases that satisfy both
  vmm-cts run --devices all --out results            every GPU of the machine, side by side, with a verdict for each
  vmm-cts run --shuffle 7 --repeat 5 --timeout 2x    look for flakiness and order dependence
  vmm-cts run --list --group mapping                 what would be selected

Ids: an id (MAP-10: all its cases), an id with variant (MAP-10/alias), a whole name, or a pattern with * and ?.

Files in DIR: results.json, report.xml (JUnit), report.html, events.ndjson (journal).

Exit codes:
  0    every claim that was checked is kept (skips and known deviations are reported)
  1    a claim is broken; also: flaky, order dependence, a deviation that is gone
  2    usage or set-up: nothing was run
  3    a GPU was required and none is usable, or the environment is broken
  4    the suite itself failed: a case checked nothing, nothing ran, everything was skipped, no worker starts
  130  interrupted: the reports are written and marked incomplete)";

std::filesystem::path own_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

// What the words of the command line mean, beyond their syntax.
void interpret(RunOptions& options, const std::string& timeout, const std::string& devices,
               bool require_gpu) {
    if (!timeout.empty()) {
        const auto limits = parse_limits(timeout);
        if (!limits)
            throw std::invalid_argument("--timeout \"" + timeout +
                                        "\" is neither a factor such as 2x nor seconds such as 90");
        options.engine.limits = *limits;
    }
    if (!devices.empty())
        options.devices = parse_devices(devices);
    if (require_gpu || gpu_required()) {
        if (options.engine.mode == BackendMode::simulator)
            throw std::invalid_argument(
                "a GPU is required (--require-gpu or VMM_CTS_REQUIRE_GPU) and --backend simulator was "
                "given: choose one");
        options.engine.mode = BackendMode::gpu;
    }
    if (!std::filesystem::exists(options.engine.program))
        throw std::invalid_argument("the test program " + options.engine.program.string() +
                                    " does not exist; build it or name it with --tests PATH");
    if (options.engine.mode == BackendMode::simulator && !holds_simulator(options.engine.simulator))
        throw std::invalid_argument("there is no simulator in " + options.engine.simulator.string() +
                                    "; build it or name its folder with --simulator-dir DIR");
}

} // namespace

ParsedOptions parse_run_options(const std::vector<std::string>& arguments) {
    RunOptions options;
    auto& engine = options.engine;
    auto& selection = options.selection;
    engine.program = own_folder() / "vmm-cts-tests";
    engine.simulator = own_folder().parent_path() / "simulator" / "lib";
    std::string timeout, devices, ids_file, size = "quick", backend = "auto";
    std::uint64_t seed = 0;
    bool require_gpu = false, no_retry = false;

    CLI::App app("Runs the cases and writes the reports.", "vmm-cts run");
    app.footer(footer);
    app.add_option("ids", selection.patterns, "Ids or patterns of cases to run (default: all)");
    app.add_option("--id", selection.patterns, "The same, as an option")->allow_extra_args(false);
    app.add_option("--ids-file", ids_file, "File of ids or patterns, one a line")->type_name("FILE");
    app.add_option("--group", selection.groups, "Only cases of this group")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--class", selection.classes, "Only claims of this class")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember({"documented", "pinned", "guard"}));
    app.add_option("--tag", selection.tags, "Only cases with this tag")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--size", size, "quick, full or soak: how much is checked (limits: x1, x3, x30)")
        ->check(CLI::IsMember({"quick", "full", "soak"}).name("quick|full|soak"))
        ->capture_default_str();
    app.add_option("--out", options.out, "Folder for the reports, made if need be")
        ->take_last()
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--backend", backend, "auto takes the GPU if there is one, and else the simulator")
        ->check(CLI::IsMember({"auto", "gpu", "simulator"}).name("auto|gpu|simulator"))
        ->capture_default_str();
    app.add_flag("--require-gpu", require_gpu, "The same as --backend gpu (also: VMM_CTS_REQUIRE_GPU=1)");
    app.add_option("--devices", devices, "all, or GPU numbers such as 0,1: one worker each, side by side")
        ->type_name("LIST");
    app.add_option("--timeout", timeout,
                   "Factor on every limit (2x), or seconds in place of each case's own (90)");
    app.add_option("--repeat", engine.repeat, "Run everything so many times; different outcomes are flaky")
        ->check(CLI::Range(1, 1000000))
        ->type_name("N");
    auto* shuffle =
        app.add_option("--shuffle", seed, "Run in an order that this seed gives")->type_name("SEED");
    app.add_flag("--fail-fast", engine.fail_fast,
                 "Stop at the first case that breaks the gate; retry nothing");
    app.add_flag("--no-retry", no_retry, "Do not run failing cases again alone");
    app.add_flag("--strict-junit", options.strict_junit,
                 "Also write report-strict.xml, for strict JUnit schemas");
    app.add_flag("--list", options.list, "Print the names of the selected cases and leave");
    app.add_flag("--dry-run", options.dry_run, "Print what would be done and leave");
    app.add_option("--tests", engine.program, "The test program (default: vmm-cts-tests beside this one)")
        ->take_last()
        ->type_name("PATH");
    app.add_option("--simulator-dir", engine.simulator, "Folder of the simulator's libraries")
        ->type_name("DIR");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        engine.retry = !no_retry;
        engine.size = size;
        selection.size = size == "soak" ? Size::soak : size == "full" ? Size::full : Size::quick;
        engine.mode = backend == "gpu"         ? BackendMode::gpu
                      : backend == "simulator" ? BackendMode::simulator
                                               : BackendMode::automatic;
        if (shuffle->count() > 0)
            selection.shuffle_seed = seed;
        if (!ids_file.empty())
            for (auto& pattern : read_patterns(ids_file))
                selection.patterns.push_back(std::move(pattern));
        interpret(options, timeout, devices, require_gpu);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : exit_usage};
    } catch (const std::invalid_argument& problem) {
        std::cerr << "vmm-cts run: " << problem.what() << '\n';
        return {std::nullopt, exit_usage};
    }
    return {std::move(options), 0};
}

} // namespace runner
