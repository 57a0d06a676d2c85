// Files that are never seen half written.
#pragma once

#include <filesystem>
#include <string_view>

namespace runner {

/// Writes through a temporary file in the same folder and a rename, so that a reader, or a kill, never meets
/// half a file.
/// @throws std::runtime_error naming the file and the system's reason.
void write_atomically(const std::filesystem::path& file, std::string_view text);

} // namespace runner
