// The result of a run: what the engine fills, the reports show and results.json (schema 1) stores.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runner {

inline constexpr int results_schema = 1;

/// What became of one case. Everything but pass, skip and known_deviation keeps the gate from opening.
enum class Outcome {
    pass,
    fail,
    skip,            // a capability is missing; skip_reasons says which
    error,           // the case checked nothing, or its events could not be understood
    known_deviation, // failed, as an entry of ci/deviations says it would
    deviation_gone,  // passed, though an entry says that it fails
    flaky,           // passed and failed in the same condition
    crash,           // the worker died, was killed or exited while the case was on duty
    timeout,         // the case did not end in its time
    not_run
};

inline constexpr std::array all_outcomes{
    Outcome::pass,           Outcome::fail,  Outcome::skip,  Outcome::error,   Outcome::known_deviation,
    Outcome::deviation_gone, Outcome::flaky, Outcome::crash, Outcome::timeout, Outcome::not_run};

enum class Verdict { kept, broken, no_gpu, environment_broken, suite_error, interrupted };

inline constexpr std::array all_verdicts{Verdict::kept,        Verdict::broken,
                                         Verdict::no_gpu,      Verdict::environment_broken,
                                         Verdict::suite_error, Verdict::interrupted};

/// The words of results.json, such as "known_deviation" and "environment-broken".
std::string_view to_string(Outcome outcome);
std::string_view to_string(Verdict verdict);
std::optional<Outcome> outcome_from_string(std::string_view word);
std::optional<Verdict> verdict_from_string(std::string_view word);

/// True for an outcome that breaks the gate: fail, error, deviation_gone, flaky, crash, timeout.
bool is_bad(Outcome outcome);

using EnvironmentValue = std::variant<std::string, std::int64_t, double>;
using Environment = std::map<std::string, EnvironmentValue>;

/// The property as text; empty where it is absent.
std::string text_of(const Environment& environment, const std::string& key);

struct Failure {
    std::string expression; // cuMemMap(...) == CUDA_SUCCESS
    std::string expansion;  // CUDA_ERROR_INVALID_VALUE (1) == CUDA_SUCCESS (0)
    std::string message;
    std::string file;
    int line = 0;
    std::string section;
};

struct Measurement {
    std::string key;
    double value = 0;
    std::string unit;
};

/// Key and value of one observation of a pinned claim.
using Observation = std::pair<const std::string, std::string>;

struct CaseResult {
    std::string name; // MAP-10/alias: two addresses, one memory
    std::string id;
    std::string variant; // empty where the claim has a single case
    std::string group;
    std::string claim_class; // documented, pinned or guard; empty where the register does not know the claim
    std::string sentence;    // of the register
    std::string source;      // of the register
    std::string file;
    int line = 0;
    std::vector<std::string> tags;

    Outcome outcome = Outcome::not_run;
    double seconds = 0; // of the attempt that the outcome tells of
    int attempts = 0;   // executions that were started, in company and alone
    int assertions = 0;
    int worker = 0; // number of the worker process, from 1; 0: never started
    std::vector<Failure> failures;
    std::vector<std::string> skip_reasons;
    std::map<std::string, std::string> observations;
    std::vector<Measurement> measurements;
    std::string note;          // one sentence for people: blame, order dependence, what retries showed
    std::optional<int> signal; // that ended the worker
    std::string output;        // last output of the worker (at most 8 KiB); empty for a pass
    std::string deviation;     // the matching entry of ci/deviations as JSON text; empty: none
};

struct Counts {
    std::map<Outcome, int> by_outcome; // absent means 0
    int total = 0;

    int of(Outcome outcome) const;
};

Counts count(const std::vector<CaseResult>& cases);

/// One GPU's share of a run over several.
struct DeviceResult {
    int ordinal = 0;
    Verdict verdict = Verdict::interrupted;
    Environment environment;
    std::vector<CaseResult> cases;
};

struct RunResult {
    std::string suite_version;
    std::string backend = "none"; // gpu, simulator or none
    bool complete = false;
    std::string started; // ISO 8601, UTC
    double seconds = 0;
    std::vector<std::string> command;
    Verdict verdict = Verdict::interrupted;
    std::string reason; // one sentence that explains a verdict which no case explains; empty otherwise
    int exit_code = 130;
    Environment environment;
    std::vector<std::string> warnings; // things to know that belong to no case
    std::vector<CaseResult> cases;     // with several devices: each case with its worst result
    std::vector<DeviceResult> devices; // empty unless --devices was given
};

} // namespace runner
