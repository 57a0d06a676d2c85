// Attempts to change an executable graph, judged by what its launches do before and after.
//
// An accepted change must make the executable graph do exactly what a fresh instantiation of the new graph
// does. A refused one must leave it doing its old work, whole; the error is read once and gone, nothing is
// sticky, an update with the graph that it was made of still succeeds, and instantiating the new graph is the
// way out.
#pragma once

#include "tests/graph_update/board.hpp"
#include "tests/graph_update/verdict.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace cts {

struct Attempt {
    const Board& board;
    cudaGraphExec_t exec;
    cudaGraph_t old_graph; // what `exec` does now
    cudaGraph_t new_graph; // what it is to do
    /// Can the new graph be instantiated and launched, to be compared with? Memory nodes and unmapped
    /// operands forbid it.
    bool new_graph_runs = true;
    /// Does an update with the old graph succeed? Device-updatable nodes forbid it.
    bool old_graph_returns = true;
};

/// The answer that a refused update must give. Source: Driver API, cuGraphExecUpdate.
struct Refusal {
    /// Empty: refused for whatever reason, where no document names the result.
    std::optional<cudaGraphExecUpdateResult> result;
    /// errorNode is one of these; empty: it is null. Nothing: not checked.
    std::optional<std::vector<cudaGraphNode_t>> nodes;
    /// errorFromNode; nothing: not checked.
    std::optional<cudaGraphNode_t> from = nullptr;
    /// The code of the call; nothing: any refusal, and nothing of the result info is checked.
    std::optional<cudaError_t> error = cudaErrorGraphExecUpdateFailure;
};
/// For what must be refused without a document that says by which code and result.
inline constexpr Refusal refused_somehow{std::nullopt, std::nullopt, std::nullopt, std::nullopt};

/// Calls cudaGraphExecUpdate and judges the answer and the launches that follow.
Verdict accepted(const Attempt& attempt, Where where = Where::current());
Verdict refused(const Attempt& attempt, const Refusal& refusal, Where where = Where::current());
/// For changes that no document decides: right in either way.
Verdict accepted_or_refused(const Attempt& attempt, const Refusal& refusal, Where where = Where::current());
/// An update with an equal graph: success, and the launches do what they did.
Verdict unchanged(const Attempt& attempt, Where where = Where::current());

/// The same for calls that change one node. `change` makes the call and returns its result; `new_graph` is a
/// graph that was built with the new parameters.
using NodeChange = std::function<cudaError_t()>;
Verdict accepted(const Attempt& attempt, const NodeChange& change, Where where = Where::current());
Verdict refused(const Attempt& attempt, const NodeChange& change, std::optional<cudaError_t> error,
                Where where = Where::current());
Verdict accepted_or_refused(const Attempt& attempt, const NodeChange& change,
                            std::optional<cudaError_t> error, Where where = Where::current());

} // namespace cts
