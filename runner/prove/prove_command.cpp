#include "prove/prove_command.hpp"

#include "interrupt.hpp"
#include "out_folder.hpp"
#include "plan.hpp"
#include "process.hpp"
#include "prove/baseline.hpp"
#include "prove/campaign.hpp"
#include "prove/proof_files.hpp"
#include "verdict.hpp"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace runner {
namespace prove {
namespace {

void print_catalogue(const std::vector<Defect>& defects) {
    for (const auto& defect : defects) {
        std::cout << defect.id << "\n    " << defect.sentence << '\n';
        if (!defect.incident.empty())
            std::cout << "    Incident: " << defect.incident << '\n';
        std::cout << "    Should notice:";
        for (const auto& id : defect.claims)
            std::cout << ' ' << id;
        std::cout << '\n';
    }
}

int exit_without_baseline(const RunResult& baseline, const std::filesystem::path& out) {
    if (baseline.exit_code == exit_interrupted) {
        std::cerr << "vmm-cts prove: interrupted before the baseline was complete\n";
        return exit_interrupted;
    }
    std::cerr << "vmm-cts prove: the baseline without a defect is not clean, so nothing can be proved: "
              << (baseline.reason.empty() ? verdict_line(baseline) : baseline.reason) << "; see "
              << (out / "baseline" / "report.html").string() << '\n';
    return baseline.exit_code == exit_broken ? exit_suite_error : baseline.exit_code;
}

// Starting a process takes the driver most of its time, and it starts few at once.
constexpr int jobs_on_one_gpu = 4;

int number_of_jobs(const Options& options, const RunResult& baseline) {
    if (options.jobs > 0)
        return options.jobs;
    return baseline.backend == "simulator"
               ? static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))
               : jobs_on_one_gpu;
}

Setting setting_for(const Options& options, RunResult baseline) {
    Setting setting{options.engine.program, {"VMM_CTS_SIZE=" + options.engine.size}, {}, options.depth};
    if (baseline.backend == "simulator" && holds_simulator(options.engine.simulator))
        for (auto& entry : simulator_environment(options.engine.simulator))
            setting.environment.push_back(std::move(entry));
    setting.baseline = std::move(baseline);
    return setting;
}

int execute(const Options& options, const std::vector<Defect>& catalogue, const std::vector<Defect>& defects,
            const Exceptions& exceptions, const std::vector<std::string>& command) {
    prepare_out_folder(options.out, {"prove.json", "prove.html"});
    preload(options.library);
    check_preload(options.engine);
    catch_interrupts();
    adopt_orphans();
    const auto began = Clock::now();
    Proof proof;
    proof.started = now_iso();
    auto baseline = run_baseline(options, options.out / "baseline", command);
    if (baseline.exit_code != exit_kept)
        return exit_without_baseline(baseline, options.out);
    proof.suite_version = baseline.suite_version;
    proof.backend = baseline.backend;
    proof.environment = baseline.environment;
    proof.command = command;
    proof.baseline = count(baseline.cases);
    proof.depth = options.depth;
    proof.whole = defects.size() == catalogue.size();
    proof.exceptions = on_backend(exceptions, proof.backend);

    const auto setting = setting_for(options, std::move(baseline));
    std::string halted;
    try {
        run_campaign(setting, defects, number_of_jobs(options, setting.baseline), proof);
    } catch (const std::exception& problem) {
        halted = problem.what();
    }
    kill_orphans({});
    proof.complete = caught_signal() == 0 && halted.empty();
    proof.seconds = Seconds(Clock::now() - began).count();
    judge(proof, setting.baseline.cases);
    if (!halted.empty())
        proof.exit_code = exit_suite_error;
    write_proof(proof, options.out);
    for (const auto& line : shortcomings(proof))
        std::cout << line << '\n';
    if (!halted.empty())
        std::cerr << "vmm-cts prove: " << halted << '\n';
    std::cout << verdict_line(proof) << '\n';
    return proof.exit_code;
}

int run(const Options& options, const std::vector<std::string>& command) {
    const auto catalogue = load_catalogue(options.library);
    const auto defects = select_defects(catalogue, options.faults);
    if (options.list) {
        print_catalogue(defects);
        return exit_kept;
    }
    if (defects.empty())
        throw std::invalid_argument("the catalogue of " + options.library.string() + " is empty");
    const auto exceptions = parse_exceptions(embedded_exception_files());
    const auto offenders = check_lists(catalogue, exceptions, embedded_register());
    for (const auto& sentence : offenders)
        std::cerr << "vmm-cts prove: " << sentence << '\n';
    return offenders.empty() ? execute(options, catalogue, defects, exceptions, command) : exit_suite_error;
}

} // namespace
} // namespace prove

int prove_command(const std::vector<std::string>& arguments) {
    const auto parsed = prove::parse_options(arguments);
    if (!parsed.options)
        return parsed.exit_code;
    std::vector<std::string> command{"vmm-cts", "prove"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    try {
        return prove::run(*parsed.options, command);
    } catch (const std::invalid_argument& problem) {
        std::cerr << "vmm-cts prove: " << problem.what() << '\n';
        return exit_usage;
    } catch (const std::exception& problem) {
        std::cerr << "vmm-cts prove: " << problem.what() << '\n';
        return exit_suite_error;
    }
}

} // namespace runner
