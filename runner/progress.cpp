#include "progress.hpp"

#include "utf8.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace runner {
namespace {

constexpr auto draw_interval = std::chrono::milliseconds(100);

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

bool is_terminal() {
    const char* kind = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

} // namespace

bool may_colour(int descriptor) {
    const char* refused = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    return ::isatty(descriptor) != 0 && (refused == nullptr || *refused == '\0') && kind != nullptr &&
           std::string_view(kind) != "dumb";
}

Progress::Progress(int expected) : live_(is_terminal()), expected_(expected) {}

void Progress::started(const CaseResult& attempt) {
    const std::lock_guard lock(mutex_);
    current_ = attempt.id + (attempt.variant.empty() ? "" : "/" + attempt.variant);
    draw(false);
}

void Progress::ended(const CaseResult& attempt) {
    const std::lock_guard lock(mutex_);
    if (!phase_.empty())
        return; // retries are not part of what was expected
    ++done_;
    bad_ += is_bad(attempt.outcome) ? 1 : 0;
    skipped_ += attempt.outcome == Outcome::skip ? 1 : 0;
    draw(false);
}

void Progress::phase(const std::string& name) {
    const std::lock_guard lock(mutex_);
    phase_ = name;
    draw(true);
}

void Progress::draw(bool now) {
    if (!live_ || (!now && Clock::now() < next_draw_))
        return;
    next_draw_ = Clock::now() + draw_interval;
    char counts[128];
    const double left = done_ == 0 ? 0 : Seconds(Clock::now() - began_).count() / done_ * (expected_ - done_);
    std::snprintf(counts, sizeof counts, "[%d/%d] %d ok, %d bad, %d skipped", done_, expected_,
                  done_ - bad_ - skipped_, bad_, skipped_);
    std::string line = counts;
    if (!phase_.empty())
        line += "  " + phase_;
    else if (done_ > 0 && left >= 1)
        line += "  ~" + std::to_string(static_cast<int>(left)) + " s left";
    line += "  " + printable(current_);
    std::fprintf(stderr, "\r\033[K%s", line.substr(0, terminal_width() - 1).c_str());
    std::fflush(stderr);
    shown_ = true;
}

void Progress::clear() {
    const std::lock_guard lock(mutex_);
    if (shown_)
        std::fputs("\r\033[K", stderr);
    shown_ = false;
}

} // namespace runner
