// What defects of released handles share: which memory has lost the handle of its creation.
#pragma once

#include "faults/core/tracker.hpp"

#include <set>

namespace faults {

/// Plants the books, and keeps the memory whose handle was released. A handle value that is given again
/// starts anew.
inline const std::set<Memory>& follow_releases() {
    static std::set<Memory> released;
    track();
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            released.erase(*memory);
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        released.insert(memory);
        return cuMemRelease(memory);
    });
    return released;
}

} // namespace faults
