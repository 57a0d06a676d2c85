// Which cases run, and what of the command line means nothing.
#include "engine.hpp"
#include "plan.hpp"
#include "selection.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace runner::testing {
namespace {

std::vector<CaseInfo> offered() {
    return {{"MAP-01/a: one", "MAP-01", "a", "mapping", {"mapping"}},
            {"MAP-01/b: two", "MAP-01", "b", "mapping", {"mapping", "steady"}},
            {"MAP-10: ten", "MAP-10", "", "mapping", {"mapping", "full"}},
            {"UPD-02: up", "UPD-02", "", "graph_update", {"graph_update", "steady"}}};
}

std::string names(const SelectionOptions& options) {
    const auto class_of = [](const std::string& id) {
        return std::string(id == "UPD-02" ? "pinned" : "documented");
    };
    std::string result;
    for (const auto& info : select(offered(), options, class_of))
        result += info.name.substr(0, info.name.find(':')) + " ";
    return result;
}

std::string refusal(const SelectionOptions& options) {
    try {
        names(options);
    } catch (const std::invalid_argument& problem) {
        return problem.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("without options all cases of the size are selected, in the order of their names") {
    CHECK(names({}) == "MAP-01/a MAP-01/b UPD-02 ");
    CHECK(names({.size = Size::full}) == "MAP-01/a MAP-01/b MAP-10 UPD-02 ");
}

TEST_CASE("an id takes all its cases and no other's; a variant, a name and a pattern take theirs") {
    CHECK(names({.patterns = {"MAP-01"}}) == "MAP-01/a MAP-01/b ");
    CHECK(names({.patterns = {"MAP-01/b"}}) == "MAP-01/b ");
    CHECK(names({.patterns = {"UPD-02: up"}}) == "UPD-02 ");
    CHECK(names({.patterns = {"*-02"}}) == "UPD-02 ");
    CHECK(names({.patterns = {"MAP-01/?", "UPD-*"}}) == "MAP-01/a MAP-01/b UPD-02 ");
}

TEST_CASE("options of one kind add up, of different kinds narrow down") {
    CHECK(names({.groups = {"mapping", "graph_update"}}) == "MAP-01/a MAP-01/b UPD-02 ");
    CHECK(names({.groups = {"mapping"}, .tags = {"steady"}}) == "MAP-01/b ");
    CHECK(names({.classes = {"pinned"}}) == "UPD-02 ");
}

TEST_CASE("each value that selects nothing is refused by name, even beside others that select something") {
    CHECK(refusal({.patterns = {"MAP-01", "MAP-1"}}).find("\"MAP-1\" matches no case") != std::string::npos);
    CHECK(refusal({.groups = {"mapping", "maps"}}).find("\"maps\"") != std::string::npos);
    CHECK(refusal({.tags = {"slow"}}).find("\"slow\"") != std::string::npos);
    CHECK(refusal({.classes = {"guard"}}).find("\"guard\"") != std::string::npos);
    CHECK(refusal({.patterns = {"MAP-10"}}).find("--size full") != std::string::npos);
    CHECK(refusal({.groups = {"mapping"}, .classes = {"pinned"}}).find("together") != std::string::npos);
}

TEST_CASE("a shuffled order depends on its seed alone") {
    CHECK(names({.shuffle_seed = 1}) == names({.shuffle_seed = 1}));
    auto shuffled = select(offered(), {.shuffle_seed = 1}, [](auto&) { return ""; });
    std::sort(shuffled.begin(), shuffled.end(), [](auto& a, auto& b) { return a.name < b.name; });
    CHECK(shuffled.size() == 3);
}

TEST_CASE("limits: a factor or seconds, nothing else") {
    CHECK(parse_limits("2x")->of_case(30) == std::chrono::seconds(60));
    CHECK(parse_limits("2x")->startup() == std::chrono::seconds(120));
    CHECK(parse_limits("90")->of_case(30) == std::chrono::seconds(90));
    CHECK(parse_limits("0.5s")->of_case(30) == std::chrono::milliseconds(500));
    CHECK(parse_limits("90")->startup() == std::chrono::seconds(60));
    for (const auto* text : {"", "x", "0", "-1", "1h", "nan", "inf", "2xx"})
        CHECK_FALSE(parse_limits(text));
}

TEST_CASE("limits grow with the size of the run") {
    const auto limit = [](Size size) { return make_plan(offered(), size).front().timeout_s; };
    CHECK(limit(Size::quick) == offered().front().timeout_s);
    CHECK(limit(Size::full) == 3 * limit(Size::quick));
    CHECK(limit(Size::soak) == 30 * limit(Size::quick));
}

TEST_CASE("devices: all, or a list of different numbers") {
    CHECK(parse_devices("all").all);
    CHECK(parse_devices("0,3").ordinals == std::vector<int>{0, 3});
    for (const auto* text : {"", ",", "0,", "a", "0,0", "-1", "0 1", "1x"})
        CHECK_THROWS_AS(parse_devices(text), std::invalid_argument);
}

} // namespace runner::testing
