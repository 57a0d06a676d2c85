// One defect against the suite: workers under the defect until a case notices, or until all have run.
#pragma once

#include "prove/order.hpp"
#include "prove/proof.hpp"
#include "report/deviations.hpp"

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace runner::prove {

/// Tells a worker that others use its GPU: what device memory is free means nothing then.
inline constexpr const char* shared_gpu_entry = "VMM_CTS_SHARED_GPU=1";

/// What all trials of a campaign have in common.
struct Setting {
    std::filesystem::path program;
    std::vector<std::string> environment; // "NAME=value", of every worker
    RunResult baseline;                   // settled: deviations applied
    Depth depth = Depth::first_kill;
};

class Trial {
  public:
    /// A defect without id plants nothing.
    Trial(const Setting& setting, Defect defect);

    /// Cases that are no witnesses, because they differ from the baseline without any defect.
    void leave_out(const std::set<std::string>& case_names);

    /// The cases of the claims that the defect names, as deep as the setting says. In a matrix all cases, but
    /// the slow ones. Stops early when interrupted. `environment`: what the workers get in addition.
    /// @throws std::runtime_error if a worker cannot be started, or cannot be killed.
    void run(std::vector<std::string> environment);

    /// The other cases until one notices, or to the end where there is no defect.
    void run_rest(std::vector<std::string> environment);

    /// Whether the cases of the claims that the defect names, or all cases where there is no defect, mind
    /// what else uses the GPU.
    bool needs_quiet() const;

    /// As `run`, while others use the same GPU: of the cases that do not mind, those of the claims that the
    /// defect names, or all where there is no defect. @return false, with nothing noted, unless one of them
    /// saw the defect itself: a crash or a lapse of time may come of the company.
    bool run_in_company(std::vector<std::string> environment);

    /// A matrix only: runs those of the slow cases left whose claims `wanted` asks for.
    void run_slow(std::vector<std::string> environment,
                  const std::function<bool(const std::string& claim)>& wanted);

    /// Runs one case in a process of its own. @return what it noticed.
    std::vector<Kill> ask_alone(std::vector<std::string> environment, const std::string& case_name) const;

    /// What the case noticed alone takes the place of what it noticed in company.
    void correct(const std::string& case_name, std::vector<Kill> alone);

    const DefectResult& result() const { return result_; }

  private:
    enum class Until { first_kill, end };

    void use(std::vector<std::string> environment);
    void run_list(std::vector<PlannedCase> list, Until until);
    void on_ended(CaseResult attempt, Until until);
    void add(Kill kill);

    const Setting& setting_;
    std::vector<std::string> environment_;
    Order order_;
    std::vector<PlannedCase> slow_; // of a matrix, for run_slow
    std::set<std::string> tried_;
    DefectResult result_;
    bool stop_ = false;
    bool exhausted_ = false; // the worker ended too often
    bool spoiled_ = false;   // a case has noticed the defect in this worker
    int workers_ = 0;
};

} // namespace runner::prove
