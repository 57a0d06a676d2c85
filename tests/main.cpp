// The test program's own main: modes for people, for the runner (--events), for discovery (--describe) and
// for child processes
// (--child), and exit codes that do not depend on the version of Catch2.
#include "fixtures/harness/bodies.hpp"
#include "fixtures/harness/case_record.hpp"
#include "fixtures/harness/device.hpp"
#include "fixtures/harness/environment.hpp"
#include "fixtures/harness/events.hpp"
#include "fixtures/harness/pool.hpp"
#include "fixtures/harness/schedule.hpp"
#include "tests/selection.hpp"

#include <catch2/catch_session.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>

namespace {

enum ExitCode { kept = 0, broken = 1, usage = 2, no_gpu = 3, suite_error = 4, all_skipped = 77 };

struct Options {
    bool describe = false;
    bool ctest = false;
    int events = -1;
    int child = -1;
    std::string cases;
};

/// Runs what the session has selected; returns false when Catch2 could not even start.
bool run_session(Catch::Session& session) {
    return session.run() >= 0;
}

int exit_code(const cts::harness::RunSummary& summary) {
    if (summary.failed > 0) {
        return broken;
    }
    if (summary.errors > 0 || summary.cases == 0) {
        return suite_error;
    }
    if (summary.skipped == summary.cases) {
        return cts::harness::smoke().ok ? all_skipped : no_gpu;
    }
    return kept;
}

int run_worker(Catch::Session& session, const Options& options) {
    namespace events = cts::events;
    events::open(options.events);
    events::emit({{"event", "hello"},
                  {"protocol", 1},
                  {"pid", getpid()},
                  {"suite_version", cts::harness::suite_version()}});
    const cts::harness::Smoke& smoke = cts::harness::smoke();
    if (!smoke.ok) {
        events::emit({{"event", "smoke"}, {"ok", false}, {"reason", smoke.reason}, {"code", smoke.code}});
        return no_gpu;
    }
    events::emit({{"event", "smoke"}, {"ok", true}});
    events::emit({{"event", "environment"}, {"properties", cts::harness::environment()}});

    session.configData().reporterSpecifications.clear();
    session.configData().reporterSpecifications.push_back(*Catch::parseReporterSpec("silent"));
    session.configData().runOrder = Catch::TestRunOrder::LexicographicallySorted;
    if (options.cases.empty()) {
        cts::schedule::expect_sacrificial_cases(cts::count_tagged(cts::all_cases(), "sacrifices"));
        run_session(session);
    } else {
        const auto names = cts::read_names(options.cases);
        cts::schedule::expect_sacrificial_cases(
            cts::count_tagged(cts::cases_named(cts::all_cases(), names), "sacrifices"));
        for (const std::string& name : names) { // one at a time: Catch2 cannot be told an order
            Catch::ConfigData only = session.configData();
            only.testsOrTags = {cts::exact_pattern(name)};
            session.useConfigData(only); // not by changing it in place: a session reads that only once
            run_session(session);
        }
    }
    cts::pool::drain();
    events::emit({{"event", "bye"}, {"cases", cts::harness::run_summary().cases}});
    return kept;
}

} // namespace

int main(int argc, char** argv) {
    // Loaded at start-up, the kernels' code does not turn up as lost device memory in the first case that
    // launches one.
    setenv("CUDA_MODULE_LOADING", "EAGER", 0);

    Options options;
    Catch::Session session;
    using Catch::Clara::Opt;
    session.cli(
        session.cli() | Opt(options.describe)["--describe"]("print all cases as one JSON document") |
        Opt(options.ctest)["--ctest"]("print all cases for CTest (tests/ctest_cases.cmake)") |
        Opt(options.events, "descriptor")["--events"]("write events for the runner to this descriptor") |
        Opt(options.cases,
            "file")["--cases"]("with --events: run the cases named in this file, in its order") |
        Opt(options.child, "descriptor")["--child"]("serve a parent process over this descriptor"));
    if (session.applyCommandLine(argc, argv) != 0) {
        return usage;
    }
    if (options.child >= 0) {
        return cts::child_main(options.child);
    }
    if (options.describe) {
        std::cout << cts::describe().dump(1) << "\n";
        return kept;
    }
    if (options.ctest) {
        cts::print_ctest_cases(std::cout);
        return kept;
    }
    if (options.events >= 0) {
        return run_worker(session, options);
    }
    if (session.configData().showHelp || session.configData().listTests || session.configData().listTags ||
        session.configData().listReporters || session.configData().listListeners) {
        return session.run() == 0 ? kept : usage;
    }
    cts::schedule::expect_sacrificial_cases(cts::count_tagged(cts::selected_cases(session), "sacrifices"));
    run_session(session);
    cts::pool::drain();
    return exit_code(cts::harness::run_summary());
}
