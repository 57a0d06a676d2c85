// `vmm-cts run`.
#pragma once

#include <string>
#include <vector>

namespace runner {

/// `arguments` are those after the word "run". Returns the exit code of the program (see verdict.hpp).
int run_command(const std::vector<std::string>& arguments);

} // namespace runner
