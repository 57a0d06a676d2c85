// Every defect, several side by side where they do not disturb each other.
#pragma once

#include "prove/proof.hpp"
#include "prove/trial.hpp"

#include <vector>

namespace runner::prove {

/// Runs a trial for each defect and fills `proof.defects`, in the same order, also when interrupted.
///
/// On a GPU, jobs side by side are for the cases that mind no company. What needs quiet, and what went
/// unseen, runs alone afterwards: first the cases that the defect names, then the others. A trial without a
/// defect shows that the company alone turns no case red, and another that the order of the others does not.
///
/// In a matrix, which a GPU takes one by one, a first trial without a defect shows that the order of the
/// cases alone turns none red; those that differ become problems of the proof. Slow cases then run under
/// every defect as long as their claims are not red. Last, at every depth, a claim that only turned red after
/// other cases had in the same process is asked again alone.
/// @throws std::runtime_error if a worker cannot be started.
void run_campaign(const Setting& setting, const std::vector<Defect>& defects, int jobs, Proof& proof);

} // namespace runner::prove
