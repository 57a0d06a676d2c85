#include "report/deviations.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace runner;

namespace {

std::string entry(const std::string& target, const std::string& observed,
                  const std::string& driver = R"(["580", "580.159.04"])") {
    return "{" + target + R"(, "driver": )" + driver + R"(, "gpu": "NVIDIA Sample*", "observed": ")" +
           observed + R"(", "evidence": "seen", "date": "2026-01-31"})";
}

DeviationList list_of(const std::string& entries) {
    const auto text = R"({"schema": 1, "deviations": [)" + entries + "]}";
    return parse_deviations({{"ci/deviations/sample.json", text}});
}

CaseResult failed(const std::string& label, const std::vector<std::string>& expansions) {
    auto result = sample_case(label, Outcome::fail);
    for (const auto& expansion : expansions)
        result.failures.push_back(sample_failure(expansion));
    return result;
}

Outcome outcome_under(const std::string& entries, const CaseResult& result) {
    auto run = run_with({result});
    apply_deviations(run, list_of(entries));
    return run.cases[0].outcome;
}

const std::string map04 = R"("claim": "MAP-04")";

} // namespace

TEST_CASE("a listed failure that shows what is listed is a known deviation") {
    auto run = run_with({failed("MAP-04", {"CUDA_SUCCESS (0) != CUDA_SUCCESS (0)"})});
    apply_deviations(run, list_of(entry(map04, "CUDA_SUCCESS (0) !=")));
    CHECK(run.cases[0].outcome == Outcome::known_deviation);
    CHECK_THAT(run.cases[0].deviation, Catch::Matchers::ContainsSubstring("\"evidence\":\"seen\""));
}

TEST_CASE("another failure than the listed one stays a failure") {
    CHECK(outcome_under(entry(map04, "INVALID_VALUE"), failed("MAP-04", {"2 == 3"})) == Outcome::fail);
    CHECK(outcome_under(entry(map04, "INVALID_VALUE"), failed("MAP-04", {})) == Outcome::fail);
}

TEST_CASE("every failure of the case must be covered") {
    const auto both = failed("MAP-04", {"INVALID_VALUE == 0", "2 == 3"});
    CHECK(outcome_under(entry(map04, "INVALID_VALUE"), both) == Outcome::fail);
    CHECK(outcome_under(entry(map04, "INVALID_VALUE") + "," + entry(map04, "2 == 3"), both) ==
          Outcome::known_deviation);
}

TEST_CASE("a failure without an expansion is compared by its message") {
    auto result = failed("MAP-04", {""});
    result.failures[0].message = "leaked 2 MiB";
    CHECK(outcome_under(entry(map04, "leaked"), result) == Outcome::known_deviation);
}

TEST_CASE("an entry speaks only of its driver range, its GPUs and a real backend") {
    const auto result = failed("MAP-04", {"2 == 3"});
    CHECK(outcome_under(entry(map04, "2 == 3", R"(["580.160", "590"])"), result) == Outcome::fail);
    CHECK(outcome_under(entry(map04, "2 == 3", R"(["570", "580"])"), result) == Outcome::known_deviation);
    auto run = run_with({result});
    run.environment["gpu.name"] = std::string("NVIDIA Other");
    apply_deviations(run, list_of(entry(map04, "2 == 3")));
    CHECK(run.cases[0].outcome == Outcome::fail);
    run = run_with({result, sample_case("MAP-05", Outcome::pass)});
    run.backend = "simulator";
    apply_deviations(run, list_of(entry(map04, "2 == 3") + "," + entry(R"("claim": "MAP-05")", "x")));
    CHECK(run.cases[0].outcome == Outcome::fail);
    CHECK(run.cases[1].outcome == Outcome::pass);
}

TEST_CASE("a pass where a deviation is listed means that the deviation is gone") {
    CHECK(outcome_under(entry(map04, "x"), sample_case("MAP-04", Outcome::pass)) == Outcome::deviation_gone);
    CHECK(outcome_under(entry(map04, "x"), sample_case("MAP-04", Outcome::skip)) == Outcome::skip);
    CHECK(outcome_under(entry(map04, "x"), sample_case("MAP-04", Outcome::crash)) == Outcome::crash);
}

TEST_CASE("an entry that shows only sometimes excuses what it lists, and no more, and is never gone") {
    const auto sometimes = entry(map04 + R"(, "sometimes": true)", "2 == 3");
    CHECK(outcome_under(sometimes, failed("MAP-04", {"2 == 3"})) == Outcome::known_deviation);
    CHECK(outcome_under(sometimes, failed("MAP-04", {"7 == 8"})) == Outcome::fail);
    CHECK(outcome_under(sometimes, sample_case("MAP-04", Outcome::pass)) == Outcome::pass);
    CHECK(outcome_under(entry(map04 + R"(, "sometimes": false)", "2 == 3"),
                        sample_case("MAP-04", Outcome::pass)) == Outcome::deviation_gone);
    const std::vector<CaseInfo> tests{{.name = "MAP-04: s", .id = "MAP-04"}};
    CHECK(deviating_cases(tests, "gpu", run_with({}).environment, list_of(sometimes)).empty());
}

