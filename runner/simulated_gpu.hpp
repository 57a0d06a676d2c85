// Which simulated GPU a worker gets: processes that agree on a name share one, and count each other's memory.
// So each run has one of its own, and of a campaign of defects each job. On a real GPU the names mean
// nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runner {

inline constexpr const char* simulated_gpu_variable = "VMM_CTS_SIMULATOR_GPU";

/// A name that no other process uses, for one purpose of this one: "prove 4711 job 1".
std::string simulated_gpu(const std::string& command, const std::string& purpose = "");

/// "NAME=value" that gives it to a worker.
std::string simulated_gpu_entry(const std::string& name);

/// A worker that was killed leaves the table of its simulated GPU behind, and one that ends in good order
/// removes it: runs one that has nothing to do. `environment` has the simulator's entries. Works after an
/// interrupt, too.
void remove_simulated_gpu(const std::filesystem::path& program, std::vector<std::string> environment,
                          const std::string& name);

} // namespace runner
