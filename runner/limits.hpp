// How long a worker may be silent.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace runner {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// What --timeout says: a factor on every limit, or seconds in place of each case's own limit.
struct Limits {
    double factor = 1;
    std::optional<double> case_seconds;

    Clock::duration of_case(double own_timeout_s) const {
        return scaled(case_seconds.value_or(own_timeout_s));
    }

    // The first call into a driver initialises it: seconds on a machine with many GPUs and no persistence
    // daemon.
    Clock::duration startup() const { return scaled(60); }
    Clock::duration between_cases() const { return scaled(30); }
    Clock::duration exit() const { return scaled(30); }
    // A worker that closed its event pipe can report nothing more.
    Clock::duration silence() const { return scaled(1); }

  private:
    Clock::duration scaled(double seconds) const {
        return std::chrono::duration_cast<Clock::duration>(Seconds(seconds * factor));
    }
};

/// "2x" is a factor, "90" or "90s" are seconds. nullopt for anything else, zero and negative numbers
/// included.
std::optional<Limits> parse_limits(const std::string& text);

} // namespace runner
