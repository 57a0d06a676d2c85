// `vmm-cts prove`.
#pragma once

#include <string>
#include <vector>

namespace runner {

/// `arguments` are those after the word "prove". Returns the exit code of the program.
int prove_command(const std::vector<std::string>& arguments);

} // namespace runner
