#include "prove/proof_files.hpp"

#include <algorithm>
#include <cmath>

namespace runner::prove {
namespace {

OrderedJson to_json(const Counts& counts) {
    OrderedJson object{{"total", counts.total}};
    for (const auto outcome : all_outcomes)
        object[std::string(to_string(outcome))] = counts.of(outcome);
    return object;
}

OrderedJson to_json(const Kill& kill) {
    return {{"case", kill.case_name}, {"claim", kill.claim}, {"kind", to_string(kill.kind)},
            {"what", kill.what},      {"named", kill.named}, {"alone", kill.alone}};
}

OrderedJson to_json(const DefectResult& result) {
    OrderedJson object{{"id", result.defect.id},
                       {"sentence", result.defect.sentence},
                       {"incident", result.defect.incident},
                       {"claims", result.defect.claims},
                       {"outcome", to_string(result.fate)},
                       {"killers", OrderedJson::array()},
                       {"seconds", std::round(result.seconds * 1e3) / 1e3},
                       {"tried", result.tried}};
    for (const auto& kill : result.killers)
        object["killers"].push_back(to_json(kill));
    if (!result.silent.empty())
        object["silent"] = result.silent;
    if (!result.note.empty())
        object["note"] = result.note;
    return object;
}

OrderedJson to_json(const std::vector<Exception>& list, const char* subject) {
    auto entries = OrderedJson::array();
    for (const auto& entry : list)
        entries.push_back({{subject, entry.subject}, {"argument", entry.argument}});
    return entries;
}

} // namespace

OrderedJson to_json(const Proof& proof) {
    OrderedJson object{{"schema", proof_schema},
                       {"suite", "cuda-vmm-cts"},
                       {"suite_version", proof.suite_version},
                       {"backend", proof.backend},
                       {"complete", proof.complete},
                       {"depth", to_string(proof.depth)},
                       {"whole_catalogue", proof.whole},
                       {"started", proof.started},
                       {"seconds", std::round(proof.seconds * 1e3) / 1e3},
                       {"command", proof.command},
                       {"verdict", verdict_line(proof)},
                       {"exit_code", proof.exit_code},
                       {"environment", runner::to_json(proof.environment)},
                       {"baseline", {{"counts", to_json(proof.baseline)}}},
                       {"faults", OrderedJson::array()},
                       {"claims", OrderedJson::array()}};
    for (const auto& result : proof.defects)
        object["faults"].push_back(to_json(result));
    for (const auto& claim : proof.claims)
        object["claims"].push_back({{"id", claim.id},
                                    {"group", claim.group},
                                    {"class", claim.claim_class},
                                    {"checked", claim.checked},
                                    {"deviates", claim.deviates},
                                    {"confirmed", claim.confirmed},
                                    {"killed_by", claim.killed_by}});
    if (proof.judges_claims())
        object["never_red"] = proof.never_red;
    object["exempt"] = to_json(proof.exceptions.exempt, "claim");
    object["equivalent"] = to_json(proof.exceptions.equivalent, "fault");
    object["in_driver"] = to_json(proof.exceptions.in_driver, "fault");
    object["problems"] = proof.problems;
    return object;
}

void write_proof(const Proof& proof, const std::filesystem::path& out) {
    write_atomically(out / "prove.json",
                     to_json(proof).dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
    write_atomically(out / "prove.html", to_html(proof));
}

} // namespace runner::prove
