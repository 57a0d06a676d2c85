#include "report/case_text.hpp"
#include "report/html_case.hpp"
#include "report/html_sections.hpp"
#include "report/template.hpp"

#include <array>
#include <map>

namespace runner {
namespace {

// Kept, broken, not checked: the order of the bar.
constexpr std::array display_order{
    Outcome::pass,  Outcome::known_deviation, Outcome::deviation_gone, Outcome::fail, Outcome::flaky,
    Outcome::crash, Outcome::timeout,         Outcome::error,          Outcome::skip, Outcome::not_run};
static_assert(display_order.size() == all_outcomes.size());

std::string legend(const Counts& counts, bool bar) {
    std::string out;
    for (const auto outcome : display_order)
        if (const auto number = std::to_string(counts.of(outcome)); number != "0") {
            const auto key = std::string(to_string(outcome));
            out += bar ? "<span class=\"o-" + key + "\" style=\"flex:" + number + "\"></span>"
                       : "<li class=\"o-" + key + "\"><b>" + number + "</b> " + word_for(outcome) + "</li>";
        }
    return out;
}

std::string number_cell(int number) {
    return "<td class=\"n" + std::string(number ? "" : " zero") + "\">" + std::to_string(number) + "</td>";
}

std::string tally(const std::vector<const CaseResult*>& cases) {
    std::map<Outcome, int> numbers;
    for (const auto* result : cases)
        ++numbers[result->outcome];
    std::string out;
    for (const auto& [outcome, number] : numbers)
        out += (out.empty() ? "" : ", ") + std::to_string(number) + " " + word_for(outcome);
    return out;
}

} // namespace

std::string outcome_bar(const Counts& counts) {
    return legend(counts, true);
}
std::string outcome_legend(const Counts& counts) {
    return legend(counts, false);
}

std::string attention_section(const CaseGroups& groups) {
    std::string items;
    for (const auto& [name, cases] : groups)
        for (const auto* result : cases)
            if (is_bad(result->outcome))
                items += "<li class=\"o-" + std::string(to_string(result->outcome)) +
                         "\"><span class=\"pill\">" + word_for(result->outcome) + "</span><a href=\"#" +
                         anchor_of(*result) + "\"><span class=\"id\">" + label_of(*result) +
                         "</span> <span>" + sentence_of(*result) + "</span></a></li>\n";
    return items.empty()
               ? ""
               : "<section class=\"attention\" aria-labelledby=\"h-attention\">\n<h2 id=\"h-attention\">"
                 "Needs attention</h2>\n<ul>\n" +
                     items + "</ul>\n</section>";
}

std::string group_rows(const CaseGroups& groups) {
    std::string rows;
    for (const auto& [name, cases] : groups) {
        std::string cells;
        int kept = 0, broken = 0, listed = 0, unchecked = 0;
        for (const auto* result : cases) {
            const auto outcome = result->outcome;
            ++(is_bad(outcome)                       ? broken
               : outcome == Outcome::pass            ? kept
               : outcome == Outcome::known_deviation ? listed
                                                     : unchecked);
            // The same links stand in the lists below: not a second time on the way of the keyboard.
            cells += "<a tabindex=\"-1\" class=\"o-" + std::string(to_string(outcome)) + "\" href=\"#" +
                     anchor_of(*result) + "\" title=\"" + label_of(*result) + ": " + word_for(outcome) +
                     "\"></a>";
        }
        rows += "<tr><th scope=\"row\"><a href=\"#group-" + html(name) + "\">" + html(name) +
                "</a></th><td class=\"strip\"><div class=\"cells\" aria-hidden=\"true\">" + cells +
                "</div></td>" + number_cell(kept) + number_cell(listed) + number_cell(broken) +
                number_cell(unchecked) + "</tr>\n";
    }
    return rows;
}

std::string group_lists(const CaseGroups& groups) {
    std::string out;
    for (const auto& [name, cases] : groups) {
        std::string items;
        for (const auto* result : cases)
            items += case_item(*result);
        out +=
            fill(page_part("group.html"), {{"group", html(name)}, {"tally", tally(cases)}, {"cases", items}});
    }
    return out;
}

} // namespace runner
