#include "plan.hpp"

#include "claims/register.hpp"

#include <ctime>
#include <stdexcept>

namespace runner {

std::string now_iso() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

namespace {

// What scales does 10 and 100 times as much; a limit leaves most of itself to slow machines.
double limit_factor(Size size) {
    return size == Size::soak ? 30 : size == Size::full ? 3 : 1;
}

} // namespace

Catalog describe(const EngineOptions& options) {
    try {
        return load_catalog(options.program, {});
    } catch (const std::runtime_error&) {
        if (options.mode == BackendMode::gpu || !holds_simulator(options.simulator))
            throw;
        return load_catalog(options.program, simulator_environment(options.simulator));
    }
}

std::vector<PlannedCase> make_plan(const std::vector<CaseInfo>& selected, Size size) {
    std::vector<PlannedCase> plan;
    for (const auto& info : selected) {
        CaseResult identity;
        identity.name = info.name;
        identity.id = info.id;
        identity.variant = info.variant;
        identity.group = info.group;
        identity.file = info.file;
        identity.line = info.line;
        identity.tags = info.tags;
        if (const auto* claim = embedded_register().find(info.id)) {
            identity.claim_class = claim->claim_class;
            identity.sentence = claim->sentence;
            identity.source = claim->source;
        }
        plan.push_back({std::move(identity), info.timeout_s * limit_factor(size)});
    }
    return plan;
}

} // namespace runner
