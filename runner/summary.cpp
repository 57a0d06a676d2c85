#include "summary.hpp"

#include "utf8.hpp"
#include "verdict.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

namespace runner {
namespace {

constexpr std::size_t most_cases = 50;
constexpr std::size_t most_failures_shown = 3;
constexpr std::size_t most_output_lines = 5;

class Printer {
  public:
    Printer(std::ostream& stream, bool colour) : stream_(stream), colour_(colour) {}

    void headline(const char* code, const std::string& word, const std::string& rest) {
        stream_ << (colour_ ? code : "") << word << (colour_ ? "\033[0m" : "") << printable(rest) << '\n';
    }

    void block(const std::string& text, const std::string& indent) {
        std::istringstream lines(printable(text));
        for (std::string line; std::getline(lines, line);)
            stream_ << indent << line << '\n';
    }

  private:
    std::ostream& stream_;
    bool colour_;
};

std::string upper(std::string_view word) {
    std::string result(word);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    });
    return result;
}

std::string last_lines(const std::string& output) {
    auto begin = output.size();
    for (std::size_t lines = 0; begin > 0 && lines <= most_output_lines; ++lines)
        begin = output.rfind('\n', begin - 1) == std::string::npos ? 0 : output.rfind('\n', begin - 1);
    return output.substr(begin == 0 ? 0 : begin + 1);
}

void print_case(Printer& printer, const CaseResult& result) {
    printer.headline("\033[31m", upper(to_string(result.outcome)), " " + result.name);
    if (!result.note.empty())
        printer.block(result.note, "    ");
    for (std::size_t i = 0; i < result.failures.size(); ++i) {
        if (i == most_failures_shown) {
            printer.block(std::to_string(result.failures.size() - i) + " more failures are in the report",
                          "    ");
            break;
        }
        const auto& failure = result.failures[i];
        printer.block(failure.file + ":" + std::to_string(failure.line) + ": " + failure.expression, "    ");
        printer.block(failure.expansion, "        ");
        printer.block(failure.message, "        ");
    }
    const bool died = result.outcome == Outcome::crash || result.outcome == Outcome::timeout;
    if (died && !result.output.empty()) {
        printer.block("last output of the worker:", "    ");
        printer.block(last_lines(result.output), "      | ");
    }
}

} // namespace

void print_summary(std::ostream& stream, const RunResult& run, bool colour) {
    Printer printer(stream, colour);
    std::size_t bad = 0;
    for (const auto& result : run.cases)
        if (is_bad(result.outcome) && bad++ < most_cases)
            print_case(printer, result);
    if (bad > most_cases)
        printer.block(std::to_string(bad - most_cases) + " more bad cases are in the report", "");
    for (const auto& warning : run.warnings)
        printer.headline("\033[33m", "WARNING", " " + warning);
    for (const auto& device : run.devices)
        printer.block("GPU " + std::to_string(device.ordinal) + " (" +
                          text_of(device.environment, "gpu.name") +
                          "): " + std::string(to_string(device.verdict)),
                      "");
    const auto line = verdict_line(run);
    const auto word = line.find(':');
    printer.headline(run.verdict == Verdict::kept ? "\033[32m" : "\033[31m", line.substr(0, word),
                     line.substr(word));
    stream.flush();
}

} // namespace runner
