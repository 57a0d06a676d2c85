// The verdict on a run and the exit code of the program: one pure function, so that no path can open the gate
// by accident.
#pragma once

#include "model.hpp"

#include <string>

namespace runner {

inline constexpr int exit_kept = 0;
inline constexpr int exit_broken = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_no_gpu = 3;
inline constexpr int exit_suite_error = 4;
inline constexpr int exit_interrupted = 130;

/// What stopped a run before its end, if something did.
enum class Halt { none, no_gpu, environment_broken, worker_unusable, interrupted };

struct Judgement {
    Verdict verdict = Verdict::suite_error;
    int exit_code = exit_suite_error;
    std::string reason; // why no success, where no case says so
};

/// In this order: an interrupted run is not judged; a bad case breaks the gate, even if the run was halted
/// later; a halt gives its own verdict; cases without a check, cases that did not run, and a run that checked
/// nothing are suite errors. `halt_reason` is a sentence for Halt other than none.
Judgement judge(const Counts& counts, Halt halt, const std::string& halt_reason);

/// One line: "KEPT: 198 claims kept (240 cases), 12 skipped, 3 known deviations (NVIDIA H100, driver
/// 580.159.04) in 8.1 s".
std::string verdict_line(const RunResult& run);

} // namespace runner
