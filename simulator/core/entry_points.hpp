// What cuGetProcAddress can find. The core and the graph side each contribute a table.
#pragma once

#include <span>

namespace sim {

struct EntryPoint {
    const char* name; // base name, as given to cuGetProcAddress
    int version;      // CUDA version that introduced this form, e.g. 12000
    void* function;
};

/// Checks the function against the typedef of cudaTypedefs.h, so that a wrong version or signature does not
/// compile: SIM_ENTRY(cuMemGetInfo, 3020, cuMemGetInfo_v2).
#define SIM_ENTRY(name, version, function)                                                                   \
    ::sim::EntryPoint {                                                                                      \
#name, version, reinterpret_cast < void*>(static_cast <PFN_##name##_v##version>(&(function)))        \
    }

std::span<const EntryPoint> core_entry_points();
std::span<const EntryPoint> graph_entry_points(); // simulator/graph/

} // namespace sim
