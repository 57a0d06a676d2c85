// Workers whose events or output are more, less or other than they should be.
#include "invoke.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace runner::testing {

TEST_CASE("100 MB of output are read and thrown away") {
    Invocation run({"pass,flood,observe", "", {}});
    CHECK(run.wait() == 0);
    CHECK(std::filesystem::file_size(run.out() / "results.json") < 100000);
}

TEST_CASE("of much output, binary as it may be, the last 8 KiB are kept") {
    Invocation run({"flood_fail", "", {"--no-retry"}});
    CHECK(run.wait() == 1);
    const auto output = run.result_of("flood_fail").output;
    CHECK(output.find("bytes before this are left out") != std::string::npos);
    CHECK(output.ends_with("the end\n"));
    CHECK(is_well_formed(run.out() / "report.xml"));
}

TEST_CASE("failures without end are cut, and counted") {
    Invocation run({"failures", "", {"--no-retry"}});
    CHECK(run.wait() == 1);
    CHECK(run.result_of("failures").failures.size() == 100);
    CHECK(run.result_of("failures").note == "4900 more failures are left out");
}

TEST_CASE("binary garbage and control characters in a failure reach every report, and no terminal") {
    Invocation run({"garbage", "", {"--no-retry"}});
    CHECK(run.wait() == 1);
    const auto result = run.result_of("garbage");
    CHECK(result.outcome == Outcome::fail);
    REQUIRE(result.failures.size() == 1);
    CHECK(result.failures[0].message.find("controls ]]> <&") != std::string::npos);
    CHECK(is_well_formed(run.out() / "report.xml"));
    CHECK(run.standard_output().find('\x1b') == std::string::npos);
    CHECK(run.standard_output().find("\\x1b[31m") != std::string::npos);
}

TEST_CASE("events that cannot be read make their case an error, never a pass") {
    const auto* behaviour = GENERATE("noise", "endless_line", "unended", "stranger");
    Invocation run({"pass," + std::string(behaviour) + ",observe", "", {"--no-retry"}});
    CHECK(run.wait() == 4);
    CHECK(run.result_of(behaviour).outcome == Outcome::error);
    CHECK(run.result_of("pass").outcome == Outcome::pass);
    CHECK(run.result_of("observe").outcome == Outcome::pass);
}

TEST_CASE("a case that checks nothing is an error, even if the worker calls it a pass") {
    const auto* behaviour = GENERATE("silent", "vacuous");
    Invocation run({"pass," + std::string(behaviour), "", {}});
    CHECK(run.wait() == 4);
    CHECK(run.result_of(behaviour).outcome == Outcome::error);
}

TEST_CASE("observations, measurements and skip reasons arrive") {
    Invocation run({"observe,skip", "", {}});
    CHECK(run.wait() == 0);
    CHECK(run.result_of("observe").observations.at("K") == "V");
    REQUIRE(run.result_of("observe").measurements.size() == 1);
    CHECK(run.result_of("observe").measurements[0].value == 0.5);
    CHECK(run.result_of("skip").skip_reasons == std::vector<std::string>{"FABRIC = 0"});
}

TEST_CASE("a worker that leaves out cases and says goodbye does not hide them") {
    Invocation run({"pass*6", "skip_half", {}});
    CHECK(run.wait() == 4);
    const auto counts = count(run.result().cases);
    CHECK(counts.of(Outcome::pass) == 3);
    CHECK(counts.of(Outcome::error) == 3);
}

TEST_CASE("10,000 cases cost less than 1 ms each") {
    Invocation run({"pass*10000", "", {}});
    CHECK(run.wait() == 0);
    CHECK(count(run.result().cases).of(Outcome::pass) == 10000);
    CHECK(run.result().seconds < 10);
}

} // namespace runner::testing
