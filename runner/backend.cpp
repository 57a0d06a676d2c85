#include "backend.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

namespace runner {

bool gpu_required() {
    const char* value = std::getenv("VMM_CTS_REQUIRE_GPU");
    return value != nullptr && *value != '\0' && std::string(value) != "0";
}

bool device_node_present() {
    for (const char* node : {"/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg"})
        if (std::filesystem::exists(node))
            return true;
    return false;
}

Refusal classify(const SmokeEvent& refused, bool node_present) {
    // What CUDA answers where there is no driver, no GPU, or only the toolkit's stub of libcuda.
    constexpr std::array<std::string_view, 4> absent{"", "cudaErrorInsufficientDriver",
                                                     "CUDA_ERROR_NO_DEVICE", "CUDA_ERROR_STUB_LIBRARY"};
    bool says_absent = false;
    for (const auto code : absent)
        says_absent |= refused.code == code;
    return says_absent && !node_present ? Refusal::absent : Refusal::broken;
}

std::vector<std::string> simulator_environment(const std::filesystem::path& directory) {
    const char* present = std::getenv("LD_LIBRARY_PATH");
    const bool empty = present == nullptr || *present == '\0';
    return {"LD_LIBRARY_PATH=" + directory.string() + (empty ? "" : ":" + std::string(present))};
}

bool holds_simulator(const std::filesystem::path& directory) {
    return std::filesystem::exists(directory / "libcuda.so.1");
}

} // namespace runner
