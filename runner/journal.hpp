// events.ndjson: the append-only journal of a run, one JSON object a line. Nothing that finished is lost when
// the runner itself is killed: the reports are rebuilt from it, by the runner's guardian or by `vmm-cts
// report --from DIR`.
//
// Lines: run (the header of the result), plan (a case that will run), environment, worker and worker_ended (a
// process), start, case (the result of a case so far; the last one counts), warning, finished (the header as
// it was judged).
#pragma once

#include "record.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <sys/types.h>

namespace runner {

inline constexpr const char* journal_name = "events.ndjson";

class JournalWriter {
  public:
    /// Starts the journal anew. @throws std::runtime_error naming the file if it cannot be written.
    JournalWriter(const std::filesystem::path& out, const RunResult& header, bool per_device);
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;
    ~JournalWriter();

    void plan(int device, const CaseResult& identity);
    void environment(int device, const Environment& properties);
    void worker(int number, pid_t process);
    void worker_ended(int number, pid_t process);
    void started(int device, const CaseResult& attempt);
    void ended(int device, const CaseResult& result);
    void warning(const std::string& sentence);
    void finished(const RunResult& run);

    /// Hands all lines to the system, which keeps them whatever happens to this process.
    /// @throws std::runtime_error naming the file and the reason.
    void flush();

  private:
    std::string file_;
    int fd_ = -1;
    std::string pending_;
};

struct JournalContent {
    RunResult run;
    std::set<pid_t> live_workers; // started and not known to have ended
};

/// The run as far as the journal tells it. A last line that a kill cut short is left out. Where the last line
/// of a finished run is missing, the run is incomplete and settled as interrupted; the outcomes are those of
/// the embedded deviations.
/// @throws std::runtime_error naming the file if it cannot be read or is no journal.
JournalContent read_journal_content(const std::filesystem::path& out);

RunResult read_journal(const std::filesystem::path& out);

} // namespace runner
