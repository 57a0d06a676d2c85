// With and without a GPU, and every way to select nothing.
#include "backend.hpp"
#include "invoke.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <fstream>

namespace runner::testing {
namespace {

/// A folder that looks as if it held the simulator; the misbehaving worker believes its name.
struct FakeSimulator {
    FakeSimulator() {
        std::filesystem::create_directory(path());
        std::ofstream(path() / "libcuda.so.1");
    }
    std::filesystem::path path() const { return folder.path() / "fake-simulator"; }
    Folder folder;
};

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("without a GPU, auto runs on the simulator and says so loudly; with a silent one it refuses") {
    const FakeSimulator simulator;
    Invocation run({"pass", "no_gpu", {"--simulator-dir", simulator.path().string()}});
    // On a machine with a device node the same answer of the worker means a broken GPU.
    const bool node = device_node_present();
    CHECK(run.wait() == (node ? 3 : 0));
    CHECK(run.result().backend == (node ? "none" : "simulator"));
    CHECK(says(run.standard_error(), "NO GPU WAS USED") == !node);
    CHECK(says(run.standard_output(), "backend=simulator") == !node);
}

TEST_CASE("a GPU that is there and broken is never hidden behind the simulator") {
    const FakeSimulator simulator;
    const auto* backend = GENERATE("auto", "gpu");
    Invocation run(
        {"pass", "broken_gpu", {"--backend", backend, "--simulator-dir", simulator.path().string()}});
    CHECK(run.wait() == 3);
    CHECK(run.result().verdict == Verdict::environment_broken);
    CHECK(says(run.result().reason, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"));
    CHECK(run.result_of("pass").outcome == Outcome::not_run);
}

TEST_CASE("a refused smoke test means absent only without device node and without an answering driver") {
    CHECK(classify({false, "", "cudaErrorInsufficientDriver"}, false) == Refusal::absent);
    CHECK(classify({false, "", "CUDA_ERROR_NO_DEVICE"}, false) == Refusal::absent);
    CHECK(classify({false, "", "CUDA_ERROR_NO_DEVICE"}, true) == Refusal::broken);
    CHECK(classify({false, "", "CUDA_ERROR_OUT_OF_MEMORY"}, false) == Refusal::broken);
    CHECK(classify({false, "", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"}, false) == Refusal::broken);
}

TEST_CASE("a required GPU that is absent is exit 3, by option or by environment") {
    const FakeSimulator simulator;
    const auto by_option = GENERATE(true, false);
    Script script{"pass,skip", "no_gpu", {"--simulator-dir", simulator.path().string()}};
    if (by_option)
        script.arguments.push_back("--require-gpu");
    else
        script.environment.push_back("VMM_CTS_REQUIRE_GPU=1");
    Invocation run(script);
    CHECK(run.wait() == 3);
    CHECK(run.result().verdict == (device_node_present() ? Verdict::environment_broken : Verdict::no_gpu));
    CHECK(run.result().backend == "none");
    CHECK(count(run.result().cases).of(Outcome::not_run) == 2);
    CHECK(is_well_formed(run.out() / "report.xml"));
}

TEST_CASE("the simulator in LD_LIBRARY_PATH does not pass for a GPU") {
    const FakeSimulator simulator;
    Invocation run({"pass", "", {"--require-gpu"}, {"LD_LIBRARY_PATH=" + simulator.path().string()}});
    CHECK(run.wait() == 3);
    CHECK(run.result().verdict == Verdict::no_gpu);
}

TEST_CASE("everything skipped is no success") {
    Invocation run({"skip,skip", "", {}});
    CHECK(run.wait() == 4);
    CHECK(says(run.result().reason, "skipped"));
}

TEST_CASE("what selects nothing is a usage error that names the input") {
    const auto [option, value] =
        GENERATE(table<std::string, std::string>({{"--id", "MAP-99"},
                                                  {"--group", "maping"},
                                                  {"--tag", "nope"},
                                                  {"--ids-file", "/nowhere/ids"},
                                                  {"--timeout", "soon"},
                                                  {"--devices", "0,x"},
                                                  {"--tests", "/nowhere/tests"},
                                                  {"--simulator-dir", "/nowhere/lib"},
                                                  {"--out", "/dev/null/reports"}}));
    Script script{"pass", "", {option, value}};
    if (option == "--simulator-dir")
        script.arguments.insert(script.arguments.end(), {"--backend", "simulator"});
    Invocation run(script);
    CHECK(run.wait() == 2);
    CHECK(says(run.standard_error(), value.c_str()));
    CHECK_FALSE(std::filesystem::exists(run.out()));
}

TEST_CASE("with --list or --dry-run nothing is run") {
    const auto* option = GENERATE("--list", "--dry-run");
    Invocation run({"pass,skip", "", {option, "--id", "MIS-00002"}});
    CHECK(run.wait() == 0);
    CHECK(says(run.standard_output(), "MIS-00002/skip: a worker that does skip"));
    CHECK_FALSE(says(run.standard_output(), "MIS-00001"));
    CHECK_FALSE(std::filesystem::exists(run.out()));
}

TEST_CASE("a good run says one line when piped") {
    Invocation run({"pass,skip,observe", "", {}});
    CHECK(run.wait() == 0);
    CHECK(run.standard_error().empty());
    CHECK(run.standard_output().starts_with(
        "KEPT: 2 claims kept (2 cases), 1 skipped (Fake GPU , driver 1.2) in "));
    CHECK(run.standard_output().find('\n') == run.standard_output().size() - 1);
}

} // namespace runner::testing
