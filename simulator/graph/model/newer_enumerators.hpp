// Enumerators that the oldest supported toolkit (CUDA 12.4) does not declare yet, by their numbers in cuda.h.
#pragma once

#include <cuda.h>

namespace sim {

constexpr auto conditional_type_switch = static_cast<CUgraphConditionalNodeType>(2);    // CUDA 12.8
constexpr auto instantiate_condition_unused = static_cast<CUgraphInstantiateResult>(5); // CUDA 12.8
constexpr auto attribute_shared_memory_carveout = static_cast<CUlaunchAttributeID>(14); // CUDA 12.8

} // namespace sim
