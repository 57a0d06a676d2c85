#include "results_json.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace runner {
namespace {

template<typename T>
T get(const OrderedJson& object, const char* key, const T& fallback = {}) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? fallback : found->template get<T>();
}

Failure failure_from_json(const OrderedJson& entry) {
    return {get<std::string>(entry, "expression"),
            get<std::string>(entry, "expansion"),
            get<std::string>(entry, "message"),
            get<std::string>(entry, "file"),
            get<int>(entry, "line"),
            get<std::string>(entry, "section")};
}

std::vector<CaseResult> cases_from_json(const OrderedJson& list) {
    std::vector<CaseResult> cases;
    cases.reserve(list.size());
    for (const auto& entry : list)
        cases.push_back(case_from_json(entry));
    return cases;
}

Verdict verdict_of(const OrderedJson& document) {
    const auto word = get<std::string>(document, "verdict");
    const auto verdict = verdict_from_string(word);
    if (!verdict)
        throw std::runtime_error("the verdict \"" + word +
                                 "\" is unknown; was this written by a newer vmm-cts?");
    return *verdict;
}

} // namespace

Environment environment_from_json(const OrderedJson& object) {
    Environment environment;
    for (const auto& [key, value] : object.items()) {
        if (value.is_number_integer())
            environment[key] = value.get<std::int64_t>();
        else if (value.is_number())
            environment[key] = value.get<double>();
        else
            environment[key] = value.is_string() ? value.get<std::string>() : value.dump();
    }
    return environment;
}

CaseResult case_from_json(const OrderedJson& document) {
    CaseResult result;
    result.name = get<std::string>(document, "name");
    result.id = get<std::string>(document, "id");
    result.variant = get<std::string>(document, "variant");
    result.group = get<std::string>(document, "group");
    result.claim_class = get<std::string>(document, "class");
    result.sentence = get<std::string>(document, "sentence");
    result.source = get<std::string>(document, "source");
    result.file = get<std::string>(document, "file");
    result.line = get<int>(document, "line");
    result.tags = get<std::vector<std::string>>(document, "tags");
    const auto word = get<std::string>(document, "outcome");
    const auto outcome = outcome_from_string(word);
    if (!outcome)
        throw std::runtime_error("the outcome \"" + word + "\" of case \"" + result.name + "\" is unknown");
    result.outcome = *outcome;
    result.seconds = get<double>(document, "seconds");
    result.attempts = get<int>(document, "attempts");
    result.assertions = get<int>(document, "assertions");
    result.worker = get<int>(document, "worker");
    for (const auto& entry : get(document, "failures", OrderedJson::array()))
        result.failures.push_back(failure_from_json(entry));
    result.skip_reasons = get<std::vector<std::string>>(document, "skip_reasons");
    result.observations = get<std::map<std::string, std::string>>(document, "observations");
    for (const auto& entry : get(document, "measurements", OrderedJson::array()))
        result.measurements.push_back(
            {get<std::string>(entry, "key"), get<double>(entry, "value"), get<std::string>(entry, "unit")});
    result.note = get<std::string>(document, "note");
    if (document.contains("signal"))
        result.signal = get<int>(document, "signal");
    result.output = get<std::string>(document, "output");
    if (document.contains("deviation"))
        result.deviation = document.at("deviation").dump();
    return result;
}

RunResult run_from_json(const OrderedJson& document) {
    if (!document.is_object() || get<int>(document, "schema") != results_schema)
        throw std::runtime_error("it is not a result of schema " + std::to_string(results_schema));
    RunResult run;
    run.suite_version = get<std::string>(document, "suite_version");
    run.backend = get<std::string>(document, "backend");
    run.complete = get<bool>(document, "complete");
    run.started = get<std::string>(document, "started");
    run.seconds = get<double>(document, "seconds");
    run.command = get<std::vector<std::string>>(document, "command");
    run.verdict = verdict_of(document);
    run.reason = get<std::string>(document, "reason");
    run.exit_code = get<int>(document, "exit_code");
    run.environment = environment_from_json(get(document, "environment", OrderedJson::object()));
    run.warnings = get<std::vector<std::string>>(document, "warnings");
    run.cases = cases_from_json(get(document, "cases", OrderedJson::array()));
    for (const auto& entry : get(document, "devices", OrderedJson::array()))
        run.devices.push_back({get<int>(entry, "ordinal"), verdict_of(entry),
                               environment_from_json(get(entry, "environment", OrderedJson::object())),
                               cases_from_json(get(entry, "cases", OrderedJson::array()))});
    return run;
}

RunResult read_results(const std::filesystem::path& file) {
    if (std::filesystem::is_directory(file))
        throw std::runtime_error(file.string() + " is a folder: give the results.json in it");
    std::ifstream stream(file);
    if (!stream)
        throw std::runtime_error(file.string() + " cannot be read: " + std::strerror(errno));
    try {
        return run_from_json(OrderedJson::parse(stream));
    } catch (const std::exception& problem) {
        throw std::runtime_error(file.string() + " is not a results.json of this suite: " + problem.what());
    }
}

} // namespace runner
