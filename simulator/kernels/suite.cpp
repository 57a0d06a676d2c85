// The kernels of the suite (kernels/bodies.cuh) on the CPU.
#include "kernels/body.hpp"

#define __global__
#include "kernels/bodies.cuh"
#include "kernels/list.hpp"

namespace {

#define SIM_ADD_BODY(name) sim::add_body<&cts::kernels::name>(),
[[maybe_unused]] const bool added[] = {CTS_KERNELS(SIM_ADD_BODY)};

} // namespace
