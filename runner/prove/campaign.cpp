#include "prove/campaign.hpp"

#include "interrupt.hpp"
#include "prove/progress.hpp"
#include "simulated_gpu.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace runner::prove {
namespace {

std::string gpu_of(int job) {
    return simulated_gpu("prove", "job " + std::to_string(job));
}

std::vector<std::string> environment_of_job(int job) {
    return {simulated_gpu_entry(gpu_of(job))};
}

// Calls work(index, job) for every index below `number`. The first exception ends all and is passed on.
template<typename Work>
void side_by_side(std::size_t number, int jobs, Work work) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr problem;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int job = 0; job < jobs; ++job)
        threads.emplace_back([&, job] {
            try {
                for (std::size_t index = next++; index < number && caught_signal() == 0; index = next++)
                    work(index, job);
            } catch (...) {
                const std::lock_guard lock(mutex);
                problem = std::current_exception();
                next = number;
            }
        });
    for (auto& thread : threads)
        thread.join();
    if (problem)
        std::rethrow_exception(problem);
}

// The claims that some defect has turned red so far.
class RedClaims {
  public:
    explicit RedClaims(const RunResult& baseline) {
        for (const auto& result : baseline.cases)
            classes_[result.id] = result.claim_class;
    }
    void add(const DefectResult& result) {
        const std::lock_guard lock(mutex_);
        for (const auto& kill : result.killers)
            if (proved_by(kill))
                red_.insert(kill.claim);
    }
    bool proved_by(const Kill& kill) const {
        const auto found = classes_.find(kill.claim);
        return found != classes_.end() && proves_claim(kill.kind, found->second);
    }
    bool lacks(const std::string& claim) const {
        const std::lock_guard lock(mutex_);
        return !red_.contains(claim);
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string> classes_;
    std::set<std::string> red_;
};

// A kill to be confirmed.
struct Question {
    Trial* trial;
    std::string case_name;
};

// For each claim that only turned red where another case may be to blame: whom to ask, claims that a defect
// names first.
std::vector<std::vector<Question>> open_questions(const std::vector<std::unique_ptr<Trial>>& trials,
                                                  const RedClaims& claims) {
    constexpr std::size_t most_questions = 4; // for one claim
    std::map<std::string, std::vector<Question>> questions;
    std::set<std::string> confirmed;
    for (const bool named : {true, false})
        for (const auto& trial : trials)
            for (const auto& kill : trial->result().killers) {
                if (!claims.proved_by(kill))
                    continue;
                if (kill.alone)
                    confirmed.insert(kill.claim);
                auto& list = questions[kill.claim];
                if (kill.named == named && !kill.alone && list.size() < most_questions)
                    list.push_back({trial.get(), kill.case_name});
            }
    std::vector<std::vector<Question>> open;
    for (auto& [claim, list] : questions)
        if (!confirmed.contains(claim))
            open.push_back(std::move(list));
    return open;
}

void confirm(const std::vector<std::vector<Question>>& questions, int jobs, const RedClaims& claims) {
    std::mutex mutex; // two claims may ask under the same defect
    side_by_side(questions.size(), jobs, [&](std::size_t index, int job) {
        for (const auto& question : questions[index]) {
            auto alone = question.trial->ask_alone(environment_of_job(job), question.case_name);
            if (caught_signal() != 0)
                return;
            const bool proved = std::any_of(alone.begin(), alone.end(),
                                            [&](const Kill& kill) { return claims.proved_by(kill); });
            const std::lock_guard lock(mutex);
            question.trial->correct(question.case_name, std::move(alone));
            if (proved)
                return;
        }
    });
}

// Runs without a defect what runs under the defects.
void control(const Setting& setting, Proof& proof, int job, bool in_company) {
    Trial trial(setting, {});
    if (in_company)
        trial.run_in_company(environment_of_job(job));
    else if (setting.depth == Depth::matrix)
        trial.run(environment_of_job(job));
    else
        trial.run_rest(environment_of_job(job));
    for (const auto& kill : trial.result().killers) {
        proof.unsteady.insert(kill.case_name);
        proof.problems.push_back((kill.case_name.empty() ? "a worker" : kill.case_name) +
                                 std::string(" differs from the baseline without any defect, ") +
                                 (in_company ? "beside other workers: " : "in the order of this command: ") +
                                 kill.what);
    }
}

// Workers on one GPU count each other's memory and take each other's time, so only cases that mind neither
// run side by side. @return the trials that have to run alone.
std::vector<Trial*> run_in_company(const Setting& setting, std::vector<Trial*> trials, int jobs, Proof& proof,
                                   Progress& progress, RedClaims& red) {
    const auto quiet = std::stable_partition(trials.begin(), trials.end(),
                                             [](const Trial* trial) { return !trial->needs_quiet(); });
    std::vector<Trial*> alone(quiet, trials.end());
    trials.erase(quiet, trials.end());
    std::mutex mutex;
    side_by_side(trials.size() + 1, jobs, [&](std::size_t index, int job) {
        if (index == 0)
            return control(setting, proof, job, true);
        auto& trial = *trials[index - 1];
        progress.started(trial.result());
        if (trial.run_in_company(environment_of_job(job))) {
            red.add(trial.result());
            return progress.ended(trial.result());
        }
        const std::lock_guard lock(mutex);
        alone.push_back(&trial);
    });
    return alone;
}

// What the claims that a defect names have not seen meets the other cases, unless the driver has it anyway.
bool needs_rest(const Setting& setting, const Proof& proof, const DefectResult& result) {
    return setting.depth != Depth::matrix && result.killers.empty() && result.finished &&
           !is_in_driver(proof.exceptions, result.defect, setting.baseline.cases);
}

// The other cases come in another order than the baseline's, which a GPU's driver may mind.
void run_rest(const Setting& setting, const std::vector<Trial*>& trials, int jobs, Proof& proof,
              Progress& progress, RedClaims& red) {
    if (trials.empty())
        return;
    const bool one_gpu = setting.baseline.backend == "gpu";
    if (one_gpu && caught_signal() == 0)
        control(setting, proof, 0, false);
    side_by_side(trials.size(), jobs, [&](std::size_t index, int job) {
        auto& trial = *trials[index];
        if (one_gpu)
            trial.leave_out(proof.unsteady);
        trial.run_rest(environment_of_job(job));
        red.add(trial.result());
        progress.ended(trial.result());
    });
}

} // namespace

