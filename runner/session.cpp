#include "session.hpp"

#include <algorithm>
#include <cstdio>
#include <type_traits>

namespace runner {
namespace {

// A case that floods its events must not fill the runner's memory.
constexpr std::size_t most_failures_kept = 100;
constexpr std::size_t most_values = 1000;

constexpr int exit_context_lost = 75;
constexpr int protocol_version = 1;

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g s", seconds);
    return text;
}

std::string describe(const ExitStatus& status, Killed killed) {
    switch (killed) {
    case Killed::deadline:
        return "did not come to an end in time and was killed";
    case Killed::closed_events:
        return "closed its event pipe without a word, stayed alive and was killed";
    case Killed::carried_on:
        return "carried on with a lost context and was killed";
    case Killed::protocol:
        return "broke the event protocol and was killed";
    case Killed::interrupted:
    case Killed::stopped:
        return "was stopped by the runner";
    case Killed::none:
        break;
    }
    if (status.signal)
        return "was killed by signal " + std::to_string(*status.signal) + " (" + signal_name(*status.signal) +
               ")";
    return "exited with code " + std::to_string(status.code.value_or(-1));
}

void add_note(CaseResult& result, const std::string& sentence) {
    result.note += (result.note.empty() ? "" : "; ") + sentence;
}

} // namespace

Session::Session(const std::vector<PlannedCase>& plan, int worker, const Limits& limits,
                 SessionListener listener, Clock::time_point now)
    : plan_(plan), done_(plan.size(), false), worker_(worker), limits_(limits),
      listener_(std::move(listener)), deadline_(now + limits.startup()) {
    for (std::size_t i = 0; i < plan.size(); ++i)
        index_.emplace(plan[i].identity.name, i);
}

void Session::on_event(const Event& event, Clock::time_point now) {
    std::visit(
        [&](const auto& e) {
            using E = std::decay_t<decltype(e)>;
            if constexpr (std::is_same_v<E, HelloEvent>) {
                if (e.protocol != protocol_version)
                    spoil("it speaks protocol " + std::to_string(e.protocol) + " and this runner " +
                          std::to_string(protocol_version));
            } else if constexpr (std::is_same_v<E, SmokeEvent>) {
                if (!e.ok)
                    refused_ = e;
                listener_.smoke(e);
            } else if constexpr (std::is_same_v<E, EnvironmentEvent>) {
                listener_.environment(e.properties);
            } else if constexpr (std::is_same_v<E, StartEvent>) {
                start(e.case_name, now);
            } else if constexpr (std::is_same_v<E, FailureEvent>) {
                if (auto* result = result_of(e.case_name); result && duty_->failures++ < most_failures_kept)
                    result->failures.push_back(e.failure);
            } else if constexpr (std::is_same_v<E, SkipEvent>) {
                if (auto* result = result_of(e.case_name);
                    result && result->skip_reasons.size() < most_values)
                    result->skip_reasons.push_back(e.reason);
            } else if constexpr (std::is_same_v<E, ObservationEvent>) {
                if (auto* result = result_of(e.case_name);
                    result && result->observations.size() < most_values)
                    result->observations[e.key] = e.value;
            } else if constexpr (std::is_same_v<E, MeasurementEvent>) {
                if (auto* result = result_of(e.case_name);
                    result && result->measurements.size() < most_values)
                    result->measurements.push_back(e.measurement);
            } else if constexpr (std::is_same_v<E, EndEvent>) {
                end(e, now);
            } else if constexpr (std::is_same_v<E, ByeEvent>) {
                bye_ = true;
                deadline_ = now + limits_.exit();
            } else {
                spoil(e.why);
            }
        },
        event);
}

void Session::on_events_closed(Clock::time_point now) {
    events_closed_ = !bye_;
    if (events_closed_)
        deadline_ = std::min(deadline_, now + limits_.silence());
}

void Session::start(const std::string& name, Clock::time_point now) {
    if (duty_ && duty_->context_lost) {
        must_kill_ = Killed::carried_on;
        return;
    }
    if (duty_ && !duty_->ended) {
        spoil("the worker started another case before this one ended");
        publish();
    }
    const auto found = index_.find(name);
    if (found == index_.end() || done_[found->second]) {
        protocol_defect_ = "it started a case that was not asked of it: " + name;
        must_kill_ = Killed::protocol;
        return;
    }
    duty_.emplace();
    duty_->index = found->second;
    duty_->result = plan_[found->second].identity;
    duty_->since = now;
    duty_->result.worker = worker_;
    duty_->result.attempts = 1;
    deadline_ = now + limits_.of_case(plan_[found->second].timeout_s);
    listener_.started(duty_->result);
}

