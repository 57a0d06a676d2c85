#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/model/newer_enumerators.hpp"

#include <algorithm>

namespace sim::graphs {

namespace {

Node* find_kernel_node(CUgraphNode handle) {
    Node* node = find_node(handle);
    return node != nullptr && node->type() == CU_GRAPH_NODE_TYPE_KERNEL ? node : nullptr;
}

bool known(CUlaunchAttributeID id) {
    static constexpr CUlaunchAttributeID all[] = {CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW,
                                                  CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
                                                  CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION,
                                                  CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
                                                  CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION,
                                                  CU_LAUNCH_ATTRIBUTE_PRIORITY,
                                                  CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP,
                                                  CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN,
                                                  CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE,
                                                  attribute_shared_memory_carveout};
    return std::find(std::begin(all), std::end(all), id) != std::end(all);
}

} // namespace

CUresult get_attribute(CUgraphNode node, CUlaunchAttributeID id, CUlaunchAttributeValue* value) {
    const Lock lock;
    const Node* found = find_kernel_node(node);
    if (found == nullptr || value == nullptr || !known(id)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto& launch = std::get<KernelLaunch>(found->content.operation);
    *value = {};
    if (id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE) {
        value->cooperative = launch.cooperative ? 1 : 0;
    } else if (id == CU_LAUNCH_ATTRIBUTE_PRIORITY) {
        value->priority = launch.priority;
    } else if (const auto it = found->content.attributes.find(id); it != found->content.attributes.end()) {
        *value = it->second;
    }
    return CUDA_SUCCESS;
}

CUresult set_attribute(CUgraphNode node, CUlaunchAttributeID id, const CUlaunchAttributeValue* value) {
    const Lock lock;
    Node* found = find_kernel_node(node);
    if (found == nullptr || value == nullptr || !known(id)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    auto& launch = std::get<KernelLaunch>(found->content.operation);
    if (id == CU_LAUNCH_ATTRIBUTE_COOPERATIVE) {
        launch.cooperative = value->cooperative != 0;
    } else if (id == CU_LAUNCH_ATTRIBUTE_PRIORITY) {
        launch.priority = value->priority;
    } else {
        found->content.attributes[id] = *value;
    }
    return CUDA_SUCCESS;
}

CUresult copy_attributes(CUgraphNode target, CUgraphNode source) {
    const Lock lock;
    Node* to = find_kernel_node(target);
    const Node* from = find_kernel_node(source);
    if (to == nullptr || from == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    keep_attributes(to->content, from->content);
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