void run_campaign(const Setting& setting, const std::vector<Defect>& defects, int jobs, Proof& proof) {
    const bool one_gpu = setting.baseline.backend == "gpu";
    const int jobs_alone = one_gpu ? 1 : jobs;
    std::vector<std::unique_ptr<Trial>> trials(defects.size());
    for (std::size_t i = 0; i < defects.size(); ++i)
        trials[i] = std::make_unique<Trial>(setting, defects[i]);
    // The trials' results are what is known, however this ends.
    struct Collect {
        const std::vector<std::unique_ptr<Trial>>& trials;
        const Setting& setting;
        int jobs;
        Proof& proof;
        ~Collect() {
            for (const auto& trial : trials)
                proof.defects.push_back(trial->result());
            for (int job = 0; setting.baseline.backend == "simulator" && job < jobs; ++job)
                remove_simulated_gpu(setting.program, setting.environment, gpu_of(job));
        }
    } collect{trials, setting, jobs, proof};

    Progress progress(static_cast<int>(defects.size()));
    RedClaims red(setting.baseline);
    std::vector<Trial*> alone;
    for (const auto& trial : trials)
        alone.push_back(trial.get());
    if (one_gpu && jobs > 1 && setting.depth != Depth::matrix)
        alone = run_in_company(setting, std::move(alone), jobs, proof, progress, red);
    // A matrix's control comes first, as if it was the defect number 0.
    std::mutex mutex;
    std::vector<Trial*> unseen;
    const std::size_t controls = setting.depth == Depth::matrix ? 1 : 0;
    side_by_side(alone.size() + controls, jobs_alone, [&](std::size_t index, int job) {
        if (index < controls)
            return control(setting, proof, job, false);
        auto& trial = *alone[index - controls];
        progress.started(trial.result());
        if (one_gpu)
            trial.leave_out(proof.unsteady); // known since the trials in company
        trial.run(environment_of_job(job));
        red.add(trial.result());
        if (needs_rest(setting, proof, trial.result())) {
            const std::lock_guard lock(mutex);
            return unseen.push_back(&trial);
        }
        progress.ended(trial.result());
    });
    run_rest(setting, unseen, jobs_alone, proof, progress, red);
    if (setting.depth == Depth::matrix) {
        progress.phase("slow cases of claims that are not red yet");
        side_by_side(defects.size(), jobs_alone, [&](std::size_t index, int job) {
            auto& trial = *trials[index];
            trial.run_slow(environment_of_job(job),
                           [&](const std::string& claim) { return red.lacks(claim); });
            red.add(trial.result());
        });
    }
    progress.phase("claims that turned red after others did, alone");
    confirm(open_questions(trials, red), jobs_alone, red);
}

} // namespace runner::prove
