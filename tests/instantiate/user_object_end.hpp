// The end of a user object, seen by its destructor. The destructor may run on another thread and late: its
// arrival is waited for.
#pragma once

#include <cuda_runtime_api.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace cts {

/// How many times a destructor has run since a case set it to 0.
inline std::atomic<int> ends_seen;

inline void CUDART_CB count_end(void*) {
    ++ends_seen;
}

/// Waits up to three seconds for the first end; true when there was exactly one.
inline bool has_ended() {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (ends_seen == 0 && std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return ends_seen == 1;
}

} // namespace cts
