// What a finished run says on stdout: the failures, and the verdict as its last line.
#pragma once

#include "model.hpp"

#include <iosfwd>

namespace runner {

void print_summary(std::ostream& stream, const RunResult& run, bool colour);

} // namespace runner
