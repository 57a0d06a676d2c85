// Known deviations: ways in which a listed driver is known to differ from the documentation.
// The list lies in ci/deviations/*.json (its README explains every field) and is compiled in.
#pragma once

#include "claims/check.hpp"
#include "claims/embedded.hpp"
#include "model.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace runner {

struct Deviation {
    std::string where; // "ci/deviations/580.json, entry 2", for messages
    std::string claim; // all cases of this claim; or
    std::string cases; // the cases whose names match this glob
    std::string driver_min;
    std::string driver_max;
    std::string gpu;        // globs over the GPU's name, parted by `|`
    std::string observed;   // every failure of the case must show one such text; `*` stands for anything
    bool sometimes = false; // some of these GPUs do not show it
    std::string json;       // the entry as it was written
};

struct DeviationList {
    std::vector<Deviation> entries;
};

/// @throws std::runtime_error with one sentence that names file, entry and field.
DeviationList parse_deviations(const std::vector<EmbeddedFile>& files);

/// Reads all *.json of a folder, or one file. @throws std::runtime_error as above, or if it cannot be read.
DeviationList load_deviations(const std::filesystem::path& path);

/// The list that was compiled in. @throws std::runtime_error as above.
const DeviationList& embedded_deviations();

/// True where the entry speaks of this environment. Deviations describe drivers: a simulator has none.
bool applies(const Deviation& entry, const std::string& backend, const Environment& environment);

/// Turns fail into known_deviation and pass into deviation_gone wherever an entry of the list matches case
/// and environment.
///
/// * A case with several failures is a known deviation only if an entry covers each of them; one that is not
///   covered leaves the case failed, with a note that says which.
/// * An entry is gone when the cases it names were run and not one failure was covered by it; the first
///   of them that passed (or is a known deviation by another entry) becomes deviation_gone. An entry that
///   names a claim of several cases is therefore alive as long as one of these shows it. One that shows only
///   sometimes is never gone.
/// * Skipped, crashed, flaky and unfinished cases are left alone, and say nothing about an entry.
void apply_deviations(RunResult& run, const DeviationList& list);

/// The full names of the cases of which the list says that they fail in this environment, every time.
std::vector<std::string> deviating_cases(const std::vector<CaseInfo>& tests, const std::string& backend,
                                         const Environment& environment, const DeviationList& list);

/// The targets of the entries, for the check of the register.
std::vector<DeviationTarget> targets_of(const DeviationList& list);

} // namespace runner
