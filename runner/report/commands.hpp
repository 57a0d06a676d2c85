// The subcommands that work on registers and finished runs. Each returns the exit code of the program.
#pragma once

#include <string>
#include <vector>

namespace runner {

/// `vmm-cts claims ...`; arguments are those after the word "claims".
int claims_command(const std::vector<std::string>& arguments);

/// `vmm-cts report ...`; arguments are those after the word "report".
int report_command(const std::vector<std::string>& arguments);

/// `vmm-cts compare ...`; arguments are those after the word "compare".
int compare_command(const std::vector<std::string>& arguments);

} // namespace runner
