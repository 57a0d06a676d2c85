// The command line of `vmm-cts run`.
#pragma once

#include "device_run.hpp"
#include "engine.hpp"
#include "selection.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace runner {

struct RunOptions {
    EngineOptions engine;
    SelectionOptions selection;
    DeviceChoice devices;
    std::filesystem::path out = "vmm-cts-results";
    bool strict_junit = false;
    bool list = false;
    bool dry_run = false;
};

/// The options, or the exit code with which to leave: 0 after --help, 2 after a usage error that was
/// explained on stderr.
struct ParsedOptions {
    std::optional<RunOptions> options;
    int exit_code = 0;
};

ParsedOptions parse_run_options(const std::vector<std::string>& arguments);

} // namespace runner
