// The folder that --out names.
#pragma once

#include <filesystem>
#include <initializer_list>

namespace runner {

/// Makes the folder if need be and removes the files `stale` of an earlier run, which must not be taken for
/// this one's. @throws std::invalid_argument with a sentence for the user.
void prepare_out_folder(const std::filesystem::path& out, std::initializer_list<const char*> stale);

} // namespace runner
