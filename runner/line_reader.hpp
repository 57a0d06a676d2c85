// Cuts a byte stream into lines, with a bound on what a line may hold.
#pragma once

#include <string>
#include <string_view>

namespace runner {

class LineReader {
  public:
    static constexpr std::size_t longest_line = 4U << 20U;

    /// Calls `on_line` for each line that `bytes` completes. A line that is too long arrives cut, and so is
    /// no valid event.
    template<typename OnLine>
    void feed(std::string_view bytes, OnLine on_line) {
        while (!bytes.empty()) {
            const auto end = bytes.find('\n');
            const auto part = bytes.substr(0, end);
            if (end != std::string_view::npos && pending_.empty()) {
                on_line(part.substr(0, longest_line)); // the usual case: no copy
            } else {
                pending_.append(part.substr(0, longest_line - pending_.size()));
                if (end == std::string_view::npos)
                    return;
                on_line(std::string_view(pending_));
                pending_.clear();
            }
            bytes.remove_prefix(end + 1);
        }
    }

    /// What came after the last newline: an event that its writer did not finish.
    const std::string& pending() const { return pending_; }

  private:
    std::string pending_;
};

} // namespace runner
