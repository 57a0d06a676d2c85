// Made-up results: one case for each outcome.
#pragma once

#include "model.hpp"

#include <string>
#include <utility>
#include <vector>

namespace runner {

inline CaseResult sample_case(const std::string& label, Outcome outcome,
                              const std::string& group = "mapping") {
    CaseResult result;
    result.id = label.substr(0, label.find('/'));
    result.variant = label.size() > result.id.size() ? label.substr(result.id.size() + 1) : "";
    result.name = label + ": a sentence about " + result.id;
    result.group = group;
    result.claim_class = "documented";
    result.sentence = "A sentence about " + result.id;
    result.source = "Driver API, cuMemMap";
    result.file = "tests/" + group + "/sample.cpp";
    result.line = 12;
    result.outcome = outcome;
    result.seconds = 0.0031;
    result.attempts = 1;
    return result;
}

inline Failure sample_failure(const std::string& expansion) {
    return {"cuMemMap(address, size, 0, handle, 0) == CUDA_SUCCESS",
            expansion,
            "size := 2097152",
            "tests/mapping/sample.cpp",
            42,
            "a mapped range"};
}

inline RunResult sample_run() {
    RunResult run;
    run.suite_version = "0.1.0+gsample";
    run.backend = "gpu";
    run.complete = true;
    run.started = "2026-01-31T16:40:00.123Z";
    run.seconds = 3.21;
    run.command = {"vmm-cts", "run", "--out", "two words"};
    run.verdict = Verdict::broken;
    run.exit_code = 1;
    run.environment = {{"backend", std::string("gpu")},
                       {"gpu.name", std::string("NVIDIA Sample 80GB")},
                       {"driver.user_mode", std::string("580.159.04")},
                       {"attribute.SAMPLE_SUPPORTED", std::int64_t{1}}};

    auto pass = sample_case("RSV-01", Outcome::pass, "reservation");
    pass.claim_class = "pinned";
    pass.observations = {{"RSV-01/hint", "granted"}, {"after free", "another <address> & \x01 more"}};
    pass.measurements = {{"reserve", 1.6123456789, "us"}};
    auto fail = sample_case("MAP-01/whole", Outcome::fail);
    fail.failures = {sample_failure("CUDA_ERROR_INVALID_VALUE (1) == CUDA_SUCCESS (0)"),
                     sample_failure("2 == 3")};
    auto skip = sample_case("MAP-02", Outcome::skip);
    skip.skip_reasons = {"HANDLE_TYPE_FABRIC_SUPPORTED = 0", "one GPU only"};
    auto error = sample_case("MAP-03", Outcome::error);
    error.note = "the case reached no assertion and recorded no observation";
    auto known = sample_case("MAP-04", Outcome::known_deviation);
    known.failures = {sample_failure("CUDA_SUCCESS (0) != CUDA_SUCCESS (0)")};
    known.deviation = R"({"claim":"MAP-04","observed":"CUDA_SUCCESS","evidence":"seen on 580.159.04"})";
    auto gone = sample_case("MAP-05", Outcome::deviation_gone);
    gone.deviation = known.deviation;
    auto flaky = sample_case("MAP-06", Outcome::flaky);
    flaky.attempts = 3;
    flaky.note = "failed once in 3 attempts";
    flaky.failures = {sample_failure("0 == 1")};
    auto crash = sample_case("MAP-07", Outcome::crash);
    crash.signal = 11;
    crash.note = "the worker died while this case ran";
    crash.output = "\x1b[31mred\x1b[0m bell \x07 bad \xff\xfe bytes </script> ]]>\n";
    auto timeout = sample_case("MAP-08", Outcome::timeout);
    timeout.note = "did not end within 30 s";
    auto not_run = sample_case("MAP-09", Outcome::not_run);
    not_run.seconds = 0;
    run.cases = {pass, fail, skip, error, known, gone, flaky, crash, timeout, not_run};
    return run;
}

/// A run like `sample_run()` of these cases.
inline RunResult run_with(std::vector<CaseResult> cases) {
    auto run = sample_run();
    run.cases = std::move(cases);
    return run;
}

} // namespace runner
