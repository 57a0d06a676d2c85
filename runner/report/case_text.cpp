#include "report/case_text.hpp"

#include "report/text.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>
#include <string_view>

namespace runner {
namespace {

void append(std::string& text, std::string_view separator, const std::string& part) {
    if (part.empty())
        return;
    if (!text.empty())
        text += separator;
    text += part;
}

std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : clean_text(text))
        if (c != '\n' && c != '\t')
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    return line;
}

std::string failure_summary(const CaseResult& result) {
    if (result.failures.empty())
        return {};
    const auto& first = result.failures.front();
    auto text = one_line(first.expression);
    append(text, ": ", one_line(first.expansion));
    if (text.empty())
        text = one_line(first.message);
    if (result.failures.size() > 1)
        text += " (and " + std::to_string(result.failures.size() - 1) + " more)";
    return text;
}

std::string deviation_field(const CaseResult& result, const char* key) {
    const auto entry = nlohmann::json::parse(result.deviation, nullptr, false);
    return entry.is_object() && entry.contains(key) && entry.at(key).is_string()
               ? clean_text(entry.at(key).get<std::string>())
               : "";
}

} // namespace

std::string word_for(Outcome outcome) {
    std::string word(to_string(outcome));
    for (char& c : word)
        c = c == '_' ? ' ' : c;
    return word;
}

std::string location(const std::string& file, int line) {
    return file.empty() ? "" : clean_text(file) + (line > 0 ? ":" + std::to_string(line) : "");
}

std::string signal_text(const CaseResult& result) {
    if (!result.signal)
        return {};
    const char* name = sigabbrev_np(*result.signal);
    return "ended by " + (name ? "SIG" + std::string(name) + " (" : "signal (") +
           std::to_string(*result.signal) + ")";
}

std::string summary_of(const CaseResult& result) {
    std::string text;
    switch (result.outcome) {
    case Outcome::pass:
        return {};
    case Outcome::skip:
        for (const auto& reason : result.skip_reasons)
            append(text, "; ", one_line(reason));
        return text.empty() ? "skipped without a reason" : text;
    case Outcome::known_deviation:
        text = "known deviation: " + failure_summary(result);
        break;
    case Outcome::deviation_gone:
        text = "deviation gone";
        append(text, ": ", deviation_field(result, "observed"));
        break;
    case Outcome::fail:
        text = failure_summary(result);
        break;
    default:
        text = word_for(result.outcome);
        append(text, ": ", one_line(result.note));
        append(text, ", ", signal_text(result));
        append(text, ": ", failure_summary(result));
    }
    return shorten(text.empty() ? word_for(result.outcome) : text, 500);
}

std::string failure_text(const Failure& failure) {
    std::string text = clean_text(failure.expression);
    if (failure.expansion != failure.expression && !failure.expansion.empty())
        append(text, "\n", "  is  " + clean_text(failure.expansion));
    append(text, "\n", clean_text(failure.message));
    if (!failure.section.empty())
        append(text, "\n", "in section: " + clean_text(failure.section));
    append(text, "\n", location(failure.file, failure.line));
    return text;
}

std::string explanation_of(const CaseResult& result) {
    std::string text;
    for (const auto& reason : result.skip_reasons)
        append(text, "\n", clean_text(reason));
    append(text, "\n", clean_text(result.note));
    append(text, "\n", signal_text(result));
    if (!result.deviation.empty())
        append(text, "\n", "listed as a deviation, evidence: " + deviation_field(result, "evidence"));
    for (const auto& failure : result.failures)
        append(text, text.empty() ? "" : "\n\n", failure_text(failure));
    if (result.failures.empty() || result.failures.back().file.empty())
        append(text, "\n", location(result.file, result.line));
    return text;
}

} // namespace runner
