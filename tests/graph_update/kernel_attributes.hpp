// Kernel nodes with launch attributes.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

inline void set_attribute(cudaGraphNode_t node, cudaLaunchAttributeID attribute,
                          const cudaLaunchAttributeValue& value, Where where = Where::current()) {
    must(cudaGraphKernelNodeSetAttribute(node, attribute, &value), "cudaGraphKernelNodeSetAttribute", where);
}

/// A graph of one kernel that fills a cell and has one attribute set.
inline OneNode kernel_with(CUdeviceptr cell, uint32_t value, cudaLaunchAttributeID attribute,
                           const cudaLaunchAttributeValue& attribute_value, Where where = Where::current()) {
    OneNode made = one_kernel(UpdateRung::fill_cell(cell, value), where);
    set_attribute(made.node, attribute, attribute_value, where);
    return made;
}

inline OneNode cooperative_kernel(CUdeviceptr cell, uint32_t value, Where where = Where::current()) {
    cudaLaunchAttributeValue cooperative{};
    cooperative.cooperative = 1;
    return kernel_with(cell, value, cudaLaunchAttributeCooperative, cooperative, where);
}

inline OneNode kernel_of_priority(CUdeviceptr cell, uint32_t value, int priority,
                                  Where where = Where::current()) {
    cudaLaunchAttributeValue wanted{};
    wanted.priority = priority;
    return kernel_with(cell, value, cudaLaunchAttributePriority, wanted, where);
}

inline OneNode device_updatable_kernel(CUdeviceptr cell, uint32_t value, Where where = Where::current()) {
    cudaLaunchAttributeValue updatable{};
    updatable.deviceUpdatableKernelNode.deviceUpdatable = 1;
    return kernel_with(cell, value, cudaLaunchAttributeDeviceUpdatableKernelNode, updatable, where);
}

} // namespace cts
