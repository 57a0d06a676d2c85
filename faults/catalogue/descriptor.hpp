// What the defects of sharing have in common: memory handles that travel as file descriptors.
#pragma once

#include <cuda.h>

#include <cstdint>

namespace faults {

inline constexpr auto descriptor_type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

/// The form in which cuMemImportFromShareableHandle takes a descriptor.
inline void* os_handle(int descriptor) {
    return reinterpret_cast<void*>(static_cast<intptr_t>(descriptor));
}

} // namespace faults
