// A run as it grows, from the moment when nothing has run yet. The engine fills it, and so does the reader of
// the journal: both see the same steps, so both come to the same result.
#pragma once

#include "model.hpp"
#include "report/deviations.hpp"
#include "verdict.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace runner {

class RunRecord {
  public:
    /// `header` without cases. `per_device`: the result lists its devices (--devices was given).
    RunRecord(RunResult header, bool per_device) : header_(std::move(header)), per_device_(per_device) {}

    void plan(int device, const CaseResult& identity);
    void environment(int device, const Environment& properties);
    void started(int device, const CaseResult& attempt);
    void ended(int device, const CaseResult& result);
    void warn(const std::string& sentence);

    RunResult& header() { return header_; }

    /// The run so far. Of a case that is running, the note says so.
    RunResult result() const;

  private:
    struct Device {
        int ordinal = 0;
        Environment environment;
        std::vector<CaseResult> cases;
        std::unordered_map<std::string, std::size_t> index;
        std::optional<std::size_t> on_duty;
    };
    Device& device(int ordinal);
    static std::vector<CaseResult> cases_of(const Device& device);

    RunResult header_;
    bool per_device_;
    std::vector<Device> devices_;
};

/// Applies the deviations, for each device with its own environment, then sets verdicts, reason and exit
/// code.
void settle(RunResult& run, const DeviationList& deviations, Halt halt, const std::string& halt_reason);

} // namespace runner
