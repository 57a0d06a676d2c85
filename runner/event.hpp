// One line of a worker's event stream.
#pragma once

#include "model.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace runner {

struct HelloEvent {
    int protocol = 0;
    std::string suite_version;
};
struct SmokeEvent {
    bool ok = false;
    std::string reason;
    std::string code; // name of the CUresult, where one caused it
};
struct EnvironmentEvent {
    Environment properties;
};
struct StartEvent {
    std::string case_name;
};
struct FailureEvent {
    std::string case_name;
    Failure failure;
};
struct SkipEvent {
    std::string case_name;
    std::string reason;
};
struct ObservationEvent {
    std::string case_name;
    std::string key;
    std::string value;
};
struct MeasurementEvent {
    std::string case_name;
    Measurement measurement;
};
struct EndEvent {
    std::string case_name;
    Outcome outcome = Outcome::error;
    int assertions = 0;
    int failed = 0;
    int observations = 0;
    double seconds = 0;
    bool context_lost = false;
};
struct ByeEvent {
    int cases = 0;
};
/// A line that is no event of protocol 1.
struct UnreadableEvent {
    std::string why;
};

using Event = std::variant<HelloEvent, SmokeEvent, EnvironmentEvent, StartEvent, FailureEvent, SkipEvent,
                           ObservationEvent, MeasurementEvent, EndEvent, ByeEvent, UnreadableEvent>;

/// Never throws: bytes that are not UTF-8 become U+FFFD, raw control characters are escaped, and what still
/// is no event is an UnreadableEvent.
Event parse_event(std::string_view line);

} // namespace runner
