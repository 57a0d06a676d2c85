#include "report/compare.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace runner;

namespace {

Comparison compare_outcomes(Outcome before, Outcome now) {
    return compare(run_with({sample_case("MAP-01", before)}), run_with({sample_case("MAP-01", now)}));
}

std::string only_word(const Comparison& comparison) {
    REQUIRE(comparison.differences.size() == 1);
    return std::string(word_for(comparison.differences[0].change));
}

CaseResult observing(const std::string& value) {
    auto result = sample_case("RSV-01", Outcome::pass);
    result.observations["hint"] = value;
    return result;
}

} // namespace

TEST_CASE("a change of outcome gets its word") {
    CHECK(only_word(compare_outcomes(Outcome::pass, Outcome::fail)) == "REGRESSION");
    CHECK(only_word(compare_outcomes(Outcome::pass, Outcome::known_deviation)) == "REGRESSION");
    CHECK(only_word(compare_outcomes(Outcome::skip, Outcome::crash)) == "REGRESSION");
    CHECK(only_word(compare_outcomes(Outcome::fail, Outcome::pass)) == "FIXED");
    CHECK(only_word(compare_outcomes(Outcome::known_deviation, Outcome::pass)) == "FIXED");
    CHECK(only_word(compare_outcomes(Outcome::pass, Outcome::skip)) == "SKIPPED NOW");
    CHECK(only_word(compare_outcomes(Outcome::fail, Outcome::skip)) == "SKIPPED NOW");
    CHECK(only_word(compare_outcomes(Outcome::pass, Outcome::not_run)) == "MISSING");
    CHECK(compare_outcomes(Outcome::skip, Outcome::pass).differences.empty());
    CHECK(compare_outcomes(Outcome::fail, Outcome::crash).differences.empty());
}

TEST_CASE("a case that is gone is missing, one that came is new") {
    const auto result = compare(run_with({sample_case("MAP-01", Outcome::pass)}),
                                run_with({sample_case("MAP-02", Outcome::pass)}));
    REQUIRE(result.differences.size() == 2);
    CHECK(word_for(result.differences[0].change) == "MISSING");
    CHECK(word_for(result.differences[1].change) == "NEW");
    CHECK(result.loud());
}

TEST_CASE("a recorded value that changed or vanished drifts") {
    CHECK(only_word(compare(run_with({observing("granted")}), run_with({observing("moved")}))) == "DRIFT");
    const auto vanished =
        compare(run_with({observing("granted")}), run_with({sample_case("RSV-01", Outcome::pass)}));
    CHECK(only_word(vanished) == "DRIFT");
    CHECK(compare(run_with({observing("granted")}), run_with({observing("granted")})).unchanged == 1);
}

TEST_CASE("only losses are loud") {
    CHECK(compare_outcomes(Outcome::pass, Outcome::fail).loud());
    CHECK_FALSE(compare_outcomes(Outcome::fail, Outcome::pass).loud());
}

TEST_CASE("the text and the table name change, case and values") {
    auto now = run_with({observing("moved | away")});
    now.environment["driver.user_mode"] = std::string("590.1");
    const auto result = compare(run_with({observing("granted")}), now);
    CHECK(as_text(result) == "note: driver.user_mode: 580.159.04 -> 590.1\n"
                             "DRIFT       RSV-01: a sentence about RSV-01\n"
                             "            hint: granted -> moved | away\n"
                             "1 DRIFT, 0 unchanged\n");
    CHECK(as_markdown(result).find(
              "| DRIFT | RSV-01: a sentence about RSV-01 | granted | moved \\| away | hint |") !=
          std::string::npos);
}
