#include "ledger.hpp"

#include <iostream>

namespace runner {
namespace {

constexpr auto shortest_interval = std::chrono::milliseconds(250);
constexpr int largest_share = 20; // reports may take 1/20 of the time

} // namespace

Ledger::Ledger(const RunResult& header, bool per_device, std::filesystem::path out, ReportOptions options)
    : record_(header, per_device), journal_(out, header, per_device), out_(std::move(out)),
      options_(options) {
    options_.final = false;
    journal_.flush();
}

void Ledger::plan(int device, const CaseResult& identity) {
    const std::lock_guard lock(mutex_);
    record_.plan(device, identity);
    journal_.plan(device, identity);
}

void Ledger::environment(int device, const Environment& properties) {
    const std::lock_guard lock(mutex_);
    record_.environment(device, properties);
    journal_.environment(device, properties);
    changed_ = true;
}

void Ledger::worker(int number, pid_t process) {
    const std::lock_guard lock(mutex_);
    journal_.worker(number, process);
    flush_journal(); // at once: the guardian must know whom to kill
}

void Ledger::worker_ended(int number, pid_t process) {
    const std::lock_guard lock(mutex_);
    journal_.worker_ended(number, process);
}

void Ledger::started(int device, const CaseResult& attempt) {
    const std::lock_guard lock(mutex_);
    record_.started(device, attempt);
    journal_.started(device, attempt);
}

void Ledger::ended(int device, const CaseResult& result) {
    const std::lock_guard lock(mutex_);
    record_.ended(device, result);
    journal_.ended(device, result);
    changed_ = true;
}

void Ledger::warn(const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    record_.warn(sentence);
    journal_.warning(sentence);
    changed_ = true;
}

int Ledger::next_worker() {
    const std::lock_guard lock(mutex_);
    return ++workers_;
}

void Ledger::round() {
    const std::lock_guard lock(mutex_);
    flush_journal();
    if (changed_ && Clock::now() >= next_report_)
        write_due_reports();
}

Clock::time_point Ledger::next_round() const {
    const std::lock_guard lock(mutex_);
    return changed_ ? next_report_ : Clock::time_point::max();
}

// A full disk must not end the run: say so once, and try again each time.
void Ledger::flush_journal() {
    try {
        journal_.flush();
    } catch (const std::exception& problem) {
        if (!write_failed_)
            std::cerr << "vmm-cts: " << problem.what() << "; the run goes on\n";
        write_failed_ = true;
    }
}

void Ledger::write_due_reports() {
    const auto begin = Clock::now();
    try {
        write_reports(snapshot(), out_, options_);
    } catch (const std::exception& problem) {
        if (!write_failed_)
            std::cerr << "vmm-cts: " << problem.what() << "; the run goes on\n";
        write_failed_ = true;
    }
    const auto end = Clock::now();
    next_report_ = end + std::max<Clock::duration>(shortest_interval, largest_share * (end - begin));
    changed_ = false;
}

RunResult Ledger::snapshot() const {
    auto run = record_.result();
    settle(run, embedded_deviations(), Halt::interrupted, "the run has not ended yet");
    run.seconds = Seconds(Clock::now() - began_).count();
    return run;
}

std::vector<CaseResult> Ledger::judged_cases(int device) const {
    const std::lock_guard lock(mutex_);
    auto run = snapshot();
    for (auto& share : run.devices)
        if (share.ordinal == device)
            return std::move(share.cases);
    return std::move(run.cases);
}

RunResult Ledger::finish(Halt halt, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    auto run = record_.result();
    settle(run, embedded_deviations(), halt, reason);
    run.seconds = Seconds(Clock::now() - began_).count();
    run.complete = halt != Halt::interrupted;
    options_.final = true;
    journal_.finished(run);
    flush_journal();
    write_reports(run, out_, options_);
    return run;
}

} // namespace runner
