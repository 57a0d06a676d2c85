// A worker that dies, hangs or leaves: the case on duty is blamed, the rest runs.
#include "invoke.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <csignal>

namespace runner::testing {
namespace {

// Between two cases that pass: both must have run whatever the one in the middle does.
Script between_passes(const std::string& behaviour) {
    return {"pass," + behaviour + ",observe", "", {"--no-retry"}};
}

void neighbours_passed(const Invocation& run) {
    CHECK(run.result_of("pass").outcome == Outcome::pass);
    CHECK(run.result_of("observe").outcome == Outcome::pass);
    CHECK(run.result().complete);
    CHECK(is_well_formed(run.out() / "report.xml"));
    CHECK(run.processes_left() == 0);
}

} // namespace

TEST_CASE("a worker that dies of a signal: the case on duty crashed, by that signal") {
    const auto [behaviour, signal] = GENERATE(table<std::string, int>({{"segv", SIGSEGV},
                                                                       {"abort", SIGABRT},
                                                                       {"killed", SIGKILL},
                                                                       {"fork_segv", SIGSEGV},
                                                                       {"cut", SIGKILL}}));
    Invocation run(between_passes(behaviour));
    CHECK(run.wait() == 1);
    const auto blamed = run.result_of(behaviour);
    CHECK(blamed.outcome == Outcome::crash);
    CHECK(blamed.signal == signal);
    CHECK(blamed.note.find("was killed by signal") != std::string::npos);
    neighbours_passed(run);
}

TEST_CASE("the last output before a crash is kept") {
    Invocation run(between_passes("segv"));
    run.wait();
    CHECK(run.result_of("segv").output == "before the fault\n");
    CHECK(run.result_of("pass").output.empty());
    CHECK(run.standard_output().find("before the fault") != std::string::npos);
}

TEST_CASE("a worker that exits early, with whatever code: the case on duty crashed") {
    const auto [behaviour, code] = GENERATE(table<std::string, std::string>({{"exit", "3"}, {"exit0", "0"}}));
    Invocation run(between_passes(behaviour));
    CHECK(run.wait() == 1);
    CHECK(run.result_of(behaviour).outcome == Outcome::crash);
    CHECK_FALSE(run.result_of(behaviour).signal);
    CHECK(run.result_of(behaviour).note.find("exited with code " + code) != std::string::npos);
    neighbours_passed(run);
}

TEST_CASE("a death after the end of a case, in its teardown, is that case's crash") {
    Invocation run(between_passes("die_after_end"));
    CHECK(run.wait() == 1);
    CHECK(run.result_of("die_after_end").outcome == Outcome::crash);
    CHECK(run.result_of("die_after_end").signal == SIGBUS);
    neighbours_passed(run);
}

TEST_CASE(
    "a worker that hangs is killed at the limit of its case, even if it ignores or stops everything else") {
    const auto* behaviour = GENERATE("hang", "ignore_term", "stop");
    auto script = between_passes(behaviour);
    script.arguments.insert(script.arguments.end(), {"--timeout", "0.2"});
    Invocation run(script);
    CHECK(run.wait() == 1);
    const auto blamed = run.result_of(behaviour);
    CHECK(blamed.outcome == Outcome::timeout);
    CHECK(blamed.seconds >= 0.2);
    CHECK(blamed.seconds < 2);
    CHECK_FALSE(blamed.signal);
    neighbours_passed(run);
}

TEST_CASE("a worker that closes its pipes and stays is killed") {
    auto script = between_passes("close_fds");
    script.arguments.insert(script.arguments.end(), {"--timeout", "0.2x"});
    Invocation run(script);
    CHECK(run.wait() == 1);
    CHECK(run.result_of("close_fds").outcome == Outcome::crash);
    CHECK(run.result_of("close_fds").note.find("closed its event pipe") != std::string::npos);
    neighbours_passed(run);
}

TEST_CASE("a worker that crashes or hangs at its exit spoils the last case") {
    const auto [mode, outcome] = GENERATE(
        table<std::string, Outcome>({{"crash_at_exit", Outcome::crash}, {"hang_at_exit", Outcome::timeout}}));
    Invocation run({"observe,pass", mode, {"--no-retry", "--timeout", "0.01x"}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("pass").outcome == outcome);
    CHECK(run.result_of("observe").outcome == Outcome::pass);
}

TEST_CASE("a worker that never gets to its first case is a suite error with the reason") {
    const auto* mode = GENERATE("crash_at_start", "hang_at_start", "protocol_2");
    Invocation run({"pass,observe", mode, {"--backend", "gpu", "--timeout", "0.005x"}});
    CHECK(run.wait() == 4);
    CHECK(run.result().verdict == Verdict::suite_error);
    CHECK(run.result().reason.find("no worker gets") != std::string::npos);
    CHECK(run.result_of("pass").outcome == Outcome::not_run);
}

TEST_CASE("processes that a worker leaves behind do not outlive the run, nor delay it") {
    const auto* behaviour = GENERATE("fork", "daemon");
    Invocation run(between_passes(behaviour));
    CHECK(run.wait() == 0);
    CHECK(run.result_of(behaviour).outcome == Outcome::pass);
    CHECK(run.result().seconds < 5);
    neighbours_passed(run);
}

TEST_CASE("a lost context is a failure of its case, and a new worker carries on") {
    const auto* behaviour = GENERATE("lost", "lost_on");
    Invocation run(between_passes(behaviour));
    CHECK(run.wait() == 1);
    CHECK(run.result_of(behaviour).outcome == Outcome::fail);
    CHECK(run.result_of("pass").worker == 1);
    CHECK(run.result_of("observe").worker == 2);
    CHECK(run.result_of("observe").attempts == 1);
    neighbours_passed(run);
}

} // namespace runner::testing
