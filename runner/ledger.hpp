// Where all devices write down what happens: keeps the record, the journal and the reports on disk in step.
//
// The journal is written after every round of reading, so before the runner waits again. The reports are
// rewritten at most every 250 ms, and more rarely where writing takes long, so that they cost at most 1/20 of
// the run. What a kill of the runner leaves between the two is closed by the guardian.
#pragma once

#include "journal.hpp"
#include "limits.hpp"
#include "report/report.hpp"

#include <filesystem>
#include <mutex>
#include <string>

namespace runner {

class Ledger {
  public:
    /// Starts journal and reports in the existing folder `out`. @throws std::runtime_error if it cannot be
    /// written.
    Ledger(const RunResult& header, bool per_device, std::filesystem::path out, ReportOptions options);

    void plan(int device, const CaseResult& identity);
    void environment(int device, const Environment& properties);
    void worker(int number, pid_t process);
    void worker_ended(int number, pid_t process);
    void started(int device, const CaseResult& attempt);
    void ended(int device, const CaseResult& result);
    void warn(const std::string& sentence);

    /// Writes what is due.
    void round();
    Clock::time_point next_round() const;

    /// The number of the next worker, from 1.
    int next_worker();

    /// The device's cases as far as they are known, with deviations applied.
    std::vector<CaseResult> judged_cases(int device) const;

    /// Settles the run and writes every report for the last time.
    /// @throws std::runtime_error if a report cannot be written.
    RunResult finish(Halt halt, const std::string& reason);

  private:
    RunResult snapshot() const;
    void write_due_reports();
    void flush_journal();

    mutable std::mutex mutex_;
    RunRecord record_;
    JournalWriter journal_;
    std::filesystem::path out_;
    ReportOptions options_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point next_report_ = Clock::now();
    bool changed_ = true;
    bool write_failed_ = false;
    int workers_ = 0;
};

} // namespace runner
