// Events, text of unknown origin, the output's tail, histories.
#include "catalog.hpp"
#include "event.hpp"
#include "history.hpp"
#include "line_reader.hpp"
#include "output_tail.hpp"
#include "utf8.hpp"

#include <catch2/catch_test_macros.hpp>

namespace runner::testing {
namespace {

template<typename E>
E parsed(std::string_view line) {
    const auto event = parse_event(line);
    return std::get<E>(event);
}

bool unreadable(std::string_view line) {
    const auto event = parse_event(line);
    return std::holds_alternative<UnreadableEvent>(event);
}

CaseResult attempt(Outcome outcome) {
    CaseResult result;
    result.outcome = outcome;
    return result;
}

} // namespace

TEST_CASE("every event of the protocol is understood") {
    CHECK(parsed<HelloEvent>(R"({"event":"hello","protocol":1,"pid":5,"suite_version":"1"})").protocol == 1);
    CHECK_FALSE(parsed<SmokeEvent>(R"({"event":"smoke","ok":false,"reason":"r","code":"c"})").ok);
    const auto e =
        parsed<EnvironmentEvent>(R"({"event":"environment","properties":{"a":"x","n":2,"f":0.5}})");
    CHECK(text_of(e.properties, "a") == "x");
    CHECK(std::get<std::int64_t>(e.properties.at("n")) == 2);
    CHECK(text_of(e.properties, "f") == "0.5");
    CHECK(parsed<StartEvent>(R"({"event":"start","case":"c","time":"t"})").case_name == "c");
    CHECK(parsed<FailureEvent>(R"({"event":"failure","case":"c","expansion":"x","line":4})").failure.line ==
          4);
    CHECK(parsed<SkipEvent>(R"({"event":"skip","case":"c","reason":"r"})").reason == "r");
    CHECK(parsed<ObservationEvent>(R"({"event":"observation","case":"c","key":"k","value":"v"})").value ==
          "v");
    CHECK(parsed<MeasurementEvent>(R"({"event":"measurement","case":"c","key":"k","value":0.5,"unit":"us"})")
              .measurement.value == 0.5);
    CHECK(parsed<EndEvent>(R"({"event":"end","case":"c","outcome":"skip"})").outcome == Outcome::skip);
    CHECK(parsed<ByeEvent>(R"({"event":"bye","cases":3})").cases == 3);
}

TEST_CASE("what is no event is unreadable, not an exception") {
    for (const auto* line :
         {"", "x", "{}", "[]", "null", R"({"event":"dance"})", R"({"event":"start"})", R"({"event":7})",
          R"({"event":"end","case":"c","outcome":"crash"})", R"({"event":"end","case":"c"})"})
        CHECK(unreadable(line));
}

TEST_CASE("bytes that JSON forbids are mended in an event") {
    const auto event =
        parsed<FailureEvent>("{\"event\":\"failure\",\"case\":\"c\",\"message\":\"\x01 \xff\"}");
    CHECK(event.failure.message == "\x01 \xEF\xBF\xBD");
}

TEST_CASE("UTF-8 stays, what is none is replaced byte by byte") {
    CHECK(valid_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK(valid_utf8("\xC0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD");                 // overlong
    CHECK(valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); // surrogate
    CHECK(valid_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");                 // cut short
    CHECK(printable("\x1b[31m\r\n\t\x7f") == "\\x1b[31m\\x0d\n\t\\x7f");
}

TEST_CASE("lines are found whatever the pieces; a line without end is cut") {
    LineReader reader;
    std::string lines;
    std::size_t longest = 0;
    const auto take = [&](std::string_view line) {
        lines += std::string(line.substr(0, 5)) + "|";
        longest = std::max(longest, line.size());
    };
    for (const auto* piece : {"on", "e\ntw", "o\n\nthree", "\n"})
        reader.feed(piece, take);
    CHECK(lines == "one|two||three|");
    for (int i = 0; i < 6; ++i)
        reader.feed(std::string(1U << 20U, 'x'), take);
    reader.feed("\n", take);
    CHECK(longest == LineReader::longest_line);
    CHECK(reader.pending().empty());
}

TEST_CASE("the tail of the output begins where the case began, at most one round early") {
    OutputTail tail;
    tail.append("old ");
    tail.end_of_round();
    tail.append("between ");
    tail.end_of_round();
    tail.begin_case();
    tail.append("new");
    CHECK(tail.text() == "between new");
    tail.append(std::string(100000, 'x'));
    CHECK(tail.text().size() < OutputTail::limit + 100);
    CHECK(tail.text().starts_with("["));
}

TEST_CASE("histories: order dependence, reproduction, flakiness, correction") {
    History history;
    history.record(1, Condition::in_company, attempt(Outcome::fail));
    CHECK(history.conclusion().note.empty());
    history.record(2, Condition::alone, attempt(Outcome::pass));
    CHECK(history.conclusion().note == "passes alone, fails in company");
    CHECK(history.conclusion().outcome == Outcome::fail);
    history.record(3, Condition::alone, attempt(Outcome::pass));
    CHECK(history.conclusion().note == "passes alone, fails in company");
    history.record(3, Condition::alone, attempt(Outcome::crash)); // died after its end
    CHECK(history.conclusion().outcome == Outcome::flaky);
    CHECK(history.conclusion().attempts == 3);
    CHECK(history.conclusion().note == "failed 1 of 1 times in company and failed 1 of 2 times alone");
}

TEST_CASE("a history of passes tells of the last, one with a failure of the first failure") {
    History history;
    auto pass = attempt(Outcome::pass);
    history.record(1, Condition::in_company, pass);
    pass.seconds = 2;
    history.record(2, Condition::in_company, pass);
    CHECK(history.conclusion().seconds == 2);
    auto crash = attempt(Outcome::crash);
    crash.signal = 11;
    history.record(3, Condition::in_company, crash);
    history.record(4, Condition::in_company, pass);
    CHECK(history.conclusion().outcome == Outcome::flaky);
    CHECK(history.conclusion().signal == 11);
}

TEST_CASE("a catalog must be of the schema and name each case once") {
    const std::string entry = R"({"name":"A-1: x","id":"A-1","group":"g"})";
    CHECK(parse_catalog(R"({"schema":1,"cases":[)" + entry + "]}").cases.at(0).timeout_s == 30);
    CHECK_THROWS(parse_catalog(R"({"schema":1,"cases":[)" + entry + "," + entry + "]}"));
    CHECK_THROWS(parse_catalog(R"({"schema":2,"cases":[]})"));
    CHECK_THROWS(parse_catalog(R"({"schema":1})"));
    CHECK_THROWS(parse_catalog("none"));
}

} // namespace runner::testing
