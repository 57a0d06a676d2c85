// The suite's kernels for conditional nodes (kernels/conditional.cuh) on the CPU.
#include "graph/conditional/conditional.hpp"

#include "kernels/body.hpp"

/// The device runtime's call.
inline void cudaGraphSetConditional(unsigned long long condition, unsigned value) {
    sim::set_conditional(condition, value);
}

#define __global__
#include "kernels/conditional.cuh"

namespace {

[[maybe_unused]] const bool added = sim::add_body<&cts::kernels::set_condition>() &&
                                    sim::add_body<&cts::kernels::set_condition_from>() &&
                                    sim::add_body<&cts::kernels::count_down>();

} // namespace
