// Results as they could be.
#pragma once

#include "prove/proof.hpp"

#include <string>

namespace runner::prove::testing {

inline CaseResult sample_case(const std::string& id, const std::string& variant = "",
                              Outcome outcome = Outcome::pass, double seconds = 0.001) {
    CaseResult result;
    result.id = id;
    result.variant = variant;
    result.name = id + (variant.empty() ? "" : "/" + variant) + ": a case";
    result.claim_class = "documented";
    result.outcome = outcome;
    result.seconds = seconds;
    return result;
}

inline CaseResult failed(const std::string& id, const std::string& expression,
                         const std::string& expansion = "1 == 2") {
    auto result = sample_case(id, "", Outcome::fail);
    result.failures.push_back({expression, expansion, "message", "file", 1, ""});
    return result;
}

inline Kill kill_of(const std::string& claim, KillKind kind = KillKind::fail, bool alone = true) {
    return {claim + ": a case", claim, kind, "1 == 2", true, alone};
}

inline DefectResult sample_defect(const std::string& id, const std::vector<Kill>& killers) {
    DefectResult result;
    result.defect = {id, "A driver does <it> wrong.", "", {"MAP-01"}};
    result.killers = killers;
    result.finished = true;
    return result;
}

inline Proof sample_proof(std::vector<DefectResult> defects) {
    Proof proof;
    proof.backend = "simulator";
    proof.depth = Depth::matrix;
    proof.whole = proof.complete = true;
    proof.defects = std::move(defects);
    return proof;
}

} // namespace runner::prove::testing
