#include "claims/check.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

using namespace runner;
using Catch::Matchers::UnorderedEquals;
using Sentences = std::vector<std::string>;

namespace {

Register sample_register() {
    Register claims;
    claims.groups = {{"mapping", "MAP", "Mapping", {}, {{"MAP-03", "cannot be observed"}}},
                     {"access", "ACC", "Access", {}, {}}};
    claims.groups[0].claims = {{"MAP-01", "mapping", "documented", "P0", "s", "d", "", ""},
                               {"MAP-02", "mapping", "guard", "P0", "s", "d", "", ""}};
    claims.groups[1].claims = {{"ACC-01", "access", "pinned", "P0", "s", "d", "", ""}};
    return claims;
}

CaseInfo test_of(const std::string& id, const std::string& group) {
    return {id + ": s", id, "", group, {group}, "tests/" + group + "/s.cpp", 1, 30};
}

std::vector<CaseInfo> sample_tests() {
    return {test_of("MAP-01", "mapping"), test_of("MAP-02", "mapping"), test_of("ACC-01", "access")};
}

} // namespace

TEST_CASE("a register in step with its tests has no offender") {
    CHECK(check_register(sample_register(), sample_tests(), {{"d.json, entry 1", "MAP-01", ""}}, {}).empty());
}

TEST_CASE("a claim without a test is named") {
    auto tests = sample_tests();
    tests.pop_back();
    const Sentences expected{
        "the claim ACC-01 has no test: write one, or move it to \"dropped\" with a reason"};
    CHECK_THAT(check_register(sample_register(), tests, {}, {}), UnorderedEquals(expected));
    CHECK(check_register(sample_register(), tests, {}, {"mapping"}).empty());
}

TEST_CASE("a test without a claim, or in the wrong group, is named") {
    auto tests = sample_tests();
    tests.push_back(test_of("MAP-99", "mapping"));
    tests.push_back(test_of("MAP-01", "access"));
    tests.back().name = "MAP-01/other: s";
    const Sentences expected{
        "the test \"MAP-99: s\" checks no claim: add MAP-99 to tests/mapping/claims.json",
        "the test \"MAP-01/other: s\" has the tag [access] but its claim belongs to the group mapping"};
    CHECK_THAT(check_register(sample_register(), tests, {}, {}), UnorderedEquals(expected));
}

TEST_CASE("an id that appears twice, or is dropped as well, is named") {
    auto claims = sample_register();
    claims.groups[1].claims.push_back(claims.groups[0].claims[0]);
    claims.groups[0].dropped.push_back({"MAP-02", "r"});
    claims.groups[1].dropped.push_back({"MAP-03", "r"});
    const Sentences expected{"MAP-01 is claimed more than once: give each claim its own id",
                             "MAP-02 is both a claim and dropped: keep one of the two",
                             "MAP-03 is dropped more than once: keep one entry"};
    CHECK_THAT(check_register(claims, sample_tests(), {}, {}), UnorderedEquals(expected));
}

TEST_CASE("a deviation of no claim, of a claim that is not documented, or of no case is named") {
    const std::vector<DeviationTarget> entries{{"d.json, entry 1", "MAP-77", ""},
                                               {"d.json, entry 2", "MAP-02", ""},
                                               {"d.json, entry 3", "", "MAP-01/x: s"}};
    const Sentences expected{
        "d.json, entry 1 names the claim MAP-77, which the register does not hold",
        "d.json, entry 2 names MAP-02, which is guard: only a documented claim can have a known deviation",
        "d.json, entry 3 names the case \"MAP-01/x: s\", which does not exist"};
    CHECK_THAT(check_register(sample_register(), sample_tests(), entries, {}), UnorderedEquals(expected));
}

TEST_CASE("defects of the files and an empty register are named") {
    Register claims;
    claims.defects = {"a defect"};
    const Sentences expected{"a defect",
                             "the register is empty: no tests/<group>/claims.json was compiled in"};
    CHECK_THAT(check_register(claims, {}, {}, {}), UnorderedEquals(expected));
}
