#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/conditional/conditional.hpp"
#include "graph/memory/nodes.hpp"

#include <algorithm>
#include <fstream>

namespace sim::graphs {

namespace {

/// Graphs that the application has to destroy.
std::map<CUgraph, std::shared_ptr<Graph>>& owned() {
    static auto* const all = new std::map<CUgraph, std::shared_ptr<Graph>>;
    return *all;
}

/// The usual shape of a query: a null array asks for the count alone; a longer array is padded with null.
CUresult report(const std::vector<CUgraphNode>& found, CUgraphNode* nodes, size_t* count) {
    if (nodes != nullptr) {
        for (size_t i = 0; i < *count; ++i) {
            nodes[i] = i < found.size() ? found[i] : nullptr;
        }
        *count = std::min(*count, found.size());
    } else {
        *count = found.size();
    }
    return CUDA_SUCCESS;
}

bool is_conditional(const Node& node) {
    return node.type() == CU_GRAPH_NODE_TYPE_CONDITIONAL;
}

} // namespace

void own(std::shared_ptr<Graph> graph) {
    owned()[graph->handle] = std::move(graph);
}

CUresult create(CUgraph* made, unsigned flags) {
    const Lock lock;
    if (made == nullptr || flags != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    auto graph = Graph::create();
    *made = graph->handle;
    own(std::move(graph));
    return CUDA_SUCCESS;
}

CUresult destroy(CUgraph graph) {
    const Lock lock;
    const auto it = owned().find(graph);
    // A moved child belongs to its parent; a graph that is captured into must stay until the capture ends.
    if (it == owned().end() || it->second->captures != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto last = it->second; // destroyed after the table has forgotten it
    owned().erase(it);
    return CUDA_SUCCESS;
}

CUresult clone(CUgraph* made, CUgraph original) {
    const Lock lock;
    const Graph* graph = find_graph(original);
    if (made == nullptr || graph == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (has_memory_nodes(*graph) || graph->any_node(is_conditional)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    auto copied = graph->copy();
    *made = copied->handle;
    own(std::move(copied));
    return CUDA_SUCCESS;
}

CUresult find_in_clone(CUgraphNode* found, CUgraphNode original, CUgraph clone) {
    const Lock lock;
    const Graph* graph = find_graph(clone);
    const Node* node = find_node(original);
    if (found == nullptr || graph == nullptr || node == nullptr || graph->origin != node->graph.handle) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (const auto& candidate : graph->nodes()) {
        if (candidate->origin == original) {
            *found = candidate->handle;
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult get_nodes(CUgraph graph, CUgraphNode* nodes, size_t* count) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    if (found == nullptr || count == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::vector<CUgraphNode> handles;
    for (const auto& node : found->nodes()) {
        handles.push_back(node->handle);
    }
    return report(handles, nodes, count);
}

CUresult get_roots(CUgraph graph, CUgraphNode* nodes, size_t* count) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    if (found == nullptr || count == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::vector<CUgraphNode> handles;
    for (const auto& node : found->nodes()) {
        if (node->dependencies.empty()) {
            handles.push_back(node->handle);
        }
    }
    return report(handles, nodes, count);
}

CUresult debug_print(CUgraph graph, const char* path) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    if (found == nullptr || path == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::ofstream out(path);
    out << "digraph graph_1 {\n";
    for (const auto& node : found->nodes()) {
        out << "  \"" << node->handle << "\" [label=\"type " << node->type() << "\"];\n";
        for (const Edge& edge : node->dependencies) {
            out << "  \"" << edge.from->handle << "\" -> \"" << node->handle << "\";\n";
        }
    }
    out << "}\n";
    return out ? CUDA_SUCCESS : CUDA_ERROR_OPERATING_SYSTEM;
}

} // namespace sim::graphs
