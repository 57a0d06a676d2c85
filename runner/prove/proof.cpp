#include "prove/proof.hpp"

#include "report/text.hpp"
#include "verdict.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace runner::prove {
namespace {

const Exception* find(const std::vector<Exception>& list, const std::string& subject) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.subject == subject; });
    return found == list.end() ? nullptr : &*found;
}

// A case that differs from the baseline without any defect is no witness.
void drop_unsteady_killers(Proof& proof) {
    for (auto& result : proof.defects)
        std::erase_if(result.killers, [&](const Kill& kill) {
            return !kill.case_name.empty() && proof.unsteady.contains(kill.case_name);
        });
}

void set_fates(Proof& proof, const std::vector<CaseResult>& baseline) {
    for (auto& result : proof.defects) {
        const bool excused = find(proof.exceptions.equivalent, result.defect.id) != nullptr;
        result.fate = !result.killers.empty()                                   ? Fate::killed
                      : !result.finished                                        ? Fate::untested
                      : excused                                                 ? Fate::equivalent
                      : is_in_driver(proof.exceptions, result.defect, baseline) ? Fate::in_driver
                                                                                : Fate::survived;
        if (result.fate == Fate::killed && excused)
            proof.problems.push_back(result.defect.id +
                                     " was noticed: remove it from faults/equivalent.json");
    }
}

std::vector<ClaimResult> claims_of(const std::vector<CaseResult>& baseline) {
    std::map<std::string, ClaimResult> claims;
    for (const auto& result : baseline) {
        auto& claim = claims[result.id];
        claim.id = result.id;
        claim.group = result.group;
        claim.claim_class = result.claim_class;
        claim.deviates |= result.outcome == Outcome::known_deviation;
        claim.checked |= result.outcome != Outcome::skip && result.outcome != Outcome::not_run;
    }
    std::vector<ClaimResult> list;
    for (auto& [id, claim] : claims)
        list.push_back(std::move(claim));
    return list;
}

void credit(Proof& proof) {
    std::map<std::string, ClaimResult*> index;
    for (auto& claim : proof.claims)
        index[claim.id] = &claim;
    for (const auto& result : proof.defects)
        for (const auto& kill : result.killers)
            if (const auto found = index.find(kill.claim); found != index.end()) {
                auto& claim = *found->second;
                if (!proves_claim(kill.kind, claim.claim_class))
                    continue;
                claim.confirmed |= kill.alone;
                if (claim.killed_by.empty() || claim.killed_by.back() != result.defect.id)
                    claim.killed_by.push_back(result.defect.id);
            }
}

void judge_claims(Proof& proof) {
    for (const auto& claim : proof.claims) {
        const bool exempt = find(proof.exceptions.exempt, claim.id) != nullptr;
        const bool must =
            claim.checked && (claim.claim_class == "documented" || claim.claim_class == "guard");
        if (must && !claim.confirmed && !claim.deviates && !exempt)
            proof.never_red.push_back(claim.id);
        if (exempt && claim.confirmed)
            proof.problems.push_back(claim.id + " turned red: remove it from faults/exempt.json");
    }
}

void note_silent(DefectResult& result) {
    for (const auto& id : result.defect.claims)
        if (std::none_of(result.killers.begin(), result.killers.end(),
                         [&](const auto& kill) { return kill.claim == id; }))
            result.silent.push_back(id);
}

int red(const Proof& proof, bool only_red) {
    return static_cast<int>(std::count_if(proof.claims.begin(), proof.claims.end(), [&](const auto& claim) {
        return claim.checked && claim.claim_class != "pinned" &&
               (!only_red || claim.confirmed || claim.deviates);
    }));
}

} // namespace

bool is_in_driver(const Exceptions& exceptions, const Defect& defect,
                  const std::vector<CaseResult>& baseline) {
    const auto* entry = find(exceptions.in_driver, defect.id);
    return entry != nullptr && std::any_of(baseline.begin(), baseline.end(), [&](const auto& result) {
               return result.name == entry->case_name && result.outcome == Outcome::known_deviation;
           });
}

std::string_view to_string(Fate fate) {
    static constexpr std::array words{"untested", "killed", "survived", "equivalent", "in driver"};
    return words.at(static_cast<std::size_t>(fate));
}

std::string_view to_string(Depth depth) {
    static constexpr std::array words{"first-kill", "claims", "matrix"};
    return words.at(static_cast<std::size_t>(depth));
}

int Proof::of(Fate fate) const {
    return static_cast<int>(
        std::count_if(defects.begin(), defects.end(), [&](const auto& d) { return d.fate == fate; }));
}

void judge(Proof& proof, const std::vector<CaseResult>& baseline) {
    drop_unsteady_killers(proof);
    proof.claims = claims_of(baseline);
    set_fates(proof, baseline);
    credit(proof);
    if (proof.depth != Depth::first_kill)
        for (auto& result : proof.defects)
            if (result.finished)
                note_silent(result);
    if (proof.judges_claims())
        judge_claims(proof);
    proof.exit_code = !proof.complete ? exit_interrupted
                      : proof.of(Fate::survived) + proof.of(Fate::untested) > 0 || !proof.never_red.empty() ||
                              !proof.problems.empty()
                          ? exit_broken
                          : exit_kept;
}

std::string verdict_line(const Proof& proof) {
    std::string line = proof.exit_code == exit_kept          ? "PROVED: "
                       : proof.exit_code == exit_interrupted ? "INTERRUPTED: "
                                                             : "NOT PROVED: ";
    line += std::to_string(proof.defects.size()) + (proof.defects.size() == 1 ? " defect, " : " defects, ") +
            std::to_string(proof.of(Fate::killed)) + " killed";
    for (const auto fate : {Fate::survived, Fate::equivalent, Fate::in_driver, Fate::untested})
        if (const int number = proof.of(fate); number > 0)
            line += ", " + std::to_string(number) + " " + std::string(to_string(fate));
    if (proof.depth != Depth::first_kill)
        line += ", " + std::to_string(red(proof, true)) + " of " + std::to_string(red(proof, false)) +
                " documented and guard claims turned red";
    if (proof.judges_claims() && !proof.exceptions.exempt.empty())
        line += ", " + std::to_string(proof.exceptions.exempt.size()) + " exempt";
    return line + " (backend=" + proof.backend + ") in " + readable_seconds(proof.seconds);
}

std::vector<std::string> shortcomings(const Proof& proof) {
    std::vector<std::string> lines;
    for (const auto& result : proof.defects)
        if (result.fate == Fate::survived)
            lines.push_back("SURVIVED " + result.defect.id + ": " + result.defect.sentence +
                            (result.note.empty() ? "" : " (" + result.note + ")"));
    for (const auto& id : proof.never_red)
        lines.push_back("NEVER RED " + id +
                        (proof.depth == Depth::matrix ? ": no defect makes a case of it fail"
                                                      : ": no defect that names it makes a case of it fail"));
    for (const auto& problem : proof.problems)
        lines.push_back("PROBLEM " + problem);
    return lines;
}

} // namespace runner::prove
