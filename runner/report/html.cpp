#include "report/html.hpp"

#include "report/case_text.hpp"
#include "report/group_order.hpp"
#include "report/html_sections.hpp"
#include "report/template.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace runner {
namespace {

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
    add("CUDA toolkit ", "toolkit.built_with");
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

    auto title = headline(run);
    if (run.backend == "simulator") // never to be read as a statement about a driver
        title = "On the simulator: " + std::string(1, static_cast<char>(std::tolower(title[0]))) +
                title.substr(1);
    const auto about = subject(run);
    return fill(page_part("page.html"), {{"title", html(title + (about.empty() ? "" : " - " + about))},
                                         {"suite_version", html(run.suite_version)},
                                         {"style", std::string(page_part("page.css"))},
                                         {"script", std::string(page_part("page.js"))},
                                         {"verdict", std::string(to_string(run.verdict))},
                                         {"headline", html(title)},
                                         {"subject", html(about)},
                                         {"when", html(when(run))},
                                         {"notices", notices(run)},
                                         {"bar", outcome_bar(counts)},
                                         {"legend", outcome_legend(counts)},
                                         {"attention", attention_section(groups)},
                                         {"matrix", group_rows(groups)},
                                         {"environment", environment_entries(run)},
                                         {"attributes", attribute_section(run)},
                                         {"command", command_line(run.command)},
                                         {"groups", group_lists(groups)},
                                         {"outcome_options", outcome_options},
                                         {"class_options", class_options},
                                         {"group_options", group_options}});
}

} // namespace runner
