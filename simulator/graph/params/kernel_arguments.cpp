#include "graph/params/kernel_arguments.hpp"

#include <cstring>

namespace sim {

namespace {

std::vector<std::byte> bytes_at(const void* address, size_t count) {
    std::vector<std::byte> bytes(count);
    std::memcpy(bytes.data(), address, count);
    return bytes;
}

/// Driver API, cuLaunchKernel: names and values in turn, ended by CU_LAUNCH_PARAM_END.
bool parse_extra(void* const* extra, const std::byte*& buffer, size_t& size) {
    for (; *extra != CU_LAUNCH_PARAM_END; extra += 2) {
        if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER) {
            buffer = static_cast<const std::byte*>(extra[1]);
        } else if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE) {
            size = *static_cast<const size_t*>(extra[1]);
        } else {
            return false;
        }
    }
    return buffer != nullptr;
}

} // namespace

CUresult copy_arguments(void* const* pointers, void* const* extra, KernelLaunch& launch) {
    launch.arguments.clear();
    const Body* body = launch.kernel->body;
    if (body == nullptr || body->parameter_bytes.empty()) {
        return CUDA_SUCCESS;
    }
    if ((pointers == nullptr) == (extra == nullptr)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const std::byte* buffer = nullptr;
    size_t size = 0;
    if (extra != nullptr && !parse_extra(extra, buffer, size)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < body->parameter_bytes.size(); ++i) {
        const size_t bytes = body->parameter_bytes[i];
        if (pointers != nullptr) {
            launch.arguments.push_back(bytes_at(pointers[i], bytes));
            continue;
        }
        if (body->parameter_offsets[i] + bytes > size) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        launch.arguments.push_back(bytes_at(buffer + body->parameter_offsets[i], bytes));
    }
    return CUDA_SUCCESS;
}

} // namespace sim
