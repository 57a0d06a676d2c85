#include "results_json.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace runner {
namespace {

template<typename T>
T get(const OrderedJson& object, const char* key, T fallback = {}) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? fallback : found->template get<T>();
}

// More digits than the clock has only make files hard to read.
double microseconds(double seconds) {
    return std::round(seconds * 1e6) / 1e6;
}

OrderedJson to_json(const Failure& failure) {
    return {{"expression", failure.expression},
            {"expansion", failure.expansion},
            {"message", failure.message},
            {"file", failure.file},
            {"line", failure.line},
            {"section", failure.section}};
}

Failure failure_from_json(const OrderedJson& entry) {
    return {get<std::string>(entry, "expression"),
            get<std::string>(entry, "expansion"),
            get<std::string>(entry, "message"),
            get<std::string>(entry, "file"),
            get<int>(entry, "line"),
            get<std::string>(entry, "section")};
}

OrderedJson to_json(const Counts& counts) {
    OrderedJson object{{"total", counts.total}};
    for (const auto outcome : all_outcomes)
        object[std::string(to_string(outcome))] = counts.of(outcome);
    return object;
}

OrderedJson to_json(const std::vector<CaseResult>& cases) {
    auto list = OrderedJson::array();
    for (const auto& result : cases)
        list.push_back(runner::to_json(result));
    return list;
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

OrderedJson to_json(const Environment& environment) {
    auto object = OrderedJson::object();
    for (const auto& [key, value] : environment)
        std::visit([&, &key = key](const auto& v) { object[key] = v; }, value);
    return object;
}

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

OrderedJson to_json(const CaseResult& result) {
    OrderedJson object{{"name", result.name},
                       {"id", result.id},
                       {"variant", result.variant},
                       {"group", result.group},
                       {"class", result.claim_class},
                       {"sentence", result.sentence},
                       {"source", result.source},
                       {"file", result.file},
                       {"line", result.line},
                       {"tags", result.tags},
                       {"outcome", to_string(result.outcome)},
                       {"seconds", microseconds(result.seconds)},
                       {"attempts", result.attempts},
                       {"assertions", result.assertions},
                       {"worker", result.worker}};
    for (const auto& failure : result.failures)
        object["failures"].push_back(to_json(failure));
    if (!result.skip_reasons.empty())
        object["skip_reasons"] = result.skip_reasons;
    if (!result.observations.empty())
        object["observations"] = result.observations;
    for (const auto& m : result.measurements)
        object["measurements"].push_back({{"key", m.key}, {"value", m.value}, {"unit", m.unit}});
    if (!result.note.empty())
        object["note"] = result.note;
    if (result.signal)
        object["signal"] = *result.signal;
    if (!result.output.empty())
        object["output"] = result.output;
    if (!result.deviation.empty())
        object["deviation"] = OrderedJson::parse(result.deviation, nullptr, false);
    return object;
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

OrderedJson to_json(const RunResult& run) {
    OrderedJson object{{"schema", results_schema},
                       {"suite", "cuda-vmm-cts"},
                       {"suite_version", run.suite_version},
                       {"backend", run.backend},
                       {"complete", run.complete},
                       {"started", run.started},
                       {"seconds", microseconds(run.seconds)},
                       {"command", run.command},
                       {"verdict", to_string(run.verdict)},
                       {"reason", run.reason},
                       {"exit_code", run.exit_code},
                       {"environment", to_json(run.environment)},
                       {"warnings", run.warnings},
                       {"counts", to_json(count(run.cases))},
                       {"cases", to_json(run.cases)}};
    for (const auto& device : run.devices)
        object["devices"].push_back({{"ordinal", device.ordinal},
                                     {"verdict", to_string(device.verdict)},
                                     {"environment", to_json(device.environment)},
                                     {"counts", to_json(count(device.cases))},
                                     {"cases", to_json(device.cases)}});
    return object;
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

std::string to_text(const RunResult& run) {
    return to_json(run).dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

RunResult read_results(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream)
        throw std::runtime_error(file.string() + " cannot be read: " + std::strerror(errno));
    try {
        return run_from_json(OrderedJson::parse(stream));
    } catch (const std::exception& problem) {
        throw std::runtime_error(file.string() + " is not a results.json of this suite: " + problem.what());
    }
}

void write_atomically(const std::filesystem::path& file, std::string_view text) {
    // The process id keeps the runner and its guardian from writing into one temporary file.
    const auto temporary = file.string() + "." + std::to_string(::getpid()) + ".tmp";
    const auto fail = [&](int number) {
        ::unlink(temporary.c_str());
        throw std::runtime_error(file.string() + " cannot be written: " + std::strerror(number));
    };
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        fail(errno);
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            const int number = errno;
            ::close(fd);
            fail(number);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    if (::close(fd) != 0 || ::rename(temporary.c_str(), file.c_str()) != 0)
        fail(errno);
}

void write_results(const RunResult& run, const std::filesystem::path& file) {
    write_atomically(file, to_text(run));
}

} // namespace runner
