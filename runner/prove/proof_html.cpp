#include "prove/proof_files.hpp"
#include "report/html_sections.hpp"
#include "report/template.hpp"
#include "report/text.hpp"
#include "verdict.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace runner::prove {
namespace {

// A defect that everything notices need not list it all.
constexpr std::size_t most_killers = 12;

std::string_view part(std::string_view name) {
    for (const auto& file : embedded_proof_page_files())
        if (file.path == name)
            return file.text;
    throw std::logic_error("the page part " + std::string(name) + " was not compiled in");
}

std::string paragraph(const std::string& kind, const std::string& content) {
    return content.empty() ? "" : "<p class=\"" + kind + "\">" + content + "</p>\n";
}

std::string section(const std::string& id, const std::string& title, const std::string& body,
                    const std::string& kind = "") {
    return fill(part("section.html"), {{"id", id}, {"title", html(title)}, {"body", body}, {"class", kind}});
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + html(word);
    return out;
}

std::string killer_line(const Kill& kill) {
    const auto who = kill.case_name.empty() ? std::string("the worker") : kill.case_name;
    return "<dt>" + html(to_string(kill.kind)) + "</dt><dd>" + html(who) +
           (kill.named ? "" : " <em>(not named)</em>") + (kill.what.empty() ? "" : "<br>" + html(kill.what)) +
           "</dd>\n";
}

std::string defect_item(const DefectResult& result) {
    const auto& defect = result.defect;
    std::string killers;
    for (std::size_t i = 0; i < std::min(result.killers.size(), most_killers); ++i)
        killers += killer_line(result.killers[i]);
    std::string body =
        paragraph("origin", defect.incident.empty() ? "" : "Incident: " + html(defect.incident));
    body += paragraph("claim", "Should notice: " + join(defect.claims));
    body += paragraph("note", result.silent.empty() ? "" : "Did not notice: " + join(result.silent));
    body += paragraph("note", html(result.note));
    body += killers.empty() ? "" : "<dl class=\"values\">\n" + killers + "</dl>\n";
    if (result.killers.size() > most_killers)
        body += paragraph("note", "and " + std::to_string(result.killers.size() - most_killers) + " more");
    return fill(part("defect.html"), {{"fate", std::string(to_string(result.fate))},
                                      {"loud", result.fate == Fate::survived ? " loud" : ""},
                                      {"id", html(defect.id)},
                                      {"sentence", html(defect.sentence)},
                                      {"time", html(readable_seconds(result.seconds))},
                                      {"body", body}});
}

std::string matrix_row(const Proof& proof, const ClaimResult& claim) {
    const std::set<std::string> red(claim.killed_by.begin(), claim.killed_by.end());
    std::string cells;
    for (const auto& result : proof.defects)
        cells += red.contains(result.defect.id)
                     ? "<td class=\"r\" title=\"" + html(claim.id + " under " + result.defect.id) + "\"></td>"
                     : "<td></td>";
    const bool never =
        std::find(proof.never_red.begin(), proof.never_red.end(), claim.id) != proof.never_red.end();
    return "<tr" + std::string(never ? " class=\"never\"" : "") + "><th scope=\"row\">" + html(claim.id) +
           "</th><td class=\"n\">" + std::to_string(claim.killed_by.size()) + "</td>" + cells + "</tr>\n";
}

// The whole matrix: a column for each defect.
std::string grid(const Proof& proof) {
    std::string head;
    for (const auto& result : proof.defects)
        head += "<th scope=\"col\"><a href=\"#" + html(result.defect.id) + "\">" + html(result.defect.id) +
                "</a></th>";
    std::string rows;
    for (const auto& claim : proof.claims)
        if (claim.checked)
            rows += matrix_row(proof, claim);
    return "<table class=\"proof\">\n<thead><tr><th scope=\"col\">claim</th><th scope=\"col\">red</th>" +
           head + "</tr></thead>\n<tbody>\n" + rows + "</tbody></table>";
}

// Few cells of the matrix were asked for: each claim with the defects that turned it red.
std::string claim_list(const Proof& proof) {
    std::string rows;
    for (const auto& claim : proof.claims) {
        std::string links;
        for (const auto& id : claim.killed_by)
            links += (links.empty() ? "<a href=\"#" : ", <a href=\"#") + html(id) + "\">" + html(id) + "</a>";
        if (claim.checked)
            rows += "<tr><th scope=\"row\">" + html(claim.id) + "</th><td class=\"n\">" +
                    std::to_string(claim.killed_by.size()) + "</td><td>" + links + "</td></tr>\n";
    }
    return "<table class=\"matrix\">\n<thead><tr><th scope=\"col\">Claim</th><th scope=\"col\" "
           "class=\"n\">Red</th>"
           "<th scope=\"col\">Under</th></tr></thead>\n<tbody>\n" +
           rows + "</tbody></table>";
}

std::string claims_section(const Proof& proof) {
    if (proof.depth == Depth::first_kill)
        return "";
    return section("h-matrix", "Claims that turned red",
                   "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-matrix\">\n" +
                       (proof.depth == Depth::matrix ? grid(proof) : claim_list(proof)) + "</div>\n");
}

std::string attention_section(const Proof& proof) {
    std::string items;
    for (const auto& line : shortcomings(proof))
        items += "<li class=\"o-fail\"><span>" + html(line) + "</span></li>\n";
    return items.empty()
               ? ""
               : section("h-attention", "Needs attention", "<ul>\n" + items + "</ul>\n", "attention");
}

std::string exceptions_section(const Proof& proof) {
    std::string items;
    for (const auto& entry : proof.exceptions.equivalent)
        items += "<dt>" + html(entry.subject) + "</dt><dd>equivalent: " + html(entry.argument) + "</dd>\n";
    for (const auto& entry : proof.exceptions.in_driver)
        items += "<dt>" + html(entry.subject) + "</dt><dd>in a driver where " + html(entry.case_name) +
                 " deviates: " + html(entry.argument) + "</dd>\n";
    for (const auto& entry : proof.exceptions.exempt)
        items += "<dt>" + html(entry.subject) + "</dt><dd>exempt: " + html(entry.argument) + "</dd>\n";
    return items.empty() ? ""
                         : section("h-exceptions", "Listed exceptions",
                                   "<div class=\"card\"><dl class=\"values\">\n" + items + "</dl></div>\n");
}

std::string notices(const Proof& proof) {
    std::string out;
    if (proof.backend == "simulator")
        out +=
            paragraph("notice", "The defects were planted over the CPU simulator. This tests the suite and "
                                "says nothing about a driver or a GPU.");
    if (!proof.complete)
        out += paragraph("notice", "This report is incomplete: the campaign did not reach its end.");
    if (!proof.whole)
        out += paragraph("notice", "Only a part of the catalogue was tried.");
    return out;
}

} // namespace

