// One worker's life, as its events tell it: which case is on duty, until when, and who is to blame at the
// end. No input or output here, so that every way to fail can be tested without a process.
//
// Blame: a case is on duty from its start event to the start event of the next case, or to the worker's end.
// Whatever the worker does in that time (crash, exit, hang, unreadable events) is the case's fault, teardown
// after its end event included. If it fails only in company, the retries will say so.
#pragma once

#include "catalog.hpp"
#include "event.hpp"
#include "limits.hpp"
#include "model.hpp"
#include "process.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runner {

/// Case to run: what is known of it (identity, class, sentence), and its own limit.
struct PlannedCase {
    CaseResult identity;
    double timeout_s = 30;
};

/// What the session tells while it runs. A result may be given twice: the later one corrects the earlier.
struct SessionListener {
    std::function<void(const SmokeEvent&)> smoke = [](const SmokeEvent&) {};
    std::function<void(const Environment&)> environment = [](const Environment&) {};
    std::function<void(const CaseResult&)> started = [](const CaseResult&) {};
    std::function<void(const CaseResult&)> ended = [](const CaseResult&) {};
    std::function<std::string()> last_output;
};

/// Why the runner ended the worker; none: it ended by itself.
enum class Killed { none, deadline, closed_events, carried_on, protocol, interrupted, stopped };

struct SessionReport {
    std::vector<std::size_t> remaining; // indices of planned cases that have no result yet
    bool any_ended = false;
    bool said_bye = false;
    std::optional<SmokeEvent> refused; // the smoke test that failed
    std::string how;                   // one sentence on how the worker ended
    bool orderly = false;              // said bye and exited as the contract says
    bool context_lost = false;         // the last case left it lost, so a new worker is due
};

/// The case that a worker is busy with, or was busy with last.
struct Duty {
    std::size_t index = 0;
    CaseResult result;
    Clock::time_point since;
    bool ended = false;
    bool context_lost = false;
    std::string spoiled; // why its events cannot be trusted
    std::size_t failures = 0;
};

class Session {
  public:
    Session(const std::vector<PlannedCase>& plan, int worker, const Limits& limits, SessionListener listener,
            Clock::time_point now);

    void on_event(const Event& event, Clock::time_point now);

    /// The worker closed its end of the event pipe.
    void on_events_closed(Clock::time_point now);

    /// When the worker must have ended or have come further.
    Clock::time_point deadline() const { return deadline_; }

    /// The reason to kill the worker at once, if there is one.
    Killed must_kill() const { return must_kill_; }
    Killed reason_at_deadline() const { return events_closed_ ? Killed::closed_events : Killed::deadline; }

    SessionReport on_exit(const ExitStatus& status, Killed killed, Clock::time_point now);

  private:
    void start(const std::string& name, Clock::time_point now);
    void end(const EndEvent& event, Clock::time_point now);
    void spoil(const std::string& why);
    void blame(const ExitStatus& status, Killed killed, Clock::time_point now);
    void publish();
    CaseResult* result_of(const std::string& case_name);

    const std::vector<PlannedCase>& plan_;
    std::unordered_map<std::string_view, std::size_t> index_;
    std::vector<bool> done_;
    int worker_;
    Limits limits_;
    SessionListener listener_;
    std::optional<Duty> duty_;
    std::optional<SmokeEvent> refused_;
    std::string protocol_defect_;
    Clock::time_point deadline_;
    Killed must_kill_ = Killed::none;
    bool any_ended_ = false;
    bool bye_ = false;
    bool events_closed_ = false;
};

} // namespace runner
