// An executable graph: a snapshot of a graph, what was recorded about its operands, and which nodes are
// enabled.
#pragma once

#include "graph/compare/operand.hpp"
#include "graph/model/graph.hpp"

#include <mutex>
#include <set>

namespace sim {

struct Step;
using Plan = std::vector<Step>;

/// What cuGraphInstantiateWithParams reports beside its return value.
struct Outcome {
    CUgraphInstantiateResult result = CUDA_GRAPH_INSTANTIATE_SUCCESS;
    CUgraphNode node = nullptr;
};

class Exec {
  public:
    static CUresult instantiate(Graph& source, unsigned long long flags, std::shared_ptr<Exec>& made,
                                Outcome& outcome);
    ~Exec();
    Exec(const Exec&) = delete;
    Exec& operator=(const Exec&) = delete;

    /// The twin of a node of the source graph, at any depth. Null: a node of another graph, or one that was
    /// removed from the source graph since.
    Node* twin(CUgraphNode source_node) const;

    bool enabled(const Node& twin) const { return !disabled_.contains(&twin); }
    void enable(const Node& twin, bool on);

    /// Replaces what a node does. The plan is made anew at the next launch; running launches keep theirs.
    void replace(Node& twin, NodeContent content);

    /// Where the operands of a memcpy or memset node were when it was instantiated, updated or set last.
    const Operands& operands(const Node& twin) const { return operands_.at(&twin); }
    void record_operands(const Node& twin);

    /// Was it made of this graph?
    bool made_of(const Graph& graph) const { return source_.lock().get() == &graph; }

    void forget_plan() { plan_.reset(); }

    /// The work in the order of execution, as of now.
    std::shared_ptr<const Plan> plan();

    /// Held while a launch runs: launches of one executable graph never overlap (cuGraphLaunch).
    std::mutex running;

    const CUgraphExec handle;
    const unsigned long long flags;
    const std::shared_ptr<Graph> graph; // the snapshot

  private:
    Exec(Graph& source, unsigned long long creation_flags);
    void index(const Graph& part);

    std::weak_ptr<Graph> source_;
    std::map<CUgraphNode, Node*> twins_;
    std::set<const Node*> disabled_;
    std::map<const Node*, Operands> operands_;
    std::shared_ptr<const Plan> plan_;
};

Exec* find_exec(CUgraphExec handle);

} // namespace sim
