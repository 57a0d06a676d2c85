// The simulated GPUs of a campaign. Workers side by side must not count each other's memory, so each job has
// one of its own; on a real GPU the names mean nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runner::prove {

inline constexpr const char* simulated_gpu_variable = "VMM_CTS_SIMULATOR_GPU";

/// The name of the simulated GPU of `owner`, such as "baseline" or "job 1".
std::string simulated_gpu(const std::string& owner);

/// "NAME=value" that gives it to a worker.
std::string simulated_gpu_entry(const std::string& owner);

/// A worker that was killed leaves the table of its simulated GPU behind, and one that ends in good order
/// removes it: runs one that has nothing to do. Works after an interrupt, too.
void remove_simulated_gpu(const std::filesystem::path& program, std::vector<std::string> environment,
                          const std::string& owner);

} // namespace runner::prove
