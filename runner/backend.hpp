// On what the cases run: a GPU's own driver, or the CPU simulator.
#pragma once

#include "event.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace runner {

enum class BackendMode { automatic, gpu, simulator };

/// The environment (VMM_CTS_REQUIRE_GPU, not empty and not 0) forbids the simulator to stand in for a GPU.
bool gpu_required();

/// What a refused smoke test says about the machine.
enum class Refusal {
    absent, // no driver or no GPU: the simulator may stand in
    broken  // a GPU or driver is there and does not work: never hidden behind the simulator
};

/// True if the machine shows an NVIDIA device node (or WSL's).
bool device_node_present();

/// A device node, or any error of a driver that was loaded, means broken.
Refusal classify(const SmokeEvent& refused, bool node_present);

/// Environment entries that make a worker load the simulator's libraries before all others.
std::vector<std::string> simulator_environment(const std::filesystem::path& directory);

/// True if the folder holds a libcuda.so.1.
bool holds_simulator(const std::filesystem::path& directory);

} // namespace runner
