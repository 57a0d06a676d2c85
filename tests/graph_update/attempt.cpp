#include "tests/graph_update/attempt.hpp"

#include "fixtures/graphs.hpp"

#include <algorithm>

namespace cts {
namespace {

/// Several launches: a change that wears off is none.
void demand_effects(Verdict& verdict, const Attempt& attempt, const Snapshot& expected,
                    const std::string& whose, Where where) {
    for (const char* launch : {"first", "second", "third", "fourth"}) {
        const std::string found = difference(effects(attempt.board, attempt.exec, where), expected);
        verdict.demand(found.empty(),
                       std::string("the ") + launch + " launch does not do " + whose + ": " + found);
    }
}

/// One attempt in three steps: look at the effects, let the caller change, look again.
class Judge {
  public:
    Judge(const Attempt& attempt, bool must_differ, Where where)
        : attempt_(attempt), where_(where), before_(effects(attempt.board, attempt.exec, where)) {
        if (attempt.new_graph_runs) {
            wanted_ = fresh_effects(attempt.new_graph);
            verdict.demand(!must_differ || *wanted_ != before_,
                           "the new graph does what the old one does, so a change could not be seen");
        }
    }

    /// Records the answer of the call and reads the last error away.
    void answer(cudaError_t error) {
        verdict.error = error;
        const cudaError_t held = cudaGetLastError();
        const cudaError_t left = cudaGetLastError();
        verdict.demand(held == error, "the last error is " + name_of(held) + " after " + name_of(error));
        verdict.demand(left == cudaSuccess, "reading the last error leaves " + name_of(left));
        const cudaError_t synchronized = cudaDeviceSynchronize();
        verdict.demand(synchronized == cudaSuccess, "the device then reports " + name_of(synchronized));
    }

    void demand_accepted() {
        verdict.demand(verdict.accepted(), "the call answers " + name_of(verdict.error));
        verdict.demand(wanted_.has_value(), "the new graph cannot be launched, so the change cannot be seen");
        if (verdict.accepted() && wanted_) {
            demand_effects(verdict, attempt_, *wanted_, "the new work", where_);
        }
    }

    void demand_refused(std::optional<cudaError_t> error) {
        verdict.demand(error ? verdict.error == *error : !verdict.accepted(),
                       "the call answers " + name_of(verdict.error));
        demand_effects(verdict, attempt_, before_, "the old work", where_);
        if (wanted_) {
            const std::string found = difference(fresh_effects(attempt_.new_graph), *wanted_);
            verdict.demand(found.empty(),
                           "instantiating the new graph gives other work than before: " + found);
        }
        if (attempt_.old_graph_returns) {
            const UpdateAnswer back = update(attempt_.exec, attempt_.old_graph);
            verdict.demand(back.error == cudaSuccess,
                           "an update with the old graph then answers " + name_of(back.result));
            demand_effects(verdict, attempt_, before_, "the old work after a legal update", where_);
        }
    }

    /// cudaGraphExec*NodeSetParams leave the source graph's node alone.
    void demand_untouched_source() {
        const std::string found = difference(fresh_effects(attempt_.old_graph), before_);
        verdict.demand(found.empty(), "the source graph has changed: " + found);
    }

    Verdict verdict;

  private:
    Snapshot fresh_effects(cudaGraph_t graph) const {
        const Exec fresh = instantiate(graph, 0, where_);
        return effects(attempt_.board, fresh, where_);
    }