CaseResult* Session::result_of(const std::string& case_name) {
    if (duty_ && !duty_->ended && duty_->result.name == case_name)
        return &duty_->result;
    spoil("an event came for a case that is not on duty: " + case_name);
    return nullptr;
}

void Session::end(const EndEvent& event, Clock::time_point now) {
    auto* result = result_of(event.case_name);
    if (result == nullptr)
        return;
    result->outcome = event.outcome;
    result->assertions = event.assertions;
    result->seconds = event.seconds;
    if (duty_->failures > result->failures.size())
        add_note(*result,
                 std::to_string(duty_->failures - result->failures.size()) + " more failures are left out");
    if (event.outcome == Outcome::pass && (event.failed > 0 || !result->failures.empty()))
        result->outcome = Outcome::fail;
    if (result->outcome == Outcome::pass && event.assertions == 0 && event.observations == 0) {
        result->outcome = Outcome::error;
        add_note(*result, "the case made no assertion and no observation");
    }
    if (event.context_lost && result->outcome != Outcome::fail) {
        result->outcome = Outcome::fail;
        result->failures.push_back({"the context survives the case",
                                    "the context is lost (sticky CUDA error)", "", result->file, result->line,
                                    ""});
    }
    duty_->context_lost = event.context_lost;
    deadline_ = now + (event.context_lost ? limits_.exit() : limits_.between_cases());
    publish();
}

// Ends the case on duty, or corrects its end.
void Session::publish() {
    auto& result = duty_->result;
    if (!duty_->spoiled.empty()) {
        if (result.outcome != Outcome::crash && result.outcome != Outcome::timeout)
            result.outcome = Outcome::error;
        if (result.note.find(duty_->spoiled) == std::string::npos)
            add_note(result, duty_->spoiled);
    }
    if (is_bad(result.outcome))
        result.output = listener_.last_output();
    duty_->ended = true;
    any_ended_ = true;
    done_[duty_->index] = true;
    listener_.ended(result);
}

// Events that cannot be trusted: an error of the case on duty, or of the worker if none is.
void Session::spoil(const std::string& why) {
    if (!duty_) {
        protocol_defect_ = why;
        must_kill_ = Killed::protocol;
        return;
    }
    if (!duty_->spoiled.empty())
        return; // the first defect explains those that follow
    duty_->spoiled = "its events cannot be trusted: " + why;
    if (duty_->ended)
        publish();
}

void Session::blame(const ExitStatus& status, Killed killed, Clock::time_point now) {
    auto& result = duty_->result;
    const double age = Seconds(now - duty_->since).count();
    result.outcome = killed == Killed::deadline   ? Outcome::timeout
                     : killed == Killed::protocol ? Outcome::error
                                                  : Outcome::crash;
    if (killed == Killed::none)
        result.signal = status.signal;
    add_note(result, "the worker " + describe(status, killed) + " " + seconds_text(age) +
                         " after the case began" + (duty_->ended ? ", which had ended before" : ""));
    if (!duty_->ended)
        result.seconds = age;
    publish();
}

SessionReport Session::on_exit(const ExitStatus& status, Killed killed, Clock::time_point now) {
    SessionReport report;
    const bool lost = duty_ && duty_->context_lost;
    report.orderly =
        bye_ && killed == Killed::none && (status.code == 0 || (lost && status.code == exit_context_lost));
    const bool ours = killed == Killed::interrupted || killed == Killed::stopped;
    if (duty_ && !report.orderly && !ours && !lost)
        blame(status, killed, now);
    for (std::size_t i = 0; i < plan_.size(); ++i)
        if (!done_[i])
            report.remaining.push_back(i);
    report.context_lost = lost;
    report.any_ended = any_ended_;
    report.said_bye = bye_;
    report.refused = refused_;
    report.how = "worker " + std::to_string(worker_) + " " + describe(status, killed) +
                 (protocol_defect_.empty() ? "" : ": " + protocol_defect_);
    return report;
}

} // namespace runner
