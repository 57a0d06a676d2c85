#include "prove/progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace runner::prove {
namespace {

bool is_terminal() {
    const char* kind = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

} // namespace

Progress::Progress(int expected) : live_(is_terminal()), expected_(expected) {}

void Progress::started(const DefectResult& trial) {
    const std::lock_guard lock(mutex_);
    current_ = trial.defect.id;
    draw();
}

void Progress::ended(const DefectResult& trial) {
    const std::lock_guard lock(mutex_);
    ++done_;
    killed_ += trial.killers.empty() ? 0 : 1;
    draw();
}

void Progress::phase(const std::string& name) {
    const std::lock_guard lock(mutex_);
    current_ = name;
    draw();
}

void Progress::clear() {
    const std::lock_guard lock(mutex_);
    if (shown_)
        std::fputs("\r\033[K", stderr);
    shown_ = false;
}

void Progress::draw() {
    if (!live_)
        return;
    const double left = done_ == 0 ? 0 : Seconds(Clock::now() - began_).count() / done_ * (expected_ - done_);
    char counts[96];
    std::snprintf(counts, sizeof counts, "[%d/%d] %d killed, %d survived  ~%.0f s left  ", done_, expected_,
                  killed_, done_ - killed_, left);
    const std::string line = counts + current_;
    std::fprintf(stderr, "\r\033[K%s", line.substr(0, 79).c_str());
    std::fflush(stderr);
    shown_ = true;
}

} // namespace runner::prove
