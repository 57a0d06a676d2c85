// What counts as noticing a defect, and what as proof for a claim.
#include "prove/kill.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

namespace runner::prove::testing {

TEST_CASE("a case that says the same as in the baseline notices nothing") {
    for (const auto outcome : {Outcome::pass, Outcome::skip, Outcome::known_deviation})
        CHECK_FALSE(difference(sample_case("A-1", "", outcome), sample_case("A-1", "", outcome)));
    CHECK_FALSE(difference(sample_case("A-1", "", Outcome::skip), sample_case("A-1")));
}

TEST_CASE("every worse outcome is a kill of its kind") {
    const auto kind = [](const CaseResult& now) { return difference(sample_case("A-1"), now).value().kind; };
    CHECK(kind(sample_case("A-1", "", Outcome::crash)) == KillKind::crash);
    CHECK(kind(sample_case("A-1", "", Outcome::timeout)) == KillKind::timeout);
    CHECK(kind(sample_case("A-1", "", Outcome::error)) == KillKind::error);
    CHECK(kind(sample_case("A-1", "", Outcome::skip)) == KillKind::skipped);
    CHECK(kind(failed("A-1", "CHECK( a == b )")) == KillKind::fail);
}

TEST_CASE("a failure of the fixture or of the teardown is told from one of the case") {
    const auto base = sample_case("A-1");
    CHECK(difference(base, failed("A-1", "{Unknown expression after the reported line}"))->kind ==
          KillKind::set_up);
    CHECK(difference(base, failed("A-1", "TEST_CASE(  )"))->kind == KillKind::set_up);
    CHECK(difference(base, failed("A-1", ""))->kind == KillKind::hygiene);
    auto both = failed("A-1", "");
    both.failures.push_back({"CHECK( x )", "false", "", "", 1, ""});
    CHECK(difference(base, both)->kind == KillKind::fail);
    CHECK(difference(base, both)->what == "false");
}

TEST_CASE("a known deviation that now fails in another way is a kill") {
    CHECK(difference(sample_case("A-1", "", Outcome::known_deviation), failed("A-1", "CHECK( x )")));
}

TEST_CASE("another recorded value is drift") {
    auto before = sample_case("A-1");
    before.observations["A-1/key"] = "old";
    auto now = before;
    CHECK_FALSE(difference(before, now));
    now.observations["A-1/key"] = "new";
    CHECK(difference(before, now)->kind == KillKind::drift);
    CHECK(difference(before, now)->what == "A-1/key: old -> new");
    now.observations.clear();
    CHECK(difference(before, now)->kind == KillKind::drift);
}

TEST_CASE("only what a case does itself proves its claim; drift proves a pinned one") {
    for (const auto kind : {KillKind::fail, KillKind::crash, KillKind::timeout})
        CHECK(proves_claim(kind, "documented"));
    for (const auto kind : {KillKind::set_up, KillKind::hygiene, KillKind::error, KillKind::skipped,
                            KillKind::smoke, KillKind::start, KillKind::missing, KillKind::drift})
        CHECK_FALSE(proves_claim(kind, "guard"));
    CHECK(proves_claim(KillKind::drift, "pinned"));
}

} // namespace runner::prove::testing
