// All reports of a run, in one folder: results.json, report.xml (JUnit) and report.html.
#pragma once

#include "model.hpp"

#include <filesystem>

namespace runner {

struct ReportOptions {
    bool strict_junit =
        false;         // the plain JUnit that strict schemas accept: no per-test properties, no file and line
    bool final = true; // false while the run goes on: only results.json and report.xml, as fast as possible
};

/// Writes every report into the existing folder `out`; each file is replaced by a rename, so it is valid at
/// any moment. `run` is written as it is: deviations are applied and the verdict is set by the caller.
/// @throws std::runtime_error with one sentence that names the file which cannot be written.
void write_reports(const RunResult& run, const std::filesystem::path& out, const ReportOptions& options);

} // namespace runner
