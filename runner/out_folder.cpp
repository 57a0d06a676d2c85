#include "out_folder.hpp"

#include <stdexcept>

namespace runner {

void prepare_out_folder(const std::filesystem::path& out, std::initializer_list<const char*> stale) {
    try {
        std::filesystem::create_directories(out);
        for (const char* name : stale)
            std::filesystem::remove(out / name);
    } catch (const std::filesystem::filesystem_error& problem) {
        throw std::invalid_argument("--out " + out.string() + " cannot be used: " + problem.code().message());
    }
}

} // namespace runner
