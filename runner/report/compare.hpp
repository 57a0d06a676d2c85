// What changed between two results: the question of everybody who upgrades a driver or a toolkit.
#pragma once

#include "model.hpp"

#include <string>
#include <vector>

namespace runner {

enum class Change {
    regression,  // was kept (or a known deviation), is broken now
    drift,       // a recorded value changed
    missing,     // was in the baseline and is not in the new result, or was checked and was not run
    skipped_now, // was checked in the baseline and is skipped now
    fixed,       // was broken, is kept now
    added        // not in the baseline
};

/// "REGRESSION", "SKIPPED NOW" ...
std::string_view word_for(Change change);

/// True for a change that must stop an upgrade: regression, drift, missing, skipped now.
bool is_loud(Change change);

struct Difference {
    Change change;
    std::string name;   // of the case
    std::string before; // outcome or value; empty if there was none
    std::string after;
    std::string detail; // key of the value, or why it is broken now
};

struct Comparison {
    std::vector<Difference> differences; // loud ones first, then by name
    std::vector<std::string> remarks;    // about the two results as such: another GPU, an incomplete run
    int unchanged = 0;

    bool loud() const;
};

/// Cases are matched by name. Costs (measurements) are not compared: they differ from run to run.
Comparison compare(const RunResult& baseline, const RunResult& now);

std::string as_text(const Comparison& comparison);
std::string as_markdown(const Comparison& comparison);

} // namespace runner
