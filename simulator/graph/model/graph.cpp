#include "graph/model/graph.hpp"

#include "graph/model/user_object.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sim {

Graph::Graph() : handle(Handles<CUgraph, Graph>::add(*this)) {}

Graph::~Graph() {
    Handles<CUgraph, Graph>::remove(handle);
    for (const auto& [object, references] : user_objects) {
        object->release(references);
    }
}

void Graph::take_user_objects(const Graph& other) {
    for (const auto& [object, references] : other.user_objects) {
        object->retain(references);
    }
    const auto old = std::exchange(user_objects, other.user_objects);
    for (const auto& [object, references] : old) {
        object->release(references);
    }
}

std::shared_ptr<Graph> Graph::create() {
    return std::shared_ptr<Graph>(new Graph);
}

Graph* find_graph(CUgraph handle) {
    return Handles<CUgraph, Graph>::find(handle);
}

CUresult Graph::check_edges(std::span<const Edge> edges) const {
    for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
        if (edge->from == nullptr || &edge->from->graph != this) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        if (std::any_of(edges.begin(), edge,
                        [&](const Edge& earlier) { return earlier.from == edge->from; })) {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    return CUDA_SUCCESS;
}

CUresult Graph::add(NodeContent content, std::span<const Edge> edges, Node*& added) {
    if (const CUresult result = check_edges(edges); result != CUDA_SUCCESS) {
        return result;
    }
    nodes_.push_back(std::make_unique<Node>(*this, std::move(content)));
    added = nodes_.back().get();
    added->dependencies.assign(edges.begin(), edges.end());
    return CUDA_SUCCESS;
}

void Graph::remove(Node& node) {
    for (const auto& other : nodes_) {
        std::erase_if(other->dependencies, [&](const Edge& edge) { return edge.from == &node; });
    }
    std::erase_if(nodes_, [&](const auto& candidate) { return candidate.get() == &node; });
}

std::vector<Node*> Graph::dependents(const Node& node) const {
    std::vector<Node*> found;
    for (const auto& other : nodes_) {
        for (const Edge& edge : other->dependencies) {
            if (edge.from == &node) {
                found.push_back(other.get());
            }
        }
    }
    return found;
}

std::vector<Node*> Graph::order(Node*& on_cycle) const {
    std::map<const Node*, size_t> index;
    for (size_t i = 0; i < nodes_.size(); ++i) {
        index[nodes_[i].get()] = i;
    }
    std::vector<size_t> open(nodes_.size()); // dependencies that are still to run
    std::vector<std::vector<size_t>> followers(nodes_.size());
    std::set<size_t> ready;
    for (size_t i = 0; i < nodes_.size(); ++i) {
        open[i] = nodes_[i]->dependencies.size();
        for (const Edge& edge : nodes_[i]->dependencies) {
            followers[index.at(edge.from)].push_back(i);
        }
        if (open[i] == 0) {
            ready.insert(i);
        }
    }
    std::vector<Node*> sequence;
    while (!ready.empty()) {
        const size_t next = *ready.begin();
        ready.erase(ready.begin());
        sequence.push_back(nodes_[next].get());
        for (const size_t follower : followers[next]) {
            if (--open[follower] == 0) {
                ready.insert(follower);
            }
        }
    }
    const auto stuck = std::find_if(open.begin(), open.end(), [](size_t count) { return count != 0; });
    on_cycle = stuck == open.end() ? nullptr : nodes_[static_cast<size_t>(stuck - open.begin())].get();
    return sequence;
}

} // namespace sim
