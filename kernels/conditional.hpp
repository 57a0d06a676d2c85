// The kernels of conditional.cuh as the host sees them; see kernels.hpp.
#pragma once

#include <cstdint>

namespace cts::kernels {

void set_condition(unsigned long long condition, unsigned int value);
void set_condition_from(unsigned long long condition, const uint32_t* value);
void count_down(unsigned long long condition, uint32_t* remaining);

} // namespace cts::kernels
