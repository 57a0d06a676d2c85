// A whole run: chooses backend and devices, runs each device in a thread of its own, and brings the endings
// together.
#pragma once

#include "device_run.hpp"

#include <string>
#include <vector>

namespace runner {

/// --devices: absent, "all", or a list of ordinals.
struct DeviceChoice {
    bool given = false;
    bool all = false;
    std::vector<int> ordinals;
};

/// @throws std::invalid_argument naming the text that is neither "all" nor a list like 0,1.
DeviceChoice parse_devices(const std::string& text);

/// Runs the plan on every chosen device; the ledger holds the results afterwards.
Ending run_devices(SharedRun& shared, const DeviceChoice& devices, const std::vector<PlannedCase>& plan);

} // namespace runner
