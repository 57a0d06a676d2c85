// The run without a defect that every trial is compared with.
#pragma once

#include "prove/options.hpp"

#include <string>

namespace runner::prove {

/// Puts the library before all others in every process that is started from now on.
void preload(const std::filesystem::path& library);

/// @throws std::runtime_error with one sentence if the library has no effect on the test program, so that
/// every defect would survive.
void check_preload(const EngineOptions& options);

/// All cases of the size, once and in one go; reports go to `out`.
RunResult run_baseline(const Options& options, const std::filesystem::path& out,
                       const std::vector<std::string>& command);

} // namespace runner::prove
