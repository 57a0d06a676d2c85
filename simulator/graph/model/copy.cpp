// Copies of graphs: for clones, child graphs and executable graphs.
#include "graph/conditional/conditional.hpp"
#include "graph/model/user_object.hpp"

namespace sim {

namespace {

struct CopyInside {
    template<typename T>
    void operator()(T&) const {}
    void operator()(ChildGraph& child) const { child.graph = child.graph->copy(); }
    void operator()(ConditionalBody& body) const {
        auto copied = std::make_shared<Conditional>(*body.conditional);
        for (size_t i = 0; i < copied->bodies.size(); ++i) {
            copied->bodies[i] = copied->bodies[i]->copy();
            copied->body_handles[i] = copied->bodies[i]->handle;
        }
        body.conditional = std::move(copied);
    }
};

struct TypeOf {
    CUgraphNodeType operator()(const Empty&) const { return CU_GRAPH_NODE_TYPE_EMPTY; }
    CUgraphNodeType operator()(const KernelLaunch&) const { return CU_GRAPH_NODE_TYPE_KERNEL; }
    CUgraphNodeType operator()(const Copy&) const { return CU_GRAPH_NODE_TYPE_MEMCPY; }
    CUgraphNodeType operator()(const Fill&) const { return CU_GRAPH_NODE_TYPE_MEMSET; }
    CUgraphNodeType operator()(const HostCall&) const { return CU_GRAPH_NODE_TYPE_HOST; }
    CUgraphNodeType operator()(const RecordEvent&) const { return CU_GRAPH_NODE_TYPE_EVENT_RECORD; }
    CUgraphNodeType operator()(const WaitEvent&) const { return CU_GRAPH_NODE_TYPE_WAIT_EVENT; }
    CUgraphNodeType operator()(const AllocateMemory&) const { return CU_GRAPH_NODE_TYPE_MEM_ALLOC; }
    CUgraphNodeType operator()(const FreeMemory&) const { return CU_GRAPH_NODE_TYPE_MEM_FREE; }
    CUgraphNodeType operator()(const ChildGraph&) const { return CU_GRAPH_NODE_TYPE_GRAPH; }
    CUgraphNodeType operator()(const MemoryOperations&) const { return CU_GRAPH_NODE_TYPE_BATCH_MEM_OP; }
    CUgraphNodeType operator()(const ConditionalBody&) const { return CU_GRAPH_NODE_TYPE_CONDITIONAL; }
};

} // namespace

CUgraphNodeType Node::type() const {
    return std::visit(TypeOf{}, content.operation);
}

std::vector<std::shared_ptr<Graph>> graphs_inside(const Node& node) {
    if (const auto* child = std::get_if<ChildGraph>(&node.content.operation)) {
        return {child->graph};
    }
    if (const auto* body = std::get_if<ConditionalBody>(&node.content.operation)) {
        return body->conditional->bodies;
    }
    return {};
}

std::shared_ptr<Graph> Graph::copy() const {
    auto made = create();
    made->origin = handle;
    made->conditions = conditions;
    made->user_objects = user_objects;
    for (const auto& [object, references] : user_objects) {
        object->retain(references);
    }
    std::map<const Node*, Node*> twin;
    for (const auto& node : nodes_) {
        NodeContent content = node->content;
        std::visit(CopyInside{}, content.operation);
        made->nodes_.push_back(std::make_unique<Node>(*made, std::move(content)));
        twin[node.get()] = made->nodes_.back().get();
        made->nodes_.back()->origin = node->handle;
    }
    for (const auto& node : nodes_) {
        for (const Edge& edge : node->dependencies) {
            twin[node.get()]->dependencies.push_back({twin[edge.from], edge.data});
        }
    }
    return made;
}

} // namespace sim
