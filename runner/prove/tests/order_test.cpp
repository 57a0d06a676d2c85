// The order in which cases meet a defect.
#include "prove/order.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

namespace runner::prove::testing {
namespace {

std::vector<std::string> names(const std::vector<PlannedCase>& cases) {
    std::vector<std::string> result;
    for (const auto& planned : cases)
        result.push_back(planned.identity.id +
                         (planned.identity.variant.empty() ? "" : "/" + planned.identity.variant));
    return result;
}

const std::vector<CaseResult> baseline{
    sample_case("A-1", "", Outcome::pass, 0.5), sample_case("B-1", "slow", Outcome::pass, 2),
    sample_case("B-1", "fast", Outcome::pass, 0.01), sample_case("C-1", "", Outcome::skip, 0.001),
    sample_case("D-1", "", Outcome::not_run, 0)};

} // namespace

TEST_CASE("named claims come first, in the order of the names, then the rest, fastest first") {
    const auto order = order_for({"id", "", "", {"B-1", "C-1", "Z-9"}}, baseline);
    CHECK(names(order.named) == std::vector<std::string>{"B-1/fast", "B-1/slow", "C-1"});
    CHECK(names(order.rest) == std::vector<std::string>{"A-1"});
    CHECK(names(order_for({}, baseline).rest) ==
          std::vector<std::string>{"C-1", "B-1/fast", "A-1", "B-1/slow"});
}

TEST_CASE("a case has five times its time in the baseline and three seconds more") {
    const auto order = order_for({}, baseline);
    const auto limit = short_limits().of_case(order.rest.back().timeout_s);
    CHECK(Seconds(limit).count() == 13);
}

TEST_CASE("slow cases can be set apart") {
    auto rest = order_for({}, baseline).rest;
    CHECK(names(take_slow(rest, baseline)) == std::vector<std::string>{"A-1", "B-1/slow"});
    CHECK(names(rest) == std::vector<std::string>{"C-1", "B-1/fast"});
}

} // namespace runner::prove::testing