std::string to_html(const Proof& proof) {
    std::string defects;
    for (const auto fate : {Fate::survived, Fate::untested, Fate::equivalent, Fate::in_driver, Fate::killed})
        for (const auto& result : proof.defects)
            if (result.fate == fate)
                defects += defect_item(result);
    const auto backend =
        proof.backend == "simulator" ? std::string("CPU simulator") : text_of(proof.environment, "gpu.name");
    const auto driver = text_of(proof.environment, "driver.user_mode");
    return fill(part("proof.html"),
                {{"suite_version", html(proof.suite_version)},
                 {"style", std::string(page_part("page.css"))},
                 {"own_style", std::string(part("proof.css"))},
                 {"verdict", proof.exit_code == exit_kept          ? "kept"
                             : proof.exit_code == exit_interrupted ? "interrupted"
                                                                   : "broken"},
                 {"headline", html(verdict_line(proof))},
                 {"subject", html(backend + (driver.empty() ? "" : ", driver " + driver))},
                 {"when", html(proof.started)},
                 {"notices", notices(proof)},
                 {"attention", attention_section(proof)},
                 {"defects", defects},
                 {"matrix", claims_section(proof)},
                 {"exceptions", exceptions_section(proof)},
                 {"command", command_line(proof.command)}});
}

} // namespace runner::prove
