#include "journal.hpp"

#include "results_json.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace runner {
namespace {

std::string line(const OrderedJson& object) {
    return object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

// The header travels as a result without cases.
RunResult without_cases(RunResult run) {
    run.cases.clear();
    run.devices.clear();
    return run;
}

class Replay {
  public:
    explicit Replay(const OrderedJson& first)
        : record_(run_from_json(first.at("run")), first.at("per_device").get<bool>()) {}

    void step(const OrderedJson& entry) {
        const auto kind = entry.at("event").get<std::string>();
        const auto device = entry.value("device", 0);
        if (kind == "plan")
            record_.plan(device, case_from_json(entry.at("case")));
        else if (kind == "environment")
            record_.environment(device, environment_from_json(entry.at("properties")));
        else if (kind == "worker")
            workers_.insert(entry.at("process").get<pid_t>());
        else if (kind == "worker_ended")
            workers_.erase(entry.at("process").get<pid_t>());
        else if (kind == "start")
            started(device, entry.at("case").get<std::string>());
        else if (kind == "case")
            record_.ended(device, case_from_json(entry.at("case")));
        else if (kind == "warning")
            record_.warn(entry.at("text").get<std::string>());
        else if (kind == "finished")
            finished_ = run_from_json(entry.at("run"));
    }

    JournalContent content() const {
        auto run = record_.result();
        if (finished_) {
            settle(run, embedded_deviations(), Halt::none, "");
            run.complete = finished_->complete;
            run.seconds = finished_->seconds;
            run.verdict = finished_->verdict;
            run.reason = finished_->reason;
            run.exit_code = finished_->exit_code;
        } else {
            settle(run, embedded_deviations(), Halt::interrupted, "the runner was killed");
        }
        return {std::move(run), workers_};
    }

  private:
    void started(int device, const std::string& name) {
        CaseResult attempt;
        attempt.name = name;
        record_.started(device, attempt);
    }

    RunRecord record_;
    std::set<pid_t> workers_;
    std::optional<RunResult> finished_;
};

} // namespace

JournalWriter::JournalWriter(const std::filesystem::path& out, const RunResult& header, bool per_device)
    : file_((out / journal_name).string()),
      fd_(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)) {
    if (fd_ < 0)
        throw std::runtime_error(file_ + " cannot be written: " + std::strerror(errno));
    pending_ = line({{"event", "run"},
                     {"journal", 1},
                     {"per_device", per_device},
                     {"run", to_json(without_cases(header))}});
}

JournalWriter::~JournalWriter() {
    ::close(fd_);
}

void JournalWriter::plan(int device, const CaseResult& identity) {
    pending_ += line({{"event", "plan"}, {"device", device}, {"case", to_json(identity)}});
}

void JournalWriter::environment(int device, const Environment& properties) {
    pending_ += line({{"event", "environment"}, {"device", device}, {"properties", to_json(properties)}});
}

void JournalWriter::worker(int number, pid_t process) {
    pending_ += line({{"event", "worker"}, {"worker", number}, {"process", process}});
}

void JournalWriter::worker_ended(int number, pid_t process) {
    pending_ += line({{"event", "worker_ended"}, {"worker", number}, {"process", process}});
}

void JournalWriter::started(int device, const CaseResult& attempt) {
    pending_ +=
        line({{"event", "start"}, {"device", device}, {"worker", attempt.worker}, {"case", attempt.name}});
}

void JournalWriter::ended(int device, const CaseResult& result) {
    pending_ += line({{"event", "case"}, {"device", device}, {"case", to_json(result)}});
}

void JournalWriter::warning(const std::string& sentence) {
    pending_ += line({{"event", "warning"}, {"text", sentence}});
}

void JournalWriter::finished(const RunResult& run) {
    pending_ += line({{"event", "finished"}, {"run", to_json(without_cases(run))}});
}

void JournalWriter::flush() {
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const auto written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno != EINTR)
            throw std::runtime_error(file_ + " cannot be written: " + std::strerror(errno));
        rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    pending_.clear();
}

JournalContent read_journal_content(const std::filesystem::path& out) {
    const auto file = (out / journal_name).string();
    std::ifstream stream(file);
    if (!stream)
        throw std::runtime_error(file + " cannot be read: " + std::strerror(errno));
    std::string text;
    std::optional<Replay> replay;
    while (std::getline(stream, text)) {
        const auto entry = OrderedJson::parse(text, nullptr, false);
        if (entry.is_discarded() && replay && stream.eof())
            break;
        try {
            if (entry.is_discarded())
                throw std::runtime_error("a line is no JSON");
            if (replay)
                replay->step(entry);
            else
                replay.emplace(entry);
        } catch (const std::exception& problem) {
            throw std::runtime_error(file + " is not a journal of this suite: " + problem.what());
        }
    }
    if (!replay)
        throw std::runtime_error(file + " is not a journal of this suite: it is empty");
    return replay->content();
}

RunResult read_journal(const std::filesystem::path& out) {
    return read_journal_content(out).run;
}

} // namespace runner
