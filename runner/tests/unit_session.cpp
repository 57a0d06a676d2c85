// Blame, without a process: what a session makes of events and ends.
#include "session.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>

namespace runner::testing {
namespace {

using namespace std::chrono_literals;

struct Watched {
    std::vector<PlannedCase> plan;
    std::vector<CaseResult> ended;
    Clock::time_point now = Clock::now();
    Session session;

    explicit Watched(const std::vector<std::string>& names)
        : plan(planned(names)), session(plan, 1, Limits{}, listener(), now) {}

    static std::vector<PlannedCase> planned(const std::vector<std::string>& names) {
        std::vector<PlannedCase> plan;
        for (const auto& name : names) {
            plan.emplace_back();
            plan.back().identity.name = name;
        }
        return plan;
    }

    SessionListener listener() {
        return {[](const SmokeEvent&) {}, [](const Environment&) {}, [](const CaseResult&) {},
                [this](const CaseResult& result) { ended.push_back(result); },
                [] { return std::string("last words"); }};
    }

    void start(const std::string& name) { session.on_event(StartEvent{name}, now); }
    void end(const std::string& name, Outcome outcome = Outcome::pass, bool lost = false) {
        session.on_event(EndEvent{name, outcome, 1, 0, 0, 0.5, lost}, now);
    }
    SessionReport exit(int code, Killed killed = Killed::none) {
        return session.on_exit({code, std::nullopt}, killed, now);
    }
};

} // namespace

TEST_CASE("a case that ends is done; the others remain") {
    Watched w({"a", "b", "c"});
    w.start("b");
    w.end("b");
    CHECK(w.session.on_exit({0, std::nullopt}, Killed::interrupted, w.now).remaining ==
          std::vector<std::size_t>{0, 2});
    REQUIRE(w.ended.size() == 1);
    CHECK(w.ended[0].outcome == Outcome::pass);
    CHECK(w.ended[0].seconds == 0.5);
    CHECK(w.ended[0].output.empty());
}

TEST_CASE("the case on duty is blamed for a death, with signal, time and last output") {
    Watched w({"a", "b"});
    w.start("a");
    w.now += 2s;
    const auto report = w.session.on_exit({std::nullopt, SIGSEGV}, Killed::none, w.now);
    REQUIRE(w.ended.size() == 1);
    CHECK(w.ended[0].outcome == Outcome::crash);
    CHECK(w.ended[0].signal == SIGSEGV);
    CHECK(w.ended[0].seconds == 2);
    CHECK(w.ended[0].output == "last words");
    CHECK(report.remaining == std::vector<std::size_t>{1});
}

TEST_CASE("nobody is blamed when the runner itself ended the worker") {
    Watched w({"a"});
    w.start("a");
    CHECK(w.exit(0, Killed::stopped).remaining.size() == 1);
    CHECK(w.ended.empty());
}

TEST_CASE("an orderly end blames nobody; any other code after goodbye blames the last case") {
    for (const int code : {0, 1}) {
        Watched w({"a"});
        w.start("a");
        w.end("a");
        w.session.on_event(ByeEvent{1}, w.now);
        CHECK(w.exit(code).orderly == (code == 0));
        CHECK(w.ended.back().outcome == (code == 0 ? Outcome::pass : Outcome::crash));
    }
}

TEST_CASE("the limit of a case runs from its start, whatever it says meanwhile") {
    Watched w({"a"});
    w.start("a");
    const auto limit = w.session.deadline();
    CHECK(limit == w.now + 30s);
    w.now += 10s;
    w.session.on_event(ObservationEvent{"a", "key", "value"}, w.now);
    CHECK(w.session.deadline() == limit);
}

TEST_CASE("a pass is not believed with failures, without a check, or with a lost context") {
    Watched w({"a", "b", "c"});
    w.start("a");
    w.session.on_event(FailureEvent{"a", {}}, w.now);
    w.end("a");
    w.start("b");
    w.session.on_event(EndEvent{"b", Outcome::pass, 0, 0, 0, 0, false}, w.now);
    w.start("c");
    w.end("c", Outcome::pass, true);
    REQUIRE(w.ended.size() == 3);
    CHECK(w.ended[0].outcome == Outcome::fail);
    CHECK(w.ended[1].outcome == Outcome::error);
    CHECK(w.ended[2].outcome == Outcome::fail);
    CHECK(w.exit(75).context_lost);
    CHECK(w.ended.size() == 3);
}

TEST_CASE("an event for another case than the one on duty spoils the one on duty") {
    Watched w({"a", "b"});
    w.start("a");
    w.session.on_event(FailureEvent{"b", {}}, w.now);
    w.end("a");
    REQUIRE(w.ended.size() == 1);
    CHECK(w.ended[0].outcome == Outcome::error);
}

TEST_CASE("a case that starts twice breaks the protocol") {
    Watched w({"a"});
    w.start("a");
    w.end("a");
    CHECK(w.session.must_kill() == Killed::none);
    w.start("a");
    CHECK(w.session.must_kill() == Killed::protocol);
}

} // namespace runner::testing
