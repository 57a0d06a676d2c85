#include "report/junit.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>
#include <pugixml.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

using namespace runner;

namespace {

// To accept a change: VMM_CTS_WRITE_GOLDEN=1 vmm-cts-report-tests, then read the difference.
void check_golden(const std::string& name, const std::string& text) {
    const auto path = std::string(GOLDEN_FOLDER) + "/" + name;
    if (std::getenv("VMM_CTS_WRITE_GOLDEN"))
        std::ofstream(path, std::ios::binary) << text;
    std::ostringstream golden;
    golden << std::ifstream(path, std::ios::binary).rdbuf();
    CHECK(text == golden.str());
}

RunResult no_gpu_run() {
    RunResult run;
    run.suite_version = "0.1.0+gsample";
    run.complete = true;
    run.started = "2026-01-31T16:40:00Z";
    run.verdict = Verdict::no_gpu;
    run.exit_code = 3;
    run.reason = "no driver: libcuda.so.1 could not be loaded";
    run.cases = {sample_case("MAP-01", Outcome::not_run), sample_case("MAP-02", Outcome::not_run)};
    return run;
}

pugi::xml_document parse(const std::string& text) {
    pugi::xml_document document;
    REQUIRE(document.load_buffer(text.data(), text.size()));
    return document;
}

int count_elements(pugi::xml_node root, const char* path) {
    return static_cast<int>(root.select_nodes(path).size());
}

} // namespace

TEST_CASE("the JUnit files are the golden ones") {
    check_golden("rich.xml", to_junit(sample_run(), JunitFlavour::rich));
    check_golden("strict.xml", to_junit(sample_run(), JunitFlavour::strict));
    check_golden("no-gpu.xml", to_junit(no_gpu_run(), JunitFlavour::rich));
}

TEST_CASE("each case has at most one outcome element, and the counts are the number of elements") {
    const auto document = parse(to_junit(sample_run(), JunitFlavour::rich));
    for (const auto& node : document.select_nodes("//testcase"))
        CHECK(count_elements(node.node(), "skipped|failure|error") <= 1);
    std::vector<pugi::xml_node> levels{document.child("testsuites")};
    for (const auto& suite : document.child("testsuites").children("testsuite"))
        levels.push_back(suite);
    for (const auto& node : levels) {
        CHECK(node.attribute("tests").as_int() == count_elements(node, ".//testcase"));
        CHECK(node.attribute("failures").as_int() == count_elements(node, ".//failure"));
        CHECK(node.attribute("errors").as_int() == count_elements(node, ".//error"));
        CHECK(node.attribute("errors"));
        CHECK(node.attribute("time"));
    }
}

TEST_CASE("a failure ends in file:line") {
    const auto document = parse(to_junit(sample_run(), JunitFlavour::strict));
    for (const auto& node : document.select_nodes("//failure"))
        CHECK(std::string(node.node().text().get()).find("tests/mapping/sample.cpp:") != std::string::npos);
    const std::string body = document.select_node("//failure").node().text().get();
    CHECK(body.ends_with("tests/mapping/sample.cpp:42"));
}

TEST_CASE("a run without a usable GPU skips its cases and is an error as a whole") {
    const auto document = parse(to_junit(no_gpu_run(), JunitFlavour::rich));
    CHECK(count_elements(document, "//skipped") == 2);
    CHECK(count_elements(document, "//error") == 1);
    const std::string message = document.select_node("//skipped").node().attribute("message").value();
    CHECK(message == "not run: no driver: libcuda.so.1 could not be loaded");
}

TEST_CASE("an interrupted run is an error as a whole, and so is each case that was not run") {
    auto run = no_gpu_run();
    run.verdict = Verdict::interrupted;
    const auto document = parse(to_junit(run, JunitFlavour::rich));
    CHECK(count_elements(document, "//error") == 3);
}

TEST_CASE("two cases of one name keep apart") {
    auto run = sample_run();
    run.cases = {sample_case("MAP-01", Outcome::pass), sample_case("MAP-01", Outcome::pass)};
    std::set<std::string> names;
    const auto document = parse(to_junit(run, JunitFlavour::rich));
    for (const auto& node : document.select_nodes("//testcase"))
        names.insert(node.node().attribute("name").value());
    CHECK(names.size() == 3);
}

TEST_CASE("ten thousand cases are written in well under a second") {
    auto run = sample_run();
    while (run.cases.size() < 10000) {
        run.cases.push_back(run.cases[run.cases.size() % 10]);
        run.cases.back().name = "N-" + std::to_string(run.cases.size()) + ": many";
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(to_junit(run, JunitFlavour::rich).size() > 1000000);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}
