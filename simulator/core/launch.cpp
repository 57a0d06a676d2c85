#include "core/launch.hpp"

#include "core/kernels.hpp"

namespace sim {
namespace {

/// The list of CU_LAUNCH_PARAM_* pairs: names are pointers of value 0, 1 and 2.
CUresult read_extra(void* const* extra, const std::byte** buffer, size_t* bytes) {
    for (size_t i = 0; extra[i] != CU_LAUNCH_PARAM_END; i += 2) {
        if (extra[i] == CU_LAUNCH_PARAM_BUFFER_POINTER) {
            *buffer = static_cast<const std::byte*>(extra[i + 1]);
        } else if (extra[i] == CU_LAUNCH_PARAM_BUFFER_SIZE) {
            *bytes = *static_cast<const size_t*>(extra[i + 1]);
        } else {
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    return *buffer != nullptr ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult copy_buffer(KernelLaunch& launch, const Body& body, void* const* extra) {
    const std::byte* buffer = nullptr;
    size_t bytes = 0;
    if (const CUresult read = read_extra(extra, &buffer, &bytes); read != CUDA_SUCCESS) {
        return read;
    }
    for (size_t i = 0; i < body.parameter_bytes.size(); ++i) {
        const size_t end = body.parameter_offsets[i] + body.parameter_bytes[i];
        if (end > bytes) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        launch.arguments.emplace_back(buffer + body.parameter_offsets[i], buffer + end);
    }
    return CUDA_SUCCESS;
}

} // namespace

CUresult set_arguments(KernelLaunch& launch, void* const* arguments, void* const* extra) {
    launch.arguments.clear();
    const Body* body = launch.kernel->body;
    if (arguments != nullptr && extra != nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (body == nullptr || body->parameter_bytes.empty()) {
        return CUDA_SUCCESS; // nothing to copy, or nobody to tell how much
    }
    if (extra != nullptr) {
        return copy_buffer(launch, *body, extra);
    }
    if (arguments == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (size_t i = 0; i < body->parameter_bytes.size(); ++i) {
        const auto* first = static_cast<const std::byte*>(arguments[i]);
        launch.arguments.emplace_back(first, first + body->parameter_bytes[i]);
    }
    return CUDA_SUCCESS;
}

CUresult set_attributes(KernelLaunch& launch, const CUlaunchAttribute* attributes, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        const CUlaunchAttribute& attribute = attributes[i];
        switch (attribute.id) {
        case CU_LAUNCH_ATTRIBUTE_IGNORE:
        case CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY:
        case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
        case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
            break;
        case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
            launch.cooperative = attribute.value.cooperative != 0;
            break;
        case CU_LAUNCH_ATTRIBUTE_PRIORITY:
            launch.priority = attribute.value.priority;
            break;
        default:
            return CUDA_ERROR_NOT_SUPPORTED;
        }
    }
    return CUDA_SUCCESS;
}

} // namespace sim
