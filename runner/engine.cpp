#include "engine.hpp"

#include "interrupt.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <thread>

namespace runner {
namespace {

void plan_device(Ledger& ledger, int ordinal, const std::vector<PlannedCase>& plan) {
    for (const auto& planned : plan)
        ledger.plan(ordinal, planned.identity);
}

// A worker that cannot be started at all throws: that ends the run, but not without its reports.
template<typename Run>
Ending guarded(Run run) {
    try {
        return run();
    } catch (const std::exception& problem) {
        return {Halt::worker_unusable, problem.what()};
    }
}

int gpu_count(const Environment& environment) {
    const auto found = environment.find("gpu.count");
    if (found == environment.end())
        return 1;
    const auto* count = std::get_if<std::int64_t>(&found->second);
    return count == nullptr ? 1 : static_cast<int>(*count);
}

// The halt that matters most is listed last in Halt, but for `none`.
Ending worst(const std::vector<Ending>& endings) {
    return *std::max_element(endings.begin(), endings.end(),
                             [](const auto& a, const auto& b) { return a.halt < b.halt; });
}

Ending run_several(SharedRun& shared, std::vector<int> ordinals, const std::vector<PlannedCase>& plan,
                   bool simulator) {
    shared.sole_device = ordinals.size() == 1;
    for (const int ordinal : ordinals)
        plan_device(shared.ledger, ordinal, plan);
    std::vector<Ending> endings(ordinals.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < ordinals.size(); ++i)
        threads.emplace_back([&, i] {
            endings[i] = guarded([&] { return DeviceRun(shared, ordinals[i], plan, simulator).run(); });
            if (endings[i].halt != Halt::none)
                endings[i].reason = "GPU " + std::to_string(ordinals[i]) + ": " + endings[i].reason;
        });
    for (auto& thread : threads)
        thread.join();
    return worst(endings);
}

} // namespace

DeviceChoice parse_devices(const std::string& text) {
    if (text == "all")
        return {true, true, {}};
    DeviceChoice choice{true, false, {}};
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at <= end) {
        int ordinal = -1;
        const auto [next, problem] = std::from_chars(at, end, ordinal);
        const bool twice =
            std::find(choice.ordinals.begin(), choice.ordinals.end(), ordinal) != choice.ordinals.end();
        if (problem != std::errc() || ordinal < 0 || twice || (next != end && *next != ','))
            throw std::invalid_argument(
                "--devices \"" + text +
                "\" is neither `all` nor a list of different GPU numbers such as 0,1");
        choice.ordinals.push_back(ordinal);
        if (next == end)
            break;
        at = next + 1;
    }
    return choice;
}

Ending run_devices(SharedRun& shared, const DeviceChoice& devices, const std::vector<PlannedCase>& plan) {
    const bool simulator = shared.options.mode == BackendMode::simulator;
    if (!devices.given) {
        plan_device(shared.ledger, 0, plan);
        return guarded([&] { return DeviceRun(shared, std::nullopt, plan, simulator).run(); });
    }
    // The backend and the number of GPUs must be known before the devices run side by side.
    const int first = devices.all ? 0 : devices.ordinals.front();
    DeviceRun prober(shared, first, {}, simulator);
    auto probed = guarded([&] { return prober.probe(); });
    if (probed.halt != Halt::none) {
        plan_device(shared.ledger, first, plan);
        return probed;
    }
    auto ordinals = devices.ordinals;
    for (int i = 0; devices.all && i < gpu_count(prober.environment()); ++i)
        ordinals.push_back(i);
    return run_several(shared, std::move(ordinals), plan, prober.on_simulator());
}

} // namespace runner
