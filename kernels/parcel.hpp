// An argument larger than a register, for host and device code.
#pragma once

#include <stdint.h>

namespace cts::kernels {

struct Parcel {
    uint32_t words[10];
};

} // namespace cts::kernels
