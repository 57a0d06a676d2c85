#include "core/environment.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sim {
namespace {

constexpr size_t default_mib = 8192;
constexpr size_t most_mib = size_t{1} << 24; // 16 TiB

size_t read_memory_mib() {
    const char* text = std::getenv("VMM_CTS_SIMULATOR_MEMORY_MIB");
    if (text == nullptr) {
        return default_mib;
    }
    size_t mib = 0;
    const char* end = text + std::strlen(text);
    const auto [stopped, error] = std::from_chars(text, end, mib);
    if (error != std::errc{} || stopped != end || mib == 0 || mib > most_mib) {
        std::fprintf(
            stderr,
            "cuda-vmm-cts simulator: VMM_CTS_SIMULATOR_MEMORY_MIB=%s is ignored: give a number of MiB "
            "from 1 to %zu.\n",
            text, most_mib);
        return default_mib;
    }
    return mib;
}

} // namespace

size_t device_memory_bytes() {
    static const size_t bytes = read_memory_mib() << 20;
    return bytes;
}

std::string gpu_name() {
    const char* name = std::getenv("VMM_CTS_SIMULATOR_GPU");
    return name != nullptr && *name != '\0' ? name : "0";
}

} // namespace sim
