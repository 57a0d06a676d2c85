// Signals to the runner itself: reports stay valid, and hold every case that had finished.
#include "invoke.hpp"
#include "journal.hpp"
#include "results_json.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

namespace runner::testing {
namespace {

using namespace std::chrono_literals;

void wait_for(const std::filesystem::path& file) {
    for (int i = 0; i < 5000 && !std::filesystem::exists(file); ++i)
        std::this_thread::sleep_for(1ms);
}

// Names of cases whose result stands in the journal.
std::size_t finished_in_journal(const std::filesystem::path& out) {
    std::ifstream stream(out / journal_name);
    std::size_t count = 0;
    for (std::string line; std::getline(stream, line);)
        count += line.starts_with(R"({"event":"case")") && line.ends_with("}") ? 1 : 0;
    return count;
}

std::size_t finished_in_results(const RunResult& run) {
    return run.cases.size() - static_cast<std::size_t>(count(run.cases).of(Outcome::not_run));
}

} // namespace

TEST_CASE("Ctrl-C ends the children, writes the reports, marks them incomplete and exits 130") {
    const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
    Invocation run({"pass,hang,observe", "", {}});
    wait_for(run.out() / "results.json");
    std::this_thread::sleep_for(50ms);
    run.kill(signal);
    CHECK(run.wait() == 130);
    CHECK(run.processes_left() == 0);
    const auto result = run.result();
    CHECK_FALSE(result.complete);
    CHECK(result.verdict == Verdict::interrupted);
    CHECK(run.result_of("pass").outcome == Outcome::pass);
    CHECK(run.result_of("hang").outcome == Outcome::not_run);
    CHECK(is_well_formed(run.out() / "report.xml"));
    CHECK(run.standard_output().starts_with("INTERRUPTED: "));
}

TEST_CASE(
    "a runner killed at a random moment leaves valid reports with every finished case, and no process") {
    std::mt19937 random(2026);
    for (int i = 0; i < 100; ++i) {
        Invocation run({"slow*4,fail,slow*100,segv,slow*200", "", {"--no-retry"}});
        // From the moment the reports appear on; before it there is nothing to lose.
        wait_for(run.out() / "results.json");
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 60000));
        CHECK(run.result().cases.size() == 306); // valid while the run goes on
        run.kill(SIGKILL);
        CHECK(run.wait() == 128 + SIGKILL);
        run.wait_for_guardian();
        REQUIRE(run.processes_left() == 0);
        const auto result = run.result();
        REQUIRE(finished_in_results(result) == finished_in_journal(run.out()));
        REQUIRE_FALSE(result.complete);
        REQUIRE(result.exit_code == 130);
        REQUIRE(is_well_formed(run.out() / "report.xml"));
    }
}

TEST_CASE("workers killed at random moments: every case still has a result") {
    Invocation run({"slow*100", "", {"--no-retry"}});
    std::mt19937 random(7);
    for (int kills = 0; kills < 10; ++kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 20));
        std::ifstream stream(run.out() / journal_name);
        pid_t worker = -1;
        for (std::string line; std::getline(stream, line);)
            if (const auto at = line.find(R"("process":)");
                at != std::string::npos && line.starts_with(R"({"event":"worker",)"))
                worker = std::atoi(line.c_str() + at + 10);
        if (worker > 0)
            ::kill(worker, SIGKILL);
    }
    CHECK(run.wait() == 1);
    const auto counts = count(run.result().cases);
    CHECK(counts.of(Outcome::pass) + counts.of(Outcome::crash) == 100);
    CHECK(counts.of(Outcome::crash) > 0);
    CHECK(run.result().complete);
}

TEST_CASE("the journal alone gives the run back") {
    Invocation run({"pass,fail,skip,observe", "", {}});
    CHECK(run.wait() == 1);
    auto from_journal = read_journal(run.out());
    auto from_results = run.result();
    CHECK(to_text(from_journal) == to_text(from_results));
}

} // namespace runner::testing
