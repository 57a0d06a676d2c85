// All hooks by the names of what they stand for. In a fault, `cuMemMap(...)` calls the real driver and
// `cuMemMap.plant(...)` plants the defect.
#pragma once

#include "faults/core/fault.hpp"
#include "faults/core/hook.hpp"

#include <cuda.h>
#include <cudaTypedefs.h>
#include <cuda_runtime_api.h>

namespace faults {

#define FAULTS_DRIVER(name, version) extern Hook<PFN_##name##_v##version> name;
#include "faults/core/driver_hooks.def"
#undef FAULTS_DRIVER

#define FAULTS_RUNTIME(name) extern Hook<decltype(&::name)> name;
#include "faults/core/runtime_hooks.def"
#undef FAULTS_RUNTIME

} // namespace faults
