// Flakiness, order dependence, and the options that repeat or end a run.
#include "invoke.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace runner::testing {

TEST_CASE("a case that fails in company and passes alone stays failed, with a note") {
    const auto [behaviour, outcome] =
        GENERATE(table<std::string, Outcome>({{"company", Outcome::fail}, {"company_segv", Outcome::crash}}));
    Invocation run({"pass," + behaviour, "", {}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of(behaviour).outcome == outcome);
    CHECK(run.result_of(behaviour).note.starts_with("passes alone, fails in company"));
    CHECK(run.result_of(behaviour).attempts == 3);
}

TEST_CASE("a case that fails every time is reproduced alone") {
    Invocation run({"pass,fail", "", {}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("fail").outcome == Outcome::fail);
    CHECK(run.result_of("fail").note == "fails alone, too");
}

TEST_CASE("a case that passes and fails in one condition is flaky, which is no pass") {
    const auto* cases = GENERATE("flaky", "pass,flaky"); // alone from the start, and in company first
    Invocation run({cases, "", {}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("flaky").outcome == Outcome::flaky);
    CHECK(run.result().verdict == Verdict::broken);
}

TEST_CASE("repeating finds flakiness in company") {
    Invocation run({"pass,flaky", "", {"--repeat", "4", "--no-retry"}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("flaky").outcome == Outcome::flaky);
    CHECK(run.result_of("flaky").note == "failed 2 of 4 times in company");
    CHECK(run.result_of("pass").attempts == 4);
}

TEST_CASE("without retries a failure stays as it is") {
    Invocation run({"pass,flaky", "", {"--no-retry"}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("flaky").outcome == Outcome::fail);
    CHECK(run.result_of("flaky").attempts == 1);
}

TEST_CASE("retries end after 20 failing cases, and the report says so") {
    Invocation run({"fail*25", "", {}});
    CHECK(run.wait() == 1);
    REQUIRE(run.result().warnings.size() == 1);
    CHECK(run.result().warnings[0].starts_with("5 failing cases were not run again"));
}

TEST_CASE("a fail-fast run ends at the first broken case; the rest is not run") {
    const auto* behaviour = GENERATE("fail", "segv");
    Invocation run({"pass," + std::string(behaviour) + ",observe*1000", "", {"--fail-fast"}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("pass").outcome == Outcome::pass);
    CHECK(is_bad(run.result_of(behaviour).outcome));
    CHECK(count(run.result().cases).of(Outcome::not_run) > 0);
    CHECK(run.result_of(behaviour).attempts == 1);
}

TEST_CASE("a seed gives one order") {
    const auto order = [](const char* seed) {
        Invocation run({"pass*20", "", {"--shuffle", seed}});
        CHECK(run.wait() == 0);
        std::string names;
        for (const auto& result : run.result().cases)
            names += result.id;
        return names;
    };
    const auto once = order("7");
    CHECK(once == order("7"));
    CHECK(once != order("8"));
}

TEST_CASE("over all devices, every GPU gets a worker of its own and a verdict") {
    Invocation run({"pass,company,skip", "", {"--devices", "all", "--no-retry"}});
    CHECK(run.wait() == 1);
    const auto result = run.result();
    REQUIRE(result.devices.size() == 2);
    for (const auto& device : result.devices) {
        CHECK(text_of(device.environment, "gpu.name") == "Fake GPU " + std::to_string(device.ordinal));
        CHECK(device.verdict == Verdict::broken);
        CHECK(device.cases.size() == 3);
    }
    CHECK(run.result_of("company").note == "on GPU 0, 1");
}

} // namespace runner::testing
