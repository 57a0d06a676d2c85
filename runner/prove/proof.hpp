// What a campaign of defects proved: the model of prove.json and the judgement on it.
#pragma once

#include "model.hpp"
#include "prove/defect.hpp"
#include "prove/exceptions.hpp"
#include "prove/kill.hpp"

#include <set>
#include <string>
#include <vector>

namespace runner::prove {

enum class Fate {
    untested, // interrupted before a verdict
    killed,
    survived,
    equivalent, // survived, and faults/equivalent.json says why no test can notice
    in_driver   // survived, because this driver has the defect anyway (faults/in_driver.json)
};

std::string_view to_string(Fate fate);

/// How far each defect is followed.
enum class Depth {
    first_kill, // until a case notices
    claims,     // all cases of the claims that it names
    matrix      // every case under every defect
};

std::string_view to_string(Depth depth);

struct DefectResult {
    Defect defect;
    Fate fate = Fate::untested;
    std::vector<Kill> killers; // in the order in which they came
    double seconds = 0;
    int tried = 0;                   // cases that ran to an outcome
    std::vector<std::string> silent; // beyond the first kill: claims that it names and that did not notice
    std::string note;                // what was cut short
    bool finished = false;
};

struct ClaimResult {
    std::string id;
    std::string group;
    std::string claim_class;
    bool checked = false;  // a case of it ran in the baseline and was not skipped
    bool deviates = false; // a case of it is a known deviation: the driver itself has turned it red
    std::vector<std::string> killed_by;
    bool confirmed = false; // by a case that no other case before it can have spoiled
};

struct Proof {
    std::string suite_version;
    std::string backend;
    std::string started;
    std::vector<std::string> command;
    Environment environment;
    Counts baseline;
    double seconds = 0;
    Depth depth = Depth::first_kill;
    bool whole = false; // every defect of the catalogue was asked for
    bool complete = false;
    std::vector<DefectResult> defects;
    std::vector<ClaimResult> claims;
    std::vector<std::string> never_red; // where judges_claims(): only then it means something
    Exceptions exceptions;              // those of this backend
    std::vector<std::string>
        problems;                   // entries of the lists that are no longer true, cases that are not stable
    std::set<std::string> unsteady; // those cases: what they notice counts for nothing
    int exit_code = 0;

    int of(Fate fate) const;
    bool judges_claims() const { return depth != Depth::first_kill && whole && complete; }
};

/// Whether the baseline shows that its driver has the defect anyway, by the list of such.
bool is_in_driver(const Exceptions& exceptions, const Defect& defect,
                  const std::vector<CaseResult>& baseline);

/// Sets fates, claims, never_red, problems of the lists, and exit code: 0 proved, 1 not, 130 interrupted.
void judge(Proof& proof, const std::vector<CaseResult>& baseline);

/// "PROVED: 112 defects, 112 killed, 251 of 251 claims turned red (backend=simulator) in 93 s".
std::string verdict_line(const Proof& proof);

/// One line for each survivor, claim that never turned red, and problem.
std::vector<std::string> shortcomings(const Proof& proof);

} // namespace runner::prove
