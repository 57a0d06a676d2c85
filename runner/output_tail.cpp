#include "output_tail.hpp"

#include <algorithm>

namespace runner {

void OutputTail::append(std::string_view bytes) {
    total_ += bytes.size();
    if (bytes.size() >= limit) {
        kept_ = bytes.substr(bytes.size() - limit);
        return;
    }
    kept_ += bytes;
    if (kept_.size() > 2 * limit) // trimmed rarely, so that a flood costs one copy a byte
        kept_.erase(0, kept_.size() - limit);
}

void OutputTail::end_of_round() {
    earlier_round_ = last_round_;
    last_round_ = total_;
}

std::string OutputTail::text() const {
    const auto written = total_ - begin_;
    const auto shown = std::min({written, kept_.size(), limit});
    auto tail = kept_.substr(kept_.size() - shown);
    if (shown == written)
        return tail;
    return "[" + std::to_string(written - shown) + " bytes before this are left out]\n" + tail;
}

} // namespace runner
