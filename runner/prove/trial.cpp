#include "prove/trial.hpp"

#include "interrupt.hpp"
#include "running_order.hpp"
#include "utf8.hpp"
#include "worker.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <utility>

namespace runner::prove {
namespace {

using namespace std::chrono_literals;

// A defect that ends the worker in every case must not cost a start for each.
constexpr int most_deaths = 60;
constexpr int most_timeouts = 4;

// Waits for what the worker's death leaves of its process group, so that the next worker meets a quiet
// device. These processes are killed already, and orphans are adopted.
void reap_group(pid_t group) {
    for (auto waited = 0ms; waited < 1s;) {
        const auto reaped = ::waitpid(-group, nullptr, WNOHANG);
        if (reaped < 0)
            return;
        if (reaped > 0)
            continue;
        std::this_thread::sleep_for(1ms);
        waited += 1ms;
    }
}

// Workers take turns on the GPU, and one that hangs takes all of its turn.
constexpr double slower_in_company = 5;

// What the library of defects writes when it cannot do what it was told (faults/core/select.cpp). A worker
// that ends so has noticed nothing.
constexpr std::string_view complaint_of_library = "vmm-cts-faults: ";

std::string last_words(const std::string& output) {
    const auto text = printable(output.substr(output.size() - std::min<std::size_t>(output.size(), 200)));
    return text.empty() ? "" : "; it wrote: " + text.substr(0, text.find_last_not_of(" \n\t") + 1);
}

const CaseResult* find(const RunResult& run, const std::string& name) {
    const auto found =
        std::find_if(run.cases.begin(), run.cases.end(), [&](const auto& c) { return c.name == name; });
    return found == run.cases.end() ? nullptr : &*found;
}

// Whether a deviation is gone is a question to the whole run, not to one case of it.
CaseResult judged(CaseResult attempt, const RunResult& baseline) {
    RunResult run;
    run.backend = baseline.backend;
    run.environment = baseline.environment;
    run.cases = {std::move(attempt)};
    apply_deviations(run, embedded_deviations());
    if (run.cases.front().outcome == Outcome::deviation_gone)
        run.cases.front().outcome = Outcome::pass;
    return run.cases.front();
}

} // namespace

Trial::Trial(const Setting& setting, Defect defect)
    : setting_(setting), order_(order_for(defect, setting.baseline.cases)) {
    result_.defect = std::move(defect);
}

void Trial::use(std::vector<std::string> environment) {
    environment_ = std::move(environment);
    environment_.insert(environment_.end(), setting_.environment.begin(), setting_.environment.end());
    environment_.push_back("VMM_CTS_FAULT=" + result_.defect.id);
}

void Trial::leave_out(const std::set<std::string>& case_names) {
    for (auto* list : {&order_.named, &order_.rest})
        std::erase_if(*list, [&](const auto& planned) { return case_names.contains(planned.identity.name); });
}

void Trial::run(std::vector<std::string> environment) {
    use(std::move(environment));
    const auto began = Clock::now();
    if (setting_.depth == Depth::matrix) {
        slow_ = take_slow(order_.rest, setting_.baseline.cases);
        auto list = order_.named;
        list.insert(list.end(), order_.rest.begin(), order_.rest.end());
        run_list(std::move(list), Until::end);
    } else {
        // Most defects are noticed by the claims they name. A list of its own keeps the worker from preparing
        // for cases that will not run.
        run_list(order_.named, setting_.depth == Depth::claims ? Until::end : Until::first_kill);
    }
    result_.seconds += Seconds(Clock::now() - began).count();
    result_.finished = caught_signal() == 0;
}

void Trial::run_rest(std::vector<std::string> environment) {
    use(std::move(environment));
    const auto began = Clock::now();
    const bool control = result_.defect.id.empty();
    run_list(order_.rest, control ? Until::end : Until::first_kill);
    result_.seconds += Seconds(Clock::now() - began).count();
    result_.finished = caught_signal() == 0;
}

bool Trial::needs_quiet() const {
    return std::any_of(order_.named.begin(), order_.named.end(),
                       [](const auto& planned) { return runner::needs_quiet(planned.identity.tags); });
}

bool Trial::run_in_company(std::vector<std::string> environment) {
    environment.push_back(shared_gpu_entry);
    use(std::move(environment));
    const auto began = Clock::now();
    const bool control = result_.defect.id.empty();
    auto list = control ? order_.rest : order_.named;
    std::erase_if(list, [](const auto& planned) { return runner::needs_quiet(planned.identity.tags); });
    for (auto& planned : list)
        planned.timeout_s *= slower_in_company;
    run_list(std::move(list), control || setting_.depth == Depth::claims ? Until::end : Until::first_kill);
    result_.seconds += Seconds(Clock::now() - began).count();
    result_.finished = caught_signal() == 0;
    const bool seen = std::any_of(result_.killers.begin(), result_.killers.end(), [](const Kill& kill) {
        return kill.kind == KillKind::fail || kill.kind == KillKind::drift;
    });
    if (seen || control || !result_.finished)
        return true;
    auto defect = std::move(result_.defect);
    result_ = {};
    result_.defect = std::move(defect);
    tried_.clear();
    stop_ = exhausted_ = false;
    return false;
}

void Trial::run_slow(std::vector<std::string> environment,
                     const std::function<bool(const std::string& claim)>& wanted) {
    use(std::move(environment));
    std::vector<PlannedCase> list;
    for (const auto& planned : slow_)
        if (wanted(planned.identity.id))
            list.push_back(planned);
    const auto began = Clock::now();
    stop_ |= exhausted_;
    run_list(std::move(list), Until::end);
    result_.seconds += Seconds(Clock::now() - began).count();
}

std::vector<Kill> Trial::ask_alone(std::vector<std::string> environment, const std::string& case_name) const {
    Trial trial(setting_, result_.defect);
    trial.use(std::move(environment));
    for (const auto* list : {&trial.order_.named, &trial.order_.rest})
        for (const auto& planned : *list)
            if (planned.identity.name == case_name)
                trial.run_list({planned}, Until::first_kill);
    return trial.result_.killers;
}

void Trial::correct(const std::string& case_name, std::vector<Kill> alone) {
    auto& killers = result_.killers;
    const auto at = std::find_if(killers.begin(), killers.end(),
                                 [&](const Kill& kill) { return kill.case_name == case_name; });
    const auto next = killers.erase(at);
    killers.insert(next, alone.begin(), alone.end());
}

void Trial::run_list(std::vector<PlannedCase> list, Until until) {
    int deaths = 0;
    int timeouts = 0;
    bool left_out = false;
    while (!list.empty() && !stop_ && caught_signal() == 0) {
        pid_t process = -1;
        spoiled_ = false;
        Outcome last = Outcome::not_run;
        WorkerHooks hooks;
        hooks.listener.ended = [&](const CaseResult& attempt) {
            last = attempt.outcome;
            on_ended(attempt, until);
        };
        hooks.launched = [&](pid_t id) { process = id; };
        hooks.stop = [this] { return stop_; };
        const auto worker =
            run_worker({setting_.program, environment_, short_limits()}, list, ++workers_, std::move(hooks));
        reap_group(process);
        const auto& report = worker.session;
        if (worker.unkillable)
            throw std::runtime_error("a worker under " + result_.defect.id +
                                     " cannot be killed, because it hangs in the kernel; reset the GPU");
        if (caught_signal() != 0 || stop_)
            return;
        if (report.refused)
            return add({"", "", KillKind::smoke, report.refused->reason, false});
        if (worker.output.find(complaint_of_library) != std::string::npos)
            throw std::runtime_error("the library did not plant " + result_.defect.id +
                                     last_words(worker.output));
        if (!report.any_ended && !report.orderly)
            return add({"", "", KillKind::start, report.how + last_words(worker.output), false});
        std::vector<PlannedCase> rest;
        for (const auto index : report.remaining)
            rest.push_back(std::move(list[index]));
        list = std::move(rest);
        if (list.empty())
            return;
        if (report.orderly && !report.context_lost) {
            if (left_out)
                return add({list.front().identity.name, list.front().identity.id, KillKind::missing,
                            "the worker ended in good order without running the case", false});
            left_out = true;
        }
        timeouts += last == Outcome::timeout ? 1 : 0;
        if (++deaths >= most_deaths || timeouts >= most_timeouts) {
            exhausted_ = true;
            result_.note = std::to_string(list.size()) + " cases were left out, because the worker ended " +
                           std::to_string(deaths) + " times";
            return;
        }
    }
}

void Trial::on_ended(CaseResult attempt, Until until) {
    result_.tried += tried_.insert(attempt.name).second ? 1 : 0;
    const auto* baseline = find(setting_.baseline, attempt.name);
    auto kill = difference(*baseline, judged(std::move(attempt), setting_.baseline));
    auto& killers = result_.killers;
    if (!killers.empty() && killers.back().case_name == baseline->name) {
        // A worker may correct what it said: the last word counts.
        spoiled_ = !killers.back().alone;
        killers.pop_back();
    }
    if (!kill)
        return;
    kill->alone = !std::exchange(spoiled_, true);
    add(std::move(*kill));
    stop_ |= until == Until::first_kill;
}

void Trial::add(Kill kill) {
    const auto& claims = result_.defect.claims;
    kill.named = std::find(claims.begin(), claims.end(), kill.claim) != claims.end();
    stop_ |= kill.kind == KillKind::smoke || kill.kind == KillKind::start || kill.kind == KillKind::missing;
    result_.killers.push_back(std::move(kill));
}

} // namespace runner::prove
