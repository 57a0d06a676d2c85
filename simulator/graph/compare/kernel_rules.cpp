#include "graph/compare/rules.hpp"

namespace sim {

namespace {

bool device_updatable(const NodeContent& content) {
    const auto it = content.attributes.find(CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE);
    return it != content.attributes.end() && it->second.deviceUpdatableKernelNode.deviceUpdatable != 0;
}

} // namespace

UpdateResult update_kernel(const Change& change) {
    const auto& current = std::get<KernelLaunch>(change.current.content.operation);
    const auto& wanted = std::get<KernelLaunch>(change.wanted.operation);
    if (device_updatable(change.current.content) || device_updatable(change.wanted)) {
        return CU_GRAPH_EXEC_UPDATE_ERROR_NOT_SUPPORTED;
    }
    if (change.current.content.context != change.wanted.context) {
        return CU_GRAPH_EXEC_UPDATE_ERROR_UNSUPPORTED_FUNCTION_CHANGE;
    }
    if (current.cooperative != wanted.cooperative) {
        return CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED;
    }
    const bool by_priority = (change.exec.flags & CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY) != 0;
    if (by_priority && current.priority != wanted.priority) {
        return CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED;
    }
    return CU_GRAPH_EXEC_UPDATE_SUCCESS;
}

CUresult set_kernel(const Change& change) {
    return change.current.content.context == change.wanted.context ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

} // namespace sim
