#include "prove/order.hpp"

#include <algorithm>
#include <map>

namespace runner::prove {
namespace {

// Start-up, exit and the pause between two cases get this share of what a run grants them.
constexpr double share = 0.25;

double limit_of(const CaseResult& result) {
    return (5 * result.seconds + 3) / share;
}

PlannedCase planned(const CaseResult& result) {
    PlannedCase plan;
    auto& identity = plan.identity;
    identity.name = result.name;
    identity.id = result.id;
    identity.variant = result.variant;
    identity.group = result.group;
    identity.claim_class = result.claim_class;
    identity.sentence = result.sentence;
    identity.source = result.source;
    identity.file = result.file;
    identity.line = result.line;
    identity.tags = result.tags;
    plan.timeout_s = limit_of(result);
    return plan;
}

} // namespace

Order order_for(const Defect& defect, const std::vector<CaseResult>& baseline) {
    std::vector<const CaseResult*> cases;
    for (const auto& result : baseline)
        if (result.outcome != Outcome::not_run)
            cases.push_back(&result);
    std::stable_sort(cases.begin(), cases.end(),
                     [](const auto* a, const auto* b) { return a->seconds < b->seconds; });
    Order order;
    for (const auto& id : defect.claims)
        for (const auto* result : cases)
            if (result->id == id)
                order.named.push_back(planned(*result));
    for (const auto* result : cases)
        if (std::find(defect.claims.begin(), defect.claims.end(), result->id) == defect.claims.end())
            order.rest.push_back(planned(*result));
    return order;
}

std::vector<PlannedCase> take_slow(std::vector<PlannedCase>& cases, const std::vector<CaseResult>& baseline) {
    std::map<std::string_view, double> seconds;
    for (const auto& result : baseline)
        seconds[result.name] = result.seconds;
    const auto slow = std::stable_partition(cases.begin(), cases.end(), [&](const auto& planned) {
        return seconds[planned.identity.name] <= slow_seconds;
    });
    std::vector<PlannedCase> taken(slow, cases.end());
    cases.erase(slow, cases.end());
    return taken;
}

Limits short_limits() {
    return Limits{share, std::nullopt};
}

} // namespace runner::prove
