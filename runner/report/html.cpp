#include "report/html.hpp"

#include "report/case_text.hpp"
#include "report/group_order.hpp"
#include "report/html_case.hpp"
#include "report/template.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <set>

namespace runner {
namespace {

using Groups = std::vector<std::pair<std::string, std::vector<const CaseResult*>>>;

std::string plural(std::size_t number, const std::string& noun) {
    return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string headline(const RunResult& run) {
    std::set<std::string> broken;
    for (const auto& result : run.cases)
        if (is_bad(result.outcome))
            broken.insert(result.id);
    switch (run.verdict) {
    case Verdict::kept:
        return "Every claim that was checked is kept";
    case Verdict::broken:
        return broken.empty()
                   ? "A claim is broken"
                   : plural(broken.size(), "claim") + (broken.size() == 1 ? " is" : " are") + " broken";
    case Verdict::no_gpu:
        return "No usable GPU: nothing was checked";
    case Verdict::environment_broken:
        return "The environment is broken: nothing was checked";
    case Verdict::suite_error:
        return "The suite itself failed";
    default:
        return "The run was interrupted";
    }
}

std::string subject(const RunResult& run) {
    std::string text = run.backend == "simulator" ? "CPU simulator" : text_of(run.environment, "gpu.name");
    const auto add = [&](const std::string& label, const char* key) {
        if (const auto value = text_of(run.environment, key); !value.empty())
            text += (text.empty() ? "" : ", ") + label + value;
    };
    add("driver ", "driver.user_mode");
    add("CUDA toolkit ", "cuda.toolkit");
    return text;
}

std::string when(const RunResult& run) {
    auto stamp = junit_timestamp(run.started);
    std::replace(stamp.begin(), stamp.end(), 'T', ' ');
    return (stamp.empty() ? "" : stamp + " UTC, ") + plural(run.cases.size(), "case") + " in " +
           readable_seconds(run.seconds);
}

std::string notices(const RunResult& run) {
    std::string out;
    const auto add = [&](const std::string& text) {
        if (!text.empty())
            out += "<p class=\"notice\">" + html(text) + "</p>\n";
    };
    add(run.reason);
    if (run.backend == "simulator")
        add("This run used the CPU simulator. It tests the suite and says nothing about a driver or a GPU.");
    if (!run.complete)
        add("This report is incomplete: the run did not reach its end.");
    for (const auto& warning : run.warnings)
        add(warning);
    return out;
}

std::string legend(const Counts& counts, bool bar) {
    std::string out;
    for (const auto outcome : all_outcomes)
        if (const auto number = std::to_string(counts.of(outcome)); number != "0") {
            const auto key = std::string(to_string(outcome));
            out += bar ? "<span class=\"o-" + key + "\" style=\"flex:" + number + "\"></span>"
                       : "<li class=\"o-" + key + "\"><b>" + number + "</b> " + word_for(outcome) + "</li>";
        }
    return out;
}

std::string attention(const Groups& groups) {
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

std::string number_cell(int number) {
    return "<td class=\"n" + std::string(number ? "" : " zero") + "\">" + std::to_string(number) + "</td>";
}

std::string matrix(const Groups& groups) {
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
                "</a></th><td><div class=\"cells\" aria-hidden=\"true\">" + cells + "</div></td>" +
                number_cell(kept) + number_cell(listed) + number_cell(broken) + number_cell(unchecked) +
                "</tr>\n";
    }
    return rows;
}

std::string environment(const RunResult& run) {
    std::string out;
    const auto add = [&](const std::string& key, const std::string& value) {
        out += "<div><dt>" + html(key) + "</dt><dd>" + html(value) + "</dd></div>\n";
    };
    for (const auto& device : run.devices)
        add("device " + std::to_string(device.ordinal),
            text_of(device.environment, "gpu.name") + ": " + std::string(to_string(device.verdict)));
    for (const auto& [key, value] : run.environment)
        add(key, text_of(run.environment, key));
    return out;
}

std::string command(const RunResult& run) {
    std::string out;
    for (const auto& word : run.command) {
        const bool plain =
            word.find_first_of(" \t\n\"'\\$&|;<>()*?[]{}~#`!") == std::string::npos && !word.empty();
        out += (out.empty() ? "" : " ") + (plain ? word : "'" + word + "'");
    }
    return html(out);
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

std::string group_lists(const Groups& groups) {
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

std::string option(const std::string& value, const std::string& text) {
    return "<option value=\"" + html(value) + "\">" + html(text) + "</option>";
}

} // namespace

std::string to_html(const RunResult& run) {
    const auto groups = by_group(run.cases);
    const auto counts = count(run.cases);
    std::string outcome_options, class_options, group_options;
    for (const auto outcome : all_outcomes)
        if (counts.of(outcome) > 0)
            outcome_options += option(std::string(to_string(outcome)), word_for(outcome));
    for (const auto* word : {"documented", "pinned", "guard"})
        class_options += option(word, word);
    for (const auto& [name, cases] : groups)
        group_options += option(name, name);

    const auto title = headline(run);
    const auto about = subject(run);
    return fill(page_part("page.html"),
                {{"title", html(title + (about.empty() ? "" : " - " + about))},
                 {"suite_version", html(run.suite_version)},
                 {"style", std::string(page_part("page.css"))},
                 {"script", std::string(page_part("page.js"))},
                 {"verdict", std::string(to_string(run.verdict))},
                 {"headline", html(title)},
                 {"subject", html(about)},
                 {"when", html(when(run))},
                 {"notices", notices(run)},
                 {"bar", legend(counts, true)},
                 {"legend", legend(counts, false)},
                 {"attention", attention(groups)},
                 {"matrix", matrix(groups)},
                 {"environment", environment(run)},
                 {"environment_summary", std::to_string(run.environment.size()) + " properties"},
                 {"command", command(run)},
                 {"groups", group_lists(groups)},
                 {"outcome_options", outcome_options},
                 {"class_options", class_options},
                 {"group_options", group_options}});
}

} // namespace runner
