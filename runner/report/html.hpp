// report.html: the result as one file for people. It needs no network, and no JavaScript to be read.
#pragma once

#include "model.hpp"

#include <string>

namespace runner {

std::string to_html(const RunResult& run);

} // namespace runner
