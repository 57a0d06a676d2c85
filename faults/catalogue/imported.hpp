// Which memory the process has imported, for defects that treat it differently from its own.
#pragma once

#include "faults/core/tracker.hpp"

#include <set>

namespace faults {

/// Handles that an import gave, and that have not been given to new memory since.
inline std::set<Memory>& imported() {
    static std::set<Memory> handles;
    return handles;
}

/// Keeps the books of tracker.hpp, and imported().
inline void track_imports() {
    track();
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result == CUDA_SUCCESS) {
            imported().insert(*memory);
        }
        return result;
    });
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::create(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            imported().erase(*memory);
        }
        return result;
    });
}

} // namespace faults
