// report.xml: the result as JUnit XML, for CI systems and dashboards.
//
// One suite per claim group, and exactly one outcome element per case, because consumers disagree on which
// of two counts:
//   pass                                -> nothing
//   skip                                -> <skipped>, the reason as attribute and as text
//   known_deviation                     -> <skipped message="known deviation: ...">: not green, since the
//                                          documentation is not kept, and not red, since it is listed
//   fail, flaky, deviation_gone         -> <failure>
//   error, crash, timeout, not_run      -> <error>; not_run is <skipped> where there is no GPU to run on
//
// A suite "run" with a single case comes first. It is an <error> when the run as a whole has no meaning (no
// GPU, broken environment, interrupted, suite error): a report whose cases are all skipped, or that lacks
// cases, must not look green to a consumer that never sees the exit code.
#pragma once

#include "model.hpp"

#include <string>

namespace runner {

enum class JunitFlavour {
    rich,  // with file, line and properties of each case
    strict // only what strict schemas allow: no properties, file or line on a case
};

std::string to_junit(const RunResult& run, JunitFlavour flavour);

} // namespace runner
