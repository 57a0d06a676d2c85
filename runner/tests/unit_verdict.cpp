// The verdict, the exit codes and the last line.
#include "record.hpp"
#include "verdict.hpp"

#include <catch2/catch_test_macros.hpp>

namespace runner::testing {
namespace {

Counts counts_of(std::initializer_list<Outcome> outcomes) {
    std::vector<CaseResult> cases;
    for (const auto outcome : outcomes) {
        cases.emplace_back();
        cases.back().outcome = outcome;
    }
    return count(cases);
}

Judgement judged(std::initializer_list<Outcome> outcomes, Halt halt = Halt::none) {
    return judge(counts_of(outcomes), halt, "because");
}

CaseResult case_of(const char* id, Outcome outcome) {
    CaseResult result;
    result.id = id;
    result.outcome = outcome;
    return result;
}

} // namespace

TEST_CASE("passes, skips and known deviations are kept, if anything was checked") {
    CHECK(judged({Outcome::pass, Outcome::skip, Outcome::known_deviation}).exit_code == 0);
    CHECK(judged({Outcome::known_deviation}).verdict == Verdict::kept);
}

TEST_CASE("every bad outcome of a claim breaks the gate, also beside passes and before a halt") {
    for (const auto bad :
         {Outcome::fail, Outcome::crash, Outcome::timeout, Outcome::flaky, Outcome::deviation_gone}) {
        CHECK(judged({Outcome::pass, bad}).exit_code == 1);
        CHECK(judged({Outcome::error, bad}).verdict == Verdict::broken);
        CHECK(judged({bad, Outcome::not_run}, Halt::environment_broken).exit_code == 1);
    }
}

TEST_CASE("a run that checked nothing, or less than it should, is a suite error with a reason") {
    for (const auto& judgement :
         {judged({}), judged({Outcome::skip}), judged({Outcome::pass, Outcome::error}),
          judged({Outcome::pass, Outcome::not_run}), judged({Outcome::pass}, Halt::worker_unusable)}) {
        CHECK(judgement.verdict == Verdict::suite_error);
        CHECK(judgement.exit_code == 4);
        CHECK_FALSE(judgement.reason.empty());
    }
}

TEST_CASE("a halt has its own verdict and keeps its reason") {
    CHECK(judged({Outcome::not_run}, Halt::no_gpu).exit_code == 3);
    CHECK(judged({Outcome::not_run}, Halt::no_gpu).verdict == Verdict::no_gpu);
    CHECK(judged({Outcome::not_run}, Halt::environment_broken).verdict == Verdict::environment_broken);
    CHECK(judged({Outcome::not_run}, Halt::environment_broken).reason == "because");
    CHECK(judged({Outcome::pass}, Halt::interrupted).exit_code == 130);
    CHECK(judged({Outcome::fail}, Halt::interrupted).verdict == Verdict::interrupted);
}

TEST_CASE("the words of outcomes and verdicts go both ways") {
    for (const auto outcome : all_outcomes)
        CHECK(outcome_from_string(to_string(outcome)) == outcome);
    for (const auto verdict : all_verdicts)
        CHECK(verdict_from_string(to_string(verdict)) == verdict);
    CHECK(to_string(Outcome::not_run) == "not_run");
    CHECK(to_string(Verdict::environment_broken) == "environment-broken");
    CHECK_FALSE(outcome_from_string("passed"));
}

TEST_CASE("the last line counts a claim once, and only if all its cases keep it") {
    RunResult run;
    run.verdict = Verdict::broken;
    run.backend = "gpu";
    run.seconds = 8.12;
    run.environment = {{"gpu.name", std::string("NVIDIA H100")},
                       {"driver.user_mode", std::string("580.159.04")}};
    run.cases = {case_of("A-1", Outcome::pass), case_of("A-1", Outcome::pass),
                 case_of("A-2", Outcome::pass), case_of("A-2", Outcome::fail),
                 case_of("A-3", Outcome::skip), case_of("A-4", Outcome::known_deviation)};
    CHECK(verdict_line(run) == "BROKEN: 1 claim kept (3 cases), 1 failed, 1 skipped, 1 known deviation "
                               "(NVIDIA H100, driver 580.159.04) in 8.1 s");
}

TEST_CASE("over several devices a case has its worst result, and each device its own verdict") {
    RunRecord record({}, true);
    for (const int device : {0, 1}) {
        auto result = case_of("A-1", Outcome::not_run);
        result.name = "A-1: x";
        record.plan(device, result);
        result.outcome = device == 0 ? Outcome::pass : Outcome::fail;
        record.ended(device, result);
    }
    auto run = record.result();
    settle(run, {}, Halt::none, "");
    CHECK(run.devices.at(0).verdict == Verdict::kept);
    CHECK(run.devices.at(1).verdict == Verdict::broken);
    CHECK(run.verdict == Verdict::broken);
    CHECK(run.cases.at(0).outcome == Outcome::fail);
    CHECK(run.cases.at(0).note == "on GPU 1");
}

} // namespace runner::testing
