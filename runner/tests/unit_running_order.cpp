#include "running_order.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace runner {
namespace {

CaseInfo info(const std::string& name, std::vector<std::string> tags = {}) {
    CaseInfo made;
    made.name = name;
    made.tags = std::move(tags);
    return made;
}

std::string names(const std::vector<CaseInfo>& cases) {
    std::string text;
    for (const CaseInfo& one : cases) {
        text += one.name;
    }
    return text;
}

} // namespace

TEST_CASE("running order: undisturbed cases come first, and those that also need children last") {
    CHECK(names(in_running_order({info("a"), info("b", {"accounting", "sacrifices"}), info("c", {"timing"}),
                                  info("d"), info("e", {"accounting"})})) == "ceadb");
}

TEST_CASE("running order: cases with children are spread among the others") {
    CHECK(names(in_running_order({info("1"), info("2"), info("3"), info("4"), info("A", {"sacrifices"}),
                                  info("B", {"sacrifices"})})) == "1A2B34");
    CHECK(names(in_running_order({info("A", {"sacrifices"}), info("B", {"sacrifices"})})) == "AB");
    CHECK(in_running_order({}).empty());
}

TEST_CASE("running order: nothing is lost when few cases do not divide the many") {
    CHECK(names(in_running_order({info("1"), info("A", {"sacrifices"}), info("B", {"sacrifices"}),
                                  info("C", {"sacrifices"}), info("2")})) == "A1BC2");
}

} // namespace runner
