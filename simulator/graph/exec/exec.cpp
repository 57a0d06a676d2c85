#include "graph/exec/exec.hpp"

#include "graph/exec/instantiable.hpp"
#include "graph/exec/plan.hpp"

namespace sim {

Exec* find_exec(CUgraphExec handle) {
    return Handles<CUgraphExec, Exec>::find(handle);
}

CUresult Exec::instantiate(Graph& source, unsigned long long flags, std::shared_ptr<Exec>& made,
                           Outcome& outcome) {
    if (const CUresult result = instantiable(source, flags, outcome); result != CUDA_SUCCESS) {
        return result;
    }
    made.reset(
        new Exec(source, flags & ~static_cast<unsigned long long>(CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD)));
    return CUDA_SUCCESS;
}

Exec::Exec(Graph& source, unsigned long long creation_flags)
    : handle(Handles<CUgraphExec, Exec>::add(*this)), flags(creation_flags), graph(source.copy()),
      source_(source.weak_from_this()) {
    ++source.instantiations;
    index(*graph);
}

Exec::~Exec() {
    Handles<CUgraphExec, Exec>::remove(handle);
    if (const auto source = source_.lock()) {
        --source->instantiations;
    }
}

void Exec::index(const Graph& part) {
    for (const auto& node : part.nodes()) {
        twins_[node->origin] = node.get();
        record_operands(*node);
        for (const auto& inner : graphs_inside(*node)) {
            index(*inner);
        }
    }
}

void Exec::record_operands(const Node& twin) {
    if (twin.type() == CU_GRAPH_NODE_TYPE_MEMCPY || twin.type() == CU_GRAPH_NODE_TYPE_MEMSET) {
        operands_[&twin] = operands_of(twin.content.operation);
    }
}

Node* Exec::twin(CUgraphNode source_node) const {
    const auto it = twins_.find(source_node);
    return it == twins_.end() || find_node(source_node) == nullptr ? nullptr : it->second;
}

void Exec::enable(const Node& twin, bool on) {
    if (on) {
        disabled_.erase(&twin);
    } else {
        disabled_.insert(&twin);
    }
    forget_plan();
}

void Exec::replace(Node& twin, NodeContent content) {
    twin.content = std::move(content);
    record_operands(twin);
    forget_plan();
}

std::shared_ptr<const Plan> Exec::plan() {
    if (plan_ == nullptr) {
        plan_ = std::make_shared<const Plan>(make_plan(*this, *graph));
    }
    return plan_;
}

} // namespace sim