TEST_CASE("a claim's entry lives as long as one of its cases shows it") {
    auto run = run_with({sample_case("MAP-04/a", Outcome::pass), failed("MAP-04/b", {"2 == 3"})});
    apply_deviations(run, list_of(entry(map04, "2 == 3")));
    CHECK(run.cases[0].outcome == Outcome::pass);
    CHECK(run.cases[1].outcome == Outcome::known_deviation);
}

TEST_CASE("an entry can name a single case") {
    auto run = run_with({failed("MAP-04/a", {"2 == 3"}), failed("MAP-04/b", {"2 == 3"})});
    apply_deviations(run, list_of(entry(R"("case": "MAP-04/b: a sentence about MAP-04")", "2 == 3")));
    CHECK(run.cases[0].outcome == Outcome::fail);
    CHECK(run.cases[1].outcome == Outcome::known_deviation);
}

TEST_CASE("an entry can name some cases of a claim by a pattern") {
    auto run = run_with({failed("MAP-04/a_1", {"2 == 3"}), failed("MAP-04/a_2", {"2 == 3"}),
                         failed("MAP-04/b", {"2 == 3"}), failed("MAP-04", {"2 == 3"})});
    apply_deviations(run, list_of(entry(R"("case": "MAP-04/a_*")", "2 == 3")));
    CHECK(run.cases[0].outcome == Outcome::known_deviation);
    CHECK(run.cases[1].outcome == Outcome::known_deviation);
    CHECK(run.cases[2].outcome == Outcome::fail);
    CHECK(run.cases[3].outcome == Outcome::fail);
}

TEST_CASE("the cases that are listed for an environment can be asked for") {
    const std::vector<CaseInfo> tests{{.name = "MAP-04/a_1: s", .id = "MAP-04"},
                                      {.name = "MAP-05: s", .id = "MAP-05"}};
    const auto list = list_of(entry(R"("case": "MAP-04/a_*")", "2 == 3"));
    const auto environment = run_with({}).environment;
    CHECK(deviating_cases(tests, "gpu", environment, list) == std::vector<std::string>{"MAP-04/a_1: s"});
    CHECK(deviating_cases(tests, "simulator", environment, list).empty());
}

TEST_CASE("an entry that its case no longer shows is gone although another entry still shows") {
    CHECK(outcome_under(entry(map04, "2 == 3") + "," + entry(map04, "7 == 8"),
                        failed("MAP-04", {"2 == 3"})) == Outcome::deviation_gone);
}

TEST_CASE("every device of a run is judged in its own environment") {
    auto run = run_with({failed("MAP-04", {"2 == 3"})});
    run.devices = {{0, Verdict::broken, run.environment, run.cases}, {1, Verdict::broken, {}, run.cases}};
    apply_deviations(run, list_of(entry(map04, "2 == 3")));
    CHECK(run.devices[0].cases[0].outcome == Outcome::known_deviation);
    CHECK(run.devices[1].cases[0].outcome == Outcome::fail);
}

TEST_CASE("a malformed entry is refused with a sentence that names it") {
    const auto start = std::string("ci/deviations/sample.json, entry 1 ");
    CHECK_THROWS_WITH(
        list_of("{}"),
        start + "must have either \"claim\" (an id) or \"case\" (a case name, or a pattern of such)");
    CHECK_THROWS_WITH(list_of(R"({"clam": "MAP-04"})"), start + "has the unknown field \"clam\"");
    CHECK_THROWS_WITH(list_of(R"({"claim": "MAP-04"})"),
                      start + "must have \"driver\": [\"first\", \"last\"], the range of driver versions");
    CHECK_THROWS_WITH(list_of(entry(map04, "")), start + "has no \"observed\"");
    CHECK_THROWS_WITH(list_of(entry(map04, "x", R"(["580", "new"])")),
                      start + "has a driver version that is not like \"580.159.04\"");
    CHECK_THROWS_WITH(list_of(entry(map04 + R"(, "sometimes": "yes")", "x")),
                      start + "has a \"sometimes\" that is neither true nor false");
    CHECK_THROWS_WITH(parse_deviations({{"a.json", "{"}}), "a.json is not valid JSON");
    CHECK_THROWS_WITH(parse_deviations({{"a.json", "[]"}}),
                      "a.json must be {\"schema\": 1, \"deviations\": [...]}");
}
