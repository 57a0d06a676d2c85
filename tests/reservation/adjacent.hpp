// Two reservations of which the second begins where the first ends, and a reservation with nothing behind it.
// No document promises where a reservation lands (a hint is a hint), so both are searched for.
#pragma once

#include "fixtures/harness/skip.hpp"
#include "fixtures/rungs/granule.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace cts {

/// A reservation of `count` granules at `hint`, or none when the driver places it elsewhere.
inline std::optional<Reservation> reserve_at(const Granule& rung, CUdeviceptr hint, size_t count) {
    Reservation found(rung.granules(count), 0, hint);
    if (found.address() != hint) {
        return std::nullopt;
    }
    return found;
}

struct Adjacent {
    Reservation front, back;
};

/// Two adjacent reservations; skips the case when the driver gives none.
inline Adjacent adjacent_reservations(const Granule& rung, size_t front_granules, size_t back_granules) {
    std::vector<Reservation> tried; // kept, so that the next try lands elsewhere
    for (int attempt = 0; attempt < 16; ++attempt) {
        CUdeviceptr base = rung.reserve(front_granules + back_granules).address(); // free again at once
        auto front = reserve_at(rung, base, front_granules);
        if (!front) {
            front = rung.reserve(front_granules);
        }
        if (auto back = reserve_at(rung, front->end(), back_granules)) {
            return {std::move(*front), std::move(*back)};
        }
        tried.push_back(std::move(*front));
    }
    skip("the driver gave no two adjacent reservations");
}

/// A reservation with at least a granule on either side that is not reserved; skips the case when there is
/// none.
inline Reservation reservation_in_free_space(const Granule& rung, size_t count) {
    std::vector<Reservation> tried; // kept, so that the next try lands elsewhere
    for (int attempt = 0; attempt < 16; ++attempt) {
        const CUdeviceptr base = rung.reserve(3 * count).address(); // free again at once
        auto found = reserve_at(rung, base + rung.granules(count), count);
        if (!found) {
            found = rung.reserve(count);
        }
        if (reserve_at(rung, found->address() - rung.granularity(), 1) && reserve_at(rung, found->end(), 1)) {
            return std::move(*found);
        }
        tried.push_back(std::move(*found));
    }
    skip("the driver gave no reservation with free space on both sides");
}

/// A reservation behind which at least `free_granules` are not reserved; skips the case when there is none.
inline Reservation reservation_before_free_space(const Granule& rung, size_t granules, size_t free_granules) {
    return std::move(adjacent_reservations(rung, granules, free_granules).front); // the back is freed here
}

} // namespace cts
