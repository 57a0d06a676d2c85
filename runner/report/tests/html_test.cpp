#include "report/html.hpp"
#include "report/template.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace runner;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

int occurrences(const std::string& text, const std::string& part) {
    int number = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++number;
    return number;
}

} // namespace

TEST_CASE("the page is one file that asks no network") {
    const auto page = to_html(sample_run());
    for (const auto* word : {"http:", "https:", "src=", "url(", "@import", "<link"})
        CHECK_FALSE(has(page, word));
}

TEST_CASE("the page shows every case with all that is known about it") {
    const auto page = to_html(sample_run());
    CHECK(occurrences(page, "<li class=\"case ") == 10);
    for (const auto* word :
         {"known deviation", "HANDLE_TYPE_FABRIC_SUPPORTED = 0", "RSV-01/hint", "1.61235 us",
          "ended by SIGSEGV (11)", "failed once in 3 attempts", "Driver API, cuMemMap",
          "tests/mapping/sample.cpp:42", "NVIDIA Sample 80GB", "vmm-cts run --out &#39;two words&#39;"})
        CHECK(has(page, word));
}

TEST_CASE("a case that tells its claim does not tell it twice, a variant names its claim") {
    auto run = sample_run();
    run.cases = {sample_case("MAP-01", Outcome::pass)};
    run.cases[0].sentence = "A sentence about MAP-01.";
    CHECK_FALSE(has(to_html(run), "Claim: "));
    run.cases[0].sentence = "Something larger.";
    CHECK(has(to_html(run), "Claim: Something larger."));
}

TEST_CASE("texts of a run cannot end a tag, an attribute or the script") {
    const auto page = to_html(sample_run());
    CHECK(occurrences(page, "</script") == 1);
    CHECK(has(page, "another &lt;address&gt; &amp;  more"));
    CHECK(html("<a href=\"x\">'&") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST_CASE("a simulated or unfinished run says so") {
    auto run = sample_run();
    run.backend = "simulator";
    run.complete = false;
    run.verdict = Verdict::kept;
    const auto page = to_html(run);
    CHECK(has(page, "On the simulator: every claim"));
    CHECK(has(page, "says nothing about a driver"));
    CHECK(has(page, "This report is incomplete"));
}

TEST_CASE("a template reports a value that it lacks") {
    CHECK(fill("a {{b}} c", {{"b", "{{x}}"}}) == "a {{x}} c");
    CHECK_THROWS(fill("{{unknown}}", {}));
}
