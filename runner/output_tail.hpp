// The last output of a worker, bounded, and cut where the case on duty began.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace runner {

class OutputTail {
  public:
    static constexpr std::size_t limit = 8192;

    void append(std::string_view bytes);

    /// Call after each round of reading the output. Output and events come through two pipes, so text read in
    /// the round before an event may belong to either side of it.
    void end_of_round();

    /// A case begins: what was surely written before it is no longer shown.
    void begin_case() { begin_ = earlier_round_; }

    /// What the worker wrote since the case began, at most `limit` bytes, with a first line that says what
    /// was cut.
    std::string text() const;

  private:
    std::string kept_;
    std::size_t total_ = 0; // bytes ever seen; kept_ ends there
    std::size_t begin_ = 0;
    std::size_t earlier_round_ = 0; // total_ at the end of the round before the last
    std::size_t last_round_ = 0;
};

} // namespace runner
