#include "report/html_case.hpp"

#include "report/case_text.hpp"
#include "report/template.hpp"
#include "report/text.hpp"

namespace runner {
namespace {

std::string paragraph(const char* css_class, const std::string& text) {
    return text.empty() ? "" : "<p class=\"" + std::string(css_class) + "\">" + html(text) + "</p>\n";
}

std::string failures(const CaseResult& result) {
    std::string out;
    for (const auto& failure : result.failures) {
        Failure text = failure;
        text.file.clear();
        out += "<pre>" + html(failure_text(text)) + "</pre><pre class=\"where\">" +
               html(location(failure.file, failure.line)) + "</pre>";
    }
    return out.empty() ? "" : "<div class=\"failure\">" + out + "</div>\n";
}

std::string values(const CaseResult& result) {
    std::string out;
    const auto add = [&](const std::string& key, const std::string& value) {
        out += "<dt>" + html(key) + "</dt><dd>" + html(value) + "</dd>";
    };
    for (const auto& [key, value] : result.observations)
        add(key, value);
    for (const auto& m : result.measurements)
        add(m.key, readable_number(m.value) + (m.unit.empty() ? "" : " " + m.unit));
    return out.empty() ? "" : "<dl class=\"values\">" + out + "</dl>\n";
}

std::string reason(const CaseResult& result) {
    if (result.outcome == Outcome::skip)
        return summary_of(result);
    if (result.signal)
        return word_for(result.outcome) + ", " + signal_text(result);
    if (result.outcome == Outcome::known_deviation)
        return "Differs from the documentation in the way that is listed for this driver.";
    return {};
}

/// The sentence without what differs between a title and a full sentence: the first capital and the full
/// stop.
std::string bare(std::string sentence) {
    if (sentence.ends_with('.'))
        sentence.pop_back();
    if (!sentence.empty() && sentence[0] >= 'A' && sentence[0] <= 'Z')
        sentence[0] = static_cast<char>(sentence[0] - 'A' + 'a');
    return sentence;
}

std::string output(const CaseResult& result) {
    if (result.output.empty())
        return {};
    return "<details class=\"output\"><summary>Last output of the worker</summary><pre tabindex=\"0\">" +
           html(result.output) + "</pre></details>\n";
}

} // namespace

std::string anchor_of(const CaseResult& result) {
    std::string anchor = "case-";
    for (const char c : result.name.substr(0, result.name.find(':'))) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        anchor += plain || c == '-' || c == '_' ? c : '.';
    }
    return anchor;
}

std::string label_of(const CaseResult& result) {
    return html(result.name.substr(0, result.name.find(':')));
}

std::string sentence_of(const CaseResult& result) {
    const auto colon = result.name.find(": ");
    const auto own = colon == std::string::npos ? "" : result.name.substr(colon + 2);
    return html(own.empty() ? result.sentence : own);
}

std::string case_item(const CaseResult& result) {
    // A variant tells a part of its claim.
    const bool own = !result.sentence.empty() && bare(html(result.sentence)) != bare(sentence_of(result));
    const auto claim = own ? paragraph("claim", "Claim: " + result.sentence) : "";
    const auto source = result.source.empty() ? "" : "<span>" + html(result.source) + "</span>";
    return fill(page_part("case.html"),
                {{"outcome", std::string(to_string(result.outcome)) +
                                 (result.outcome == Outcome::pass || result.outcome == Outcome::skip ||
                                          result.outcome == Outcome::not_run
                                      ? ""
                                      : " loud")},
                 {"key", std::string(to_string(result.outcome))},
                 {"word", word_for(result.outcome)},
                 {"anchor", anchor_of(result)},
                 {"id", label_of(result)},
                 {"sentence", sentence_of(result)},
                 {"class", html(result.claim_class)},
                 {"time", result.outcome == Outcome::not_run ? "" : readable_seconds(result.seconds)},
                 {"claim", claim},
                 {"source", source},
                 {"location", html(location(result.file, result.line))},
                 {"body", paragraph("reason", reason(result)) + paragraph("note", result.note) +
                              failures(result) + values(result) + output(result)}});
}

} // namespace runner
