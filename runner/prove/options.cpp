#include "prove/options.hpp"

#include "verdict.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <stdexcept>

namespace runner::prove {
namespace {

constexpr const char* footer = R"(
Each defect of the catalogue (faults/) is planted between the suite and the driver, and the suite must turn red.

Examples:
  vmm-cts prove --out proof                       every defect until a case notices
  vmm-cts prove --claims --out proof              also: every claim must turn red under a defect that names it
  vmm-cts prove --matrix --out proof              every case meets every defect (hours)
  vmm-cts prove --faults 'unmap-*' --out proof    some defects
  vmm-cts prove --list                            the catalogue

Files in DIR: prove.json, prove.html, and baseline/ with the reports of the run without a defect.

Exit codes:
  0    every defect was noticed or is listed as equivalent; with --claims or --matrix, every documented and guard
       claim that was checked turned red or is listed as exempt
  1    a defect survived, or a claim never turned red
  2    usage or set-up
  3    a GPU was required and none is usable, or the environment is broken
  4    the baseline without a defect is not clean, or the suite itself failed
  130  interrupted: the reports are written and marked incomplete)";

std::filesystem::path own_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

void interpret(Options& options) {
    if (options.engine.mode == BackendMode::automatic && gpu_required())
        options.engine.mode = BackendMode::gpu;
    if (!std::filesystem::exists(options.library))
        throw std::invalid_argument("the library of defects " + options.library.string() +
                                    " does not exist; build it or name it with --library PATH");
    options.library = std::filesystem::absolute(options.library);
    // The loader splits its list at these characters, and knows no escape.
    if (options.library.string().find_first_of(" :\t\n") != std::string::npos)
        throw std::invalid_argument("the library of defects " + options.library.string() +
                                    " cannot be preloaded, because its path has a space or a colon; copy it "
                                    "elsewhere and name it with --library PATH");
    if (options.list)
        return;
    if (!std::filesystem::exists(options.engine.program))
        throw std::invalid_argument("the test program " + options.engine.program.string() +
                                    " does not exist; build it or name it with --tests PATH");
    if (options.engine.mode == BackendMode::simulator && !holds_simulator(options.engine.simulator))
        throw std::invalid_argument("there is no simulator in " + options.engine.simulator.string() +
                                    "; build it or name its folder with --simulator-dir DIR");
}

} // namespace

Parsed parse_options(const std::vector<std::string>& arguments) {
    Options options;
    auto& engine = options.engine;
    const auto build = own_folder().parent_path();
    engine.program = own_folder() / "vmm-cts-tests";
    engine.simulator = build / "simulator" / "lib";
    engine.retry = false;
    options.library = build / "faults" / "libvmm-cts-faults.so";
    std::string backend = "auto";
    bool claims = false, matrix = false;

    CLI::App app("Plants driver defects one by one and demands that the suite notices.", "vmm-cts prove");
    app.footer(footer);
    app.add_option("--faults", options.faults, "Only these defects: ids or patterns with * and ?")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_flag("--list", options.list, "Print the defects and leave");
    app.add_flag("--claims", claims, "Demand that every claim turns red under a defect that names it");
    app.add_flag("--matrix", matrix,
                 "Let every case meet every defect, and demand that every claim turns red")
        ->excludes("--claims");
    app.add_option("--jobs", options.jobs,
                   "Defects side by side (default: four on a GPU, as many as cores on the simulator)")
        ->check(CLI::Range(1, 1024))
        ->type_name("N");
    app.add_option("--size", engine.size, "quick, full or soak: how much is checked")
        ->check(CLI::IsMember({"quick", "full", "soak"}).name("quick|full|soak"))
        ->capture_default_str();
    app.add_option("--backend", backend,
                   "auto takes the GPU if there is one, and else the simulator, unless VMM_CTS_REQUIRE_GPU=1")
        ->check(CLI::IsMember({"auto", "gpu", "simulator"}).name("auto|gpu|simulator"))
        ->capture_default_str();
    app.add_option("--out", options.out, "Folder for the reports, made if need be")
        ->take_last()
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--tests", engine.program, "The test program (default: vmm-cts-tests beside this one)")
        ->take_last()
        ->type_name("PATH");
    app.add_option("--library", options.library, "The library of defects")->take_last()->type_name("PATH");
    app.add_option("--simulator-dir", engine.simulator, "Folder of the simulator's libraries")
        ->take_last()
        ->type_name("DIR");
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        engine.mode = backend == "gpu"         ? BackendMode::gpu
                      : backend == "simulator" ? BackendMode::simulator
                                               : BackendMode::automatic;
        options.size = engine.size == "soak" ? Size::soak : engine.size == "full" ? Size::full : Size::quick;
        options.depth = matrix ? Depth::matrix : claims ? Depth::claims : Depth::first_kill;
        interpret(options);
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : exit_usage};
    } catch (const std::invalid_argument& problem) {
        std::cerr << "vmm-cts prove: " << problem.what() << '\n';
        return {std::nullopt, exit_usage};
    }
    return {std::move(options), 0};
}

} // namespace runner::prove
