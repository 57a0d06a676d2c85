#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/api/owned_execs.hpp"
#include "graph/compare/update.hpp"

namespace sim::graphs {

std::map<CUgraphExec, std::shared_ptr<Exec>>& owned_execs() {
    static auto* const all = new std::map<CUgraphExec, std::shared_ptr<Exec>>;
    return *all;
}

namespace {

bool can_be_disabled(const Node& node) {
    return node.type() == CU_GRAPH_NODE_TYPE_KERNEL || node.type() == CU_GRAPH_NODE_TYPE_MEMCPY ||
           node.type() == CU_GRAPH_NODE_TYPE_MEMSET;
}

/// The twin of a source node in an executable graph; null when either handle is wrong.
Node* find_twin(CUgraphExec exec, CUgraphNode node) {
    const Exec* found = find_exec(exec);
    return found == nullptr ? nullptr : found->twin(node);
}

} // namespace

CUresult instantiate(CUgraphExec* made, CUgraph graph, unsigned long long flags, Outcome& outcome) {
    const Lock lock;
    Graph* source = find_graph(graph);
    if (made == nullptr || source == nullptr) {
        outcome.result = CUDA_GRAPH_INSTANTIATE_ERROR;
        return CUDA_ERROR_INVALID_VALUE;
    }
    std::shared_ptr<Exec> exec;
    const CUresult result = Exec::instantiate(*source, flags, exec, outcome);
    if (result == CUDA_SUCCESS) {
        *made = exec->handle;
        owned_execs()[exec->handle] = std::move(exec);
    }
    return result;
}

CUresult get_flags(CUgraphExec exec, unsigned long long* flags) {
    const Lock lock;
    const Exec* found = find_exec(exec);
    if (found == nullptr || flags == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *flags = found->flags;
    return CUDA_SUCCESS;
}

CUresult update(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info) {
    const Lock lock;
    Exec* found = find_exec(exec);
    const Graph* wanted = find_graph(graph);
    if (info == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *info = {CU_GRAPH_EXEC_UPDATE_SUCCESS, nullptr, nullptr};
    if (found == nullptr || wanted == nullptr) {
        info->result = CU_GRAPH_EXEC_UPDATE_ERROR;
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (const auto refusal = sim::update(*found, *wanted)) {
        *info = {refusal->result, refusal->node, refusal->from};
        return CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
    }
    return CUDA_SUCCESS;
}

CUresult exec_set_content(CUgraphExec exec, CUgraphNode node, NodeContent content) {
    const Lock lock;
    Node* twin = find_twin(exec, node);
    if (twin == nullptr || twin->content.operation.index() != content.operation.index()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (content.context == nullptr) {
        content.context = twin->content.context;
    }
    Exec& found = *find_exec(exec);
    if (const CUresult result = set_allows({found, *twin, content}); result != CUDA_SUCCESS) {
        return result;
    }
    keep_attributes(content, twin->content);
    found.replace(*twin, std::move(content));
    return CUDA_SUCCESS;
}

CUresult exec_set_child(CUgraphExec exec, CUgraphNode node, CUgraph child) {
    const Lock lock;
    Node* twin = find_twin(exec, node);
    const Graph* wanted = find_graph(child);
    if (twin == nullptr || wanted == nullptr || twin->type() != CU_GRAPH_NODE_TYPE_GRAPH) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return update_child(*find_exec(exec), *twin, *wanted) ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult set_enabled(CUgraphExec exec, CUgraphNode node, unsigned enabled) {
    const Lock lock;
    const Node* twin = find_twin(exec, node);
    if (twin == nullptr || !can_be_disabled(*twin)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    find_exec(exec)->enable(*twin, enabled != 0);
    return CUDA_SUCCESS;
}

CUresult get_enabled(CUgraphExec exec, CUgraphNode node, unsigned* enabled) {
    const Lock lock;
    const Node* twin = find_twin(exec, node);
    if (twin == nullptr || enabled == nullptr || !can_be_disabled(*twin)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    *enabled = find_exec(exec)->enabled(*twin) ? 1 : 0;
    return CUDA_SUCCESS;
}

CUresult destroy_exec(CUgraphExec exec) {
    const Lock lock;
    const auto it = owned_execs().find(exec);
    if (it == owned_execs().end()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto last = it->second; // destroyed after the table has forgotten it
    owned_execs().erase(it);
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
