#include "worker.hpp"

#include "interrupt.hpp"
#include "line_reader.hpp"
#include "output_tail.hpp"
#include "process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace runner {
namespace {

using namespace std::chrono_literals;

// A worker's own children may hold its pipes open, so the end of a pipe does not tell its end: look now and
// then.
constexpr auto longest_wait = 50ms;
// No single pipe may keep the others waiting.
constexpr int reads_in_a_round = 16;

// The names of the cases, one a line, in memory that the worker reads under /proc/self/fd.
Descriptor case_list(const std::vector<PlannedCase>& plan) {
    Descriptor file(::memfd_create("cases", MFD_CLOEXEC));
    std::string text;
    for (const auto& planned : plan)
        text += planned.identity.name + "\n";
    for (std::string_view rest = text; !rest.empty();) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0)
            throw std::system_error(errno, std::generic_category(),
                                    "the list of cases cannot be handed to the worker");
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return file;
}

class Loop {
  public:
    Loop(const WorkerCommand& command, const std::vector<PlannedCase>& plan, int number, WorkerHooks hooks)
        : hooks_(std::move(hooks)), list_(case_list(plan)), pipe_(make_pipe()),
          process_({command.program,
                    {"--events", std::to_string(pipe_.writing.get()), "--cases",
                     "/proc/self/fd/" + std::to_string(list_.get())},
                    command.environment,
                    {pipe_.writing.get(), list_.get()}}),
          session_(plan, number, command.limits, listener(), Clock::now()) {
        pipe_.writing.close();
        list_.close();
        hooks_.launched(process_.id());
    }

    WorkerReport run() {
        auto killed = Killed::none;
        std::optional<ExitStatus> status;
        while (!(status = process_.poll_exit())) {
            wait();
            read_round(reads_in_a_round);
            killed = reason_to_kill();
            if (killed != Killed::none) {
                status = process_.terminate();
                break;
            }
        }
        drain(killed);
        // A worker may be gone before its last words have settled its fate.
        if (killed == Killed::none)
            killed = hooks_.stop() ? Killed::stopped : session_.must_kill();
        auto report = session_.on_exit(status.value_or(ExitStatus{}), killed, Clock::now());
        hooks_.round();
        return {std::move(report), tail_.text(), !status};
    }

  private:
    SessionListener listener() {
        auto result = hooks_.listener;
        result.started = [this, tell = result.started](const CaseResult& started) {
            tail_.begin_case();
            tell(started);
        };
        result.last_output = [this] {
            read_output(reads_in_a_round);
            return tail_.text();
        };
        return result;
    }

    Killed reason_to_kill() {
        if (session_.must_kill() != Killed::none)
            return session_.must_kill();
        if (caught_signal() != 0)
            return Killed::interrupted;
        if (hooks_.stop())
            return Killed::stopped;
        return Clock::now() >= session_.deadline() ? session_.reason_at_deadline() : Killed::none;
    }

    void wait() {
        const auto until = std::min(session_.deadline(), hooks_.next_round());
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()) + 1ms;
        std::array<pollfd, 3> waiting{pollfd{events_open_ ? pipe_.reading.get() : -1, POLLIN, 0},
                                      pollfd{output_open_ ? process_.output().get() : -1, POLLIN, 0},
                                      pollfd{interrupt_descriptor(), POLLIN, 0}};
        // With both pipes closed nothing announces the end: look more often.
        const auto longest = events_open_ || output_open_ ? std::chrono::milliseconds(longest_wait) : 1ms;
        ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp(left, 0ms, longest).count()));
    }

    void read_round(int reads) {
        read_events(reads);
        read_output(reads);
        tail_.end_of_round();
        hooks_.round();
    }

    // The process is dead, but what it wrote may still lie in the pipes. Others may hold these open, so stop
    // when they are empty; a bound ends even a descendant that keeps writing.
    void drain(Killed killed) {
        constexpr int plenty = 1024;
        read_events(plenty);
        read_output(plenty);
        if (killed == Killed::none && !lines_.pending().empty())
            session_.on_event(UnreadableEvent{"the last event is cut short"}, Clock::now());
    }

    void read_events(int reads) {
        for (int i = 0; events_open_ && i < reads && listening(); ++i) {
            const auto count = ::read(pipe_.reading.get(), buffer_.data(), buffer_.size());
            if (count < 0)
                return;
            if (count == 0) {
                events_open_ = false;
                session_.on_events_closed(Clock::now());
                return;
            }
            lines_.feed({buffer_.data(), static_cast<std::size_t>(count)}, [&](std::string_view line) {
                if (listening())
                    session_.on_event(parse_event(line), Clock::now());
            });
            if (static_cast<std::size_t>(count) < buffer_.size() / 2)
                return;
        }
    }

    // What a worker reports after its fate is settled has no meaning any more.
    bool listening() const { return session_.must_kill() == Killed::none && !hooks_.stop(); }

    void read_output(int reads) {
        for (int i = 0; output_open_ && i < reads; ++i) {
            const auto count = ::read(process_.output().get(), output_buffer_.data(), output_buffer_.size());
            if (count < 0)
                return;
            output_open_ = count > 0;
            tail_.append({output_buffer_.data(), static_cast<std::size_t>(count)});
        }
    }

    WorkerHooks hooks_;
    Descriptor list_;
    Pipe pipe_;
    Process process_;
    OutputTail tail_;
    LineReader lines_;
    std::vector<char> buffer_ = std::vector<char>(1U << 16U);
    std::vector<char> output_buffer_ =
        std::vector<char>(1U << 16U); // apart: output is read while events are handled
    bool events_open_ = true;
    bool output_open_ = true;
    Session session_;
};

} // namespace

WorkerReport run_worker(const WorkerCommand& command, const std::vector<PlannedCase>& plan, int number,
                        WorkerHooks hooks) {
    return Loop(command, plan, number, std::move(hooks)).run();
}

} // namespace runner
