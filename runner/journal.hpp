// events.ndjson: the append-only journal of a run. Nothing that finished is lost when the runner itself is
// killed: the reports are rebuilt from it, by the runner's guardian process or by `vmm-cts report --from
// DIR`.
#pragma once

#include "model.hpp"

#include <filesystem>

namespace runner {

inline constexpr const char* journal_name = "events.ndjson";

/// The run as far as the journal tells it. A last line that a kill cut short is left out. Deviations are not
/// applied and the verdict is not set again: a journal that lacks its last line gives verdict interrupted,
/// complete false.
/// @throws std::runtime_error naming the file if it cannot be read or does not begin as a journal.
RunResult read_journal(const std::filesystem::path& out);

} // namespace runner
