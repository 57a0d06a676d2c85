#include "results_json.hpp"

#include <cmath>

namespace runner {
namespace {

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

} // namespace

OrderedJson to_json(const Environment& environment) {
    auto object = OrderedJson::object();
    for (const auto& [key, value] : environment)
        std::visit([&, &key = key](const auto& v) { object[key] = v; }, value);
    return object;
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

std::string to_text(const RunResult& run) {
    return to_json(run).dump(1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

void write_results(const RunResult& run, const std::filesystem::path& file) {
    write_atomically(file, to_text(run));
}

} // namespace runner
