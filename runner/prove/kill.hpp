// Whether a case noticed a defect: a pure comparison of what it said without and with it.
#pragma once

#include "model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace runner::prove {

/// How a defect was noticed. The first five are the case's own doing: they prove that its claim can fail.
enum class KillKind {
    fail,    // an assertion of the case
    crash,   // the worker died on duty
    timeout, // the case did not end in its time
    drift,   // it recorded another value
    set_up,  // its fixture could not be made, so that the claim was not reached
    hygiene, // it left a leak, an error or a failed release behind
    error,   // it checked nothing
    skipped, // it is skipped now
    smoke,   // the worker's smoke test refused the device
    start,   // the worker did not get as far as its first case
    missing  // the worker left the case out
};

std::string_view to_string(KillKind kind);

struct Kill {
    std::string case_name; // empty: noticed before any case ran
    std::string claim;
    KillKind kind = KillKind::fail;
    std::string what;   // one line
    bool named = false; // the defect names the claim
    bool alone = true;  // no other case noticed before it in the same process, which might be to blame
};

/// True if the kill proves that the claim itself can turn red. A pinned claim turns red by drifting, others
/// do not.
bool proves_claim(KillKind kind, const std::string& claim_class);

/// The kill, if `now` is worse than the baseline in a way that the gate or `vmm-cts compare` reports. Known
/// deviations have been applied to both.
std::optional<Kill> difference(const CaseResult& baseline, const CaseResult& now);

} // namespace runner::prove
