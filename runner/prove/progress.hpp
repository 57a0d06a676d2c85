// The live line of a campaign, on a terminal.
#pragma once

#include "limits.hpp"
#include "prove/proof.hpp"

#include <mutex>
#include <string>

namespace runner::prove {

class Progress {
  public:
    explicit Progress(int expected);
    ~Progress() { clear(); }

    void started(const DefectResult& trial);
    void ended(const DefectResult& trial);
    void phase(const std::string& name);
    void clear();

  private:
    void draw();

    std::mutex mutex_;
    bool live_;
    bool shown_ = false;
    int expected_;
    int done_ = 0;
    int killed_ = 0;
    std::string current_;
    Clock::time_point began_ = Clock::now();
};

} // namespace runner::prove
