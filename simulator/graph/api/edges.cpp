#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/memory/nodes.hpp"

#include <algorithm>

namespace sim::graphs {

namespace {

struct Arrow {
    CUgraphNode from, to;
    CUgraphEdgeData data;
};

/// A null node array asks for the count alone.
CUresult report(const std::vector<Arrow>& found, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* data,
                size_t* count) {
    if (from == nullptr && to == nullptr) {
        *count = found.size();
        return CUDA_SUCCESS;
    }
    if (data == nullptr &&
        !std::all_of(found.begin(), found.end(), [](const Arrow& arrow) { return plain(arrow.data); })) {
        return CUDA_ERROR_LOSSY_QUERY;
    }
    for (size_t i = 0; i < *count; ++i) {
        const Arrow arrow = i < found.size() ? found[i] : Arrow{};
        if (from != nullptr) {
            from[i] = arrow.from;
        }
        if (to != nullptr) {
            to[i] = arrow.to;
        }
        if (data != nullptr) {
            data[i] = arrow.data;
        }
    }
    *count = std::min(*count, found.size());
    return CUDA_SUCCESS;
}

} // namespace

CUresult edges_of(const CUgraphNode* from, const CUgraphEdgeData* data, size_t count,
                  std::vector<Edge>& edges) {
    if (count != 0 && from == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < count; ++i) {
        Node* node = find_node(from[i]);
        if (node == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        edges.push_back({node, data == nullptr ? CUgraphEdgeData{} : data[i]});
    }
    return CUDA_SUCCESS;
}

CUresult get_edges(CUgraph graph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* data, size_t* count) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    if (found == nullptr || count == nullptr || (from == nullptr) != (to == nullptr)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::vector<Arrow> arrows;
    for (const auto& node : found->nodes()) {
        for (const Edge& edge : node->dependencies) {
            arrows.push_back({edge.from->handle, node->handle, edge.data});
        }
    }
    return report(arrows, from, to, data, count);
}

CUresult get_dependencies(CUgraphNode node, CUgraphNode* from, CUgraphEdgeData* data, size_t* count) {
    const Lock lock;
    const Node* found = find_node(node);
    if (found == nullptr || count == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::vector<Arrow> arrows;
    for (const Edge& edge : found->dependencies) {
        arrows.push_back({edge.from->handle, node, edge.data});
    }
    return report(arrows, from, nullptr, data, count);
}

CUresult get_dependents(CUgraphNode node, CUgraphNode* to, CUgraphEdgeData* data, size_t* count) {
    const Lock lock;
    const Node* found = find_node(node);
    if (found == nullptr || count == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::vector<Arrow> arrows;
    for (const auto& other : found->graph.nodes()) {
        for (const Edge& edge : other->dependencies) {
            if (edge.from == found) {
                arrows.push_back({node, other->handle, edge.data});
            }
        }
    }
    return report(arrows, nullptr, to, data, count);
}

CUresult add_dependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                          const CUgraphEdgeData* data, size_t count) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    std::vector<Edge> sources;
    std::vector<Edge> targets;
    if (found == nullptr || edges_of(from, data, count, sources) != CUDA_SUCCESS ||
        edges_of(to, nullptr, count, targets) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < count; ++i) {
        const auto& existing = targets[i].from->dependencies;
        const bool twice = std::any_of(existing.begin(), existing.end(),
                                       [&](const Edge& edge) { return edge.from == sources[i].from; });
        if (&sources[i].from->graph != found || &targets[i].from->graph != found || twice ||
            sources[i].from == targets[i].from) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        targets[i].from->dependencies.push_back(sources[i]);
    }
    return CUDA_SUCCESS;
}

CUresult remove_dependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                             const CUgraphEdgeData* data, size_t count) {
    const Lock lock;
    const Graph* found = find_graph(graph);
    std::vector<Edge> sources;
    std::vector<Edge> targets;
    if (found == nullptr || edges_of(from, data, count, sources) != CUDA_SUCCESS ||
        edges_of(to, nullptr, count, targets) != CUDA_SUCCESS) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (has_memory_nodes(*found)) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    for (size_t i = 0; i < count; ++i) {
        const auto& existing = targets[i].from->dependencies;
        if (std::find(existing.begin(), existing.end(), sources[i]) == existing.end()) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        std::erase(targets[i].from->dependencies, sources[i]);
    }
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
