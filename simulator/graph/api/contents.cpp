// Parameters of single nodes.
#include "core/state.hpp"
#include "graph/api/api.hpp"

namespace sim::graphs {

CUresult get_type(CUgraphNode node, CUgraphNodeType* type) {
    const Lock lock;
    const Node* found = find_node(node);
    if (found == nullptr || type == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *type = found->type();
    return CUDA_SUCCESS;
}

CUresult get_child(CUgraphNode node, CUgraph* child) {
    const Lock lock;
    const Node* found = find_node(node);
    if (found == nullptr || child == nullptr || found->type() != CU_GRAPH_NODE_TYPE_GRAPH) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *child = graphs_inside(*found).front()->handle;
    return CUDA_SUCCESS;
}

CUresult get_content(CUgraphNode node, CUgraphNodeType type, NodeContent& content) {
    const Lock lock;
    const Node* found = find_node(node);
    if (found == nullptr || found->type() != type) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    content = found->content;
    return CUDA_SUCCESS;
}

CUresult get_arguments(CUgraphNode node, void*** arguments) {
    const Lock lock;
    Node* found = find_node(node);
    if (found == nullptr || found->type() != CU_GRAPH_NODE_TYPE_KERNEL) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    found->argument_pointers.clear();
    for (auto& argument : std::get<KernelLaunch>(found->content.operation).arguments) {
        found->argument_pointers.push_back(argument.data());
    }
    *arguments = found->argument_pointers.data();
    return CUDA_SUCCESS;
}

CUresult set_content(CUgraphNode node, NodeContent content) {
    const Lock lock;
    Node* found = find_node(node);
    if (found == nullptr || found->content.operation.index() != content.operation.index()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (content.context == nullptr) {
        content.context = found->content.context;
    }
    keep_attributes(content, found->content);
    found->content = std::move(content);
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
