// The command line of `vmm-cts prove`.
#pragma once

#include "device_run.hpp"
#include "prove/proof.hpp"
#include "selection.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace runner::prove {

struct Options {
    EngineOptions engine;
    Size size = Size::quick;
    std::filesystem::path library;
    std::filesystem::path out = "vmm-cts-proof";
    std::vector<std::string> faults; // patterns; empty: all
    int jobs = 0;                    // 0: as many as cores on the simulator, four on a GPU
    bool list = false;
    Depth depth = Depth::first_kill;
};

/// The options, or the exit code with which to leave.
struct Parsed {
    std::optional<Options> options;
    int exit_code = 0;
};

Parsed parse_options(const std::vector<std::string>& arguments);

} // namespace runner::prove
