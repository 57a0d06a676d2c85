// The rung of sharing by file descriptor: room for four granules, and memory that can be exported.
#pragma once

#include "fixtures/owners/descriptor.hpp"
#include "fixtures/rungs/reserved.hpp"

#include <chrono>
#include <thread>

namespace cts {

class Shareable : public Reserved {
  public:
    Shareable() {
        need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
             "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    }

    /// `count` granules that can be exported as a descriptor.
    Allocation allocate_shareable(size_t count = 1,
                                  std::source_location where = std::source_location::current()) const {
        return create_allocation(granules(count), shareable_properties(), where);
    }

    /// Free memory once it has not changed for 50 ms: what a process that has just ended held comes back
    /// little by little.
    size_t settled_free_memory() const {
        size_t reading = free_memory();
        for (int same = 0, rounds = 0; same < 5 && rounds < 500; ++rounds) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            const size_t now = free_memory();
            same = now == reading ? same + 1 : 0;
            reading = now;
        }
        return reading;
    }
};

} // namespace cts
