// The catalogue and the two lists beside it.
#include "prove/defect.hpp"
#include "prove/exceptions.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

namespace runner::prove::testing {
namespace {

using Catch::Matchers::Message;

const std::vector<Defect> catalogue = parse_catalogue(
    R"([{"id":"map-one","sentence":"S.","incident":"","claims":"MAP-01 MAP-02 MAP-01"},
        {"id":"map-two","sentence":"S.","incident":"I","claims":""}])");

Register claims() {
    return parse_register(
        {{"tests/mapping/claims.json", R"({"group":"mapping","prefix":"MAP","title":"T","claims":[
        {"id":"MAP-01","class":"documented","priority":"P0","sentence":"s","source":"s"},
        {"id":"MAP-02","class":"pinned","priority":"P0","sentence":"s","source":"s"}]})"}});
}

Exceptions equivalent(const char* entries) {
    const auto text = R"({"schema":1,"equivalent":[)" + std::string(entries) + "]}";
    return parse_exceptions({{"faults/equivalent.json", text}});
}

} // namespace

TEST_CASE("the catalogue tells ids and claims, each claim once") {
    REQUIRE(catalogue.size() == 2);
    CHECK(catalogue[0].claims == std::vector<std::string>{"MAP-01", "MAP-02"});
    CHECK(catalogue[1].claims.empty());
    CHECK_THROWS(parse_catalogue("nonsense"));
    CHECK_THROWS_MATCHES(
        parse_catalogue(R"([{"id":"a","sentence":"","incident":"","claims":""},
                            {"id":"a","sentence":"","incident":"","claims":""}])"),
        std::runtime_error,
        Message("the catalogue names the defect \"a\" twice: rename one of the two in faults/catalogue"));
}

TEST_CASE("defects are selected by id or pattern") {
    CHECK(select_defects(catalogue, {}).size() == 2);
    CHECK(select_defects(catalogue, {"*-two"}).at(0).id == "map-two");
    CHECK_THROWS_AS(select_defects(catalogue, {"map-one", "x*"}), std::invalid_argument);
}

TEST_CASE("a list entry needs a subject and an argument, and may be for one backend") {
    const auto lists = equivalent(R"({"fault":"map-one","argument":"because","backend":"simulator"})");
    CHECK(on_backend(lists, "simulator").equivalent.size() == 1);
    CHECK(on_backend(lists, "gpu").equivalent.empty());
    for (const auto* bad : {R"({"fault":"map-one"})", R"({"fault":"map-one","argument":""})", "7",
                            R"({"fault":"map-one","argument":"x","other":"x"})",
                            R"({"fault":"map-one","argument":"x","backend":"moon"})"})
        CHECK_THROWS(equivalent(bad));
    CHECK_THROWS(parse_exceptions({{"faults/other.json", "{}"}}));
}

TEST_CASE("a defect that a driver has anyway is listed with the case that shows it") {
    const auto listed = [](const std::string& name) {
        const auto text =
            R"({"schema":1,"in_driver":[{"fault":"map-one","argument":"because","case":")" + name + "\"}]}";
        return parse_exceptions({{"faults/in_driver.json", text}});
    };
    CHECK(listed("MAP-01/x: s").in_driver.at(0).case_name == "MAP-01/x: s");
    CHECK(check_lists(catalogue, listed("MAP-01/x: s"), claims()).empty());
    CHECK(check_lists(catalogue, listed("MAP-99: s"), claims()).at(0) ==
          "faults/in_driver.json names for map-one the unknown case \"MAP-99: s\"");
}

TEST_CASE("entries that name nothing are errors") {
    CHECK(check_lists(catalogue, {}, claims()).empty());
    CHECK(check_lists(catalogue, {{{"gone", "because", ""}}, {}}, claims()).size() == 1);
    CHECK(check_lists({{"d", "", "", {"MAP-99"}}}, {}, claims()).at(0) ==
          "the defect d names the unknown claim MAP-99");
    CHECK(check_lists(catalogue, {{}, {{"MAP-99", "because", ""}}}, claims()).at(0) ==
          "faults/exempt.json names the unknown claim MAP-99");
    CHECK(check_lists(catalogue, {{}, {{"MAP-02", "because", ""}}}, claims()).at(0).find("pinned") !=
          std::string::npos);
}

TEST_CASE("the lists stay short") {
    Exceptions lists;
    for (std::size_t i = 0; i <= most_equivalents; ++i)
        lists.equivalent.push_back({"map-one", "because", "gpu"});
    lists.exempt.push_back({"MAP-01", "because", "gpu"}); // one claim of one
    CHECK(check_lists(catalogue, lists, claims()).size() == 2);
}

} // namespace runner::prove::testing
