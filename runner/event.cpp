#include "event.hpp"

#include "results_json.hpp"
#include "utf8.hpp"

#include <nlohmann/json.hpp>

namespace runner {
namespace {

using nlohmann::json;

std::string text(const json& object, const char* key) {
    return object.value(key, std::string());
}

std::string case_of(const json& object) {
    return object.at("case").get<std::string>();
}

Event failure(const json& o) {
    return FailureEvent{case_of(o),
                        {text(o, "expression"), text(o, "expansion"), text(o, "message"), text(o, "file"),
                         o.value("line", 0), text(o, "section")}};
}

Event end(const json& o) {
    const auto word = o.at("outcome").get<std::string>();
    const auto outcome = outcome_from_string(word);
    const bool known = outcome == Outcome::pass || outcome == Outcome::fail || outcome == Outcome::skip ||
                       outcome == Outcome::error;
    if (!known)
        return UnreadableEvent{"a case cannot end with the outcome \"" + word + "\""};
    return EndEvent{case_of(o),
                    *outcome,
                    o.value("assertions", 0),
                    o.value("failed", 0),
                    o.value("observations", 0),
                    o.value("seconds", 0.0),
                    o.value("context_lost", false)};
}

Event interpret(const json& o) {
    const auto kind = o.at("event").get<std::string>();
    if (kind == "start")
        return StartEvent{case_of(o)};
    if (kind == "end")
        return end(o);
    if (kind == "failure")
        return failure(o);
    if (kind == "skip")
        return SkipEvent{case_of(o), text(o, "reason")};
    if (kind == "observation")
        return ObservationEvent{case_of(o), text(o, "key"), text(o, "value")};
    if (kind == "measurement")
        return MeasurementEvent{case_of(o), {text(o, "key"), o.value("value", 0.0), text(o, "unit")}};
    if (kind == "hello")
        return HelloEvent{o.value("protocol", 0), text(o, "suite_version")};
    if (kind == "smoke")
        return SmokeEvent{o.value("ok", false), text(o, "reason"), text(o, "code")};
    if (kind == "environment")
        return EnvironmentEvent{environment_from_json(o.at("properties"))};
    if (kind == "bye")
        return ByeEvent{o.value("cases", 0)};
    return UnreadableEvent{"the event \"" + kind + "\" is unknown"};
}

} // namespace

Event parse_event(std::string_view line) {
    try {
        auto document = json::parse(line, nullptr, false);
        if (document.is_discarded()) // most lines are clean: mend only those that are not
            document = json::parse(escape_controls(valid_utf8(line)), nullptr, false);
        if (document.is_discarded())
            return UnreadableEvent{"no JSON: " + printable(line.substr(0, 80))};
        return interpret(document);
    } catch (const json::exception& problem) {
        return UnreadableEvent{"an event lacks what it needs: " + std::string(problem.what())};
    }
}

} // namespace runner
