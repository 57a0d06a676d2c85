#include "graph/model/node.hpp"

#include "graph/model/graph.hpp"

#include <atomic>
#include <cstring>

namespace sim {

uintptr_t next_handle() {
    static std::atomic<uintptr_t> last{0x100000};
    return last += 0x10;
}

bool operator==(const Edge& left, const Edge& right) {
    return left.from == right.from && std::memcmp(&left.data, &right.data, sizeof left.data) == 0;
}

bool plain(const CUgraphEdgeData& data) {
    constexpr CUgraphEdgeData zero{};
    return std::memcmp(&data, &zero, sizeof data) == 0;
}

void keep_attributes(NodeContent& target, const NodeContent& source) {
    auto* to = std::get_if<KernelLaunch>(&target.operation);
    const auto* from = std::get_if<KernelLaunch>(&source.operation);
    if (to != nullptr && from != nullptr) {
        to->cooperative = from->cooperative;
        to->priority = from->priority;
        target.attributes = source.attributes;
    }
}

Node::Node(Graph& owner, NodeContent what)
    : handle(Handles<CUgraphNode, Node>::add(*this)), graph(owner), content(std::move(what)) {
    for (const auto& inner : graphs_inside(*this)) {
        inner->parent = this;
    }
}

Node::~Node() {
    Handles<CUgraphNode, Node>::remove(handle);
    for (const auto& inner : graphs_inside(*this)) {
        inner->parent = nullptr;
    }
}

Node* find_node(CUgraphNode handle) {
    return Handles<CUgraphNode, Node>::find(handle);
}

} // namespace sim
