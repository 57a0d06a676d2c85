// What the user sees: one live line on a terminal; failures and the verdict at the end.
#pragma once

#include "limits.hpp"
#include "model.hpp"

#include <mutex>
#include <string>

namespace runner {

/// True if the descriptor is a terminal that may be coloured: no NO_COLOR, no TERM=dumb.
bool may_colour(int descriptor);

class Progress {
  public:
    /// `expected`: executions that the main pass will need.
    explicit Progress(int expected);
    ~Progress() { clear(); }

    void started(const CaseResult& attempt);
    void ended(const CaseResult& attempt);
    void phase(const std::string& name); // "again, alone"
    void clear();

  private:
    void draw(bool now);

    std::mutex mutex_;
    bool live_;
    bool shown_ = false;
    int expected_;
    int done_ = 0;
    int bad_ = 0;
    int skipped_ = 0;
    std::string phase_;
    std::string current_;
    Clock::time_point began_ = Clock::now();
    Clock::time_point next_draw_ = Clock::now();
};

} // namespace runner