    const Attempt& attempt_;
    Where where_;
    Snapshot before_;
    std::optional<Snapshot> wanted_;
};

// Every field starts as what no update may answer, so that a field that is not written shows.
// FUNCTION_CHANGED is the answer of drivers before 11.2 only.
struct Poisoned {
    int somewhere = 0;
    cudaGraphNode_t node = reinterpret_cast<cudaGraphNode_t>(&somewhere);
    cudaGraphExecUpdateResultInfo info{cudaGraphExecUpdateErrorFunctionChanged, node, node};
};

void demand_success_info(Verdict& verdict, const cudaGraphExecUpdateResultInfo& info) {
    verdict.demand(info.result == cudaGraphExecUpdateSuccess, "the result is " + name_of(info.result));
    verdict.demand(info.errorNode == nullptr, "errorNode is not null after success");
    verdict.demand(info.errorFromNode == nullptr, "errorFromNode is not null after success");
}

void demand_refusal_info(Verdict& verdict, const cudaGraphExecUpdateResultInfo& info,
                         const Refusal& refusal) {
    verdict.demand(info.result != cudaGraphExecUpdateSuccess &&
                       info.result != cudaGraphExecUpdateErrorFunctionChanged &&
                       (!refusal.result || info.result == *refusal.result),
                   "the result is " + name_of(info.result));
    if (refusal.nodes) {
        const auto& nodes = *refusal.nodes;
        const bool right = nodes.empty()
                               ? info.errorNode == nullptr
                               : std::find(nodes.begin(), nodes.end(), info.errorNode) != nodes.end();
        verdict.demand(right, info.errorNode == nullptr ? "errorNode is null"
                              : nodes.empty()           ? "errorNode is not null"
                                                        : "errorNode is another node");
    }
    if (refusal.from) {
        verdict.demand(info.errorFromNode == *refusal.from, info.errorFromNode == nullptr
                                                                ? "errorFromNode is null"
                                                                : "errorFromNode is another node");
    }
}

enum class Expect { accepted, refused, either, unchanged };

Verdict judge_update(const Attempt& attempt, Expect expect, const Refusal& refusal, Where where) {
    Judge judge(attempt, expect != Expect::unchanged, where);
    Poisoned poisoned;
    const cudaError_t error = cudaGraphExecUpdate(attempt.exec, attempt.new_graph, &poisoned.info);
    judge.answer(error);
    judge.verdict.result = poisoned.info.result;
    judge.verdict.node = poisoned.info.errorNode;
    if (expect == Expect::refused || (expect == Expect::either && error != cudaSuccess)) {
        if (refusal.error) {
            demand_refusal_info(judge.verdict, poisoned.info, refusal);
        }
        judge.demand_refused(refusal.error);
    } else {
        demand_success_info(judge.verdict, poisoned.info);
        judge.demand_accepted();
    }
    return judge.verdict;
}

Verdict judge_change(const Attempt& attempt, Expect expect, const NodeChange& change,
                     std::optional<cudaError_t> error, Where where) {
    Judge judge(attempt, true, where);
    judge.answer(change());
    if (expect == Expect::refused || (expect == Expect::either && !judge.verdict.accepted())) {
        judge.demand_refused(error);
    } else {
        judge.demand_accepted();
    }
    judge.demand_untouched_source();
    return judge.verdict;
}

} // namespace

Verdict accepted(const Attempt& attempt, Where where) {
    return judge_update(attempt, Expect::accepted, {}, where);
}
Verdict refused(const Attempt& attempt, const Refusal& refusal, Where where) {
    return judge_update(attempt, Expect::refused, refusal, where);
}
Verdict accepted_or_refused(const Attempt& attempt, const Refusal& refusal, Where where) {
    return judge_update(attempt, Expect::either, refusal, where);
}
Verdict unchanged(const Attempt& attempt, Where where) {
    return judge_update(attempt, Expect::unchanged, {}, where);
}

Verdict accepted(const Attempt& attempt, const NodeChange& change, Where where) {
    return judge_change(attempt, Expect::accepted, change, {}, where);
}
Verdict refused(const Attempt& attempt, const NodeChange& change, std::optional<cudaError_t> error,
                Where where) {
    return judge_change(attempt, Expect::refused, change, error, where);
}
Verdict accepted_or_refused(const Attempt& attempt, const NodeChange& change,
                            std::optional<cudaError_t> error, Where where) {
    return judge_change(attempt, Expect::either, change, error, where);
}

} // namespace cts
