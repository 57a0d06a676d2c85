#include "claims/register.hpp"
#include "claims/table.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>
#include <nlohmann/json.hpp>

using namespace runner;

namespace {

constexpr std::string_view mapping =
    R"({"group": "mapping", "prefix": "MAP", "title": "Mapping and unmapping",
 "claims": [{"id": "MAP-04", "class": "documented", "priority": "P0", "sentence": "A | is refused.",
             "source": "Driver API, cuMemMap", "gate": "VMM", "min_driver": "10.2"},
            {"id": "MAP-05", "class": "pinned", "priority": "P1", "sentence": "Whatever it is.", "source": "none"}],
 "dropped": [{"id": "MAP-03", "reason": "cannot be observed"}]})";
constexpr std::string_view capability =
    R"({"group": "capability", "prefix": "CAPQ", "title": "Capabilities", "claims": []})";

} // namespace

TEST_CASE("the register is the union of its files, in the order of reading") {
    const auto claims = parse_register(
        {{"tests/mapping/claims.json", mapping}, {"tests/capability/claims.json", capability}});
    CHECK(claims.defects.empty());
    REQUIRE(claims.groups.size() == 2);
    CHECK(claims.groups[0].name == "capability");
    REQUIRE(claims.find("MAP-04"));
    CHECK(claims.find("MAP-04")->gate == "VMM");
    CHECK(claims.find("MAP-03") == nullptr);
    CHECK(claims.find_group("mapping")->dropped.size() == 1);
}

TEST_CASE("everything malformed is named, the rest stays usable") {
    const auto claims = parse_register(
        {{"tests/mapping/claims.json", R"({"group": "access", "prefix": "MAP", "title": "T", "claims":
           [{"id": "ACC-01", "class": "maybe", "priority": "P9", "sentence": 3}], "dropped": [{"id": "MAP-03"}]})"},
         {"tests/access/claims.json", "{"}});
    const std::string path = "tests/mapping/claims.json: ";
    const std::vector<std::string> expected{
        path + "names the group \"access\" but lies in the folder \"mapping\"",
        path + "ACC-01 has the unknown class \"maybe\" (known: documented, pinned, guard)",
        path + "ACC-01 has the unknown priority \"P9\" (known: P0, P1, P2)",
        path + "\"sentence\" of ACC-01 must be a string",
        path + "ACC-01 has no \"sentence\"",
        path + "ACC-01 has no \"source\"",
        path + "ACC-01 does not start with the group's prefix \"MAP-\"",
        path + "MAP-03 has no \"reason\"",
        "tests/access/claims.json: is not valid JSON"};
    CHECK_THAT(claims.defects, Catch::Matchers::UnorderedEquals(expected));
    CHECK(claims.find("ACC-01") != nullptr);
}

TEST_CASE("the table counts by group and class, and keeps its cells whole") {
    const auto claims = parse_register({{"tests/mapping/claims.json", mapping}});
    const auto text = register_as_markdown(claims);
    CHECK(text.find("| [MAP mapping](#mapping) | 2 | 1 | 1 | 0 | 1 |") != std::string::npos);
    CHECK(text.find("| **all** | **2** | **1** | **1** | **0** | **1** |") != std::string::npos);
    CHECK(text.find(
              "| MAP-04 | documented | P0 | A \\| is refused. | Driver API, cuMemMap | VMM, CUDA 10.2 |") !=
          std::string::npos);
    CHECK(text.find("| MAP-03 | cannot be observed |") != std::string::npos);
    CHECK(register_as_markdown(claims, {"access"}).find("MAP-04") == std::string::npos);
}

TEST_CASE("the register as JSON reads back as itself") {
    const auto claims = parse_register({{"tests/mapping/claims.json", mapping}});
    const auto document = nlohmann::json::parse(register_as_json(claims));
    CHECK(document.at("groups").at(0).at("claims").at(1).at("id") == "MAP-05");
}
