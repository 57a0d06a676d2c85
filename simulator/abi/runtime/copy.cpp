// Copies, linear and pitched.
#include "abi/runtime/copy_kind.hpp"
#include "abi/runtime/runtime.hpp"
#include "core/submit.hpp"
#include "graph/params/runtime.hpp"

using namespace sim;
using runtime::on_context;

namespace {

constexpr auto invalid_direction = static_cast<CUresult>(cudaErrorInvalidMemcpyDirection);
constexpr auto invalid_pitch = static_cast<CUresult>(cudaErrorInvalidPitchValue);

struct Pitched {
    Address address;
    size_t pitch;
};

Pitched at(const void* pointer, size_t pitch) {
    return {reinterpret_cast<Address>(pointer), pitch};
}

CUresult make(const Pitched& target, const Pitched& source, size_t width, size_t height, cudaMemcpyKind kind,
              Copy* copy) {
    if (!runtime::memory_types(kind, &copy->source_type, &copy->target_type)) {
        return invalid_direction;
    }
    if (height > 1 && (target.pitch < width || source.pitch < width)) {
        return invalid_pitch;
    }
    copy->source = source.address;
    copy->source_pitch = source.pitch;
    copy->target = target.address;
    copy->target_pitch = target.pitch;
    copy->width_bytes = width;
    copy->height = height;
    copy->source_height = copy->target_height = height;
    return CUDA_SUCCESS;
}

cudaError_t copy_now(const Pitched& target, const Pitched& source, size_t width, size_t height,
                     cudaMemcpyKind kind) {
    return on_context([&] {
        Copy copy;
        SIM_TRY(make(target, source, width, height, kind, &copy));
        return submit_synchronous(copy);
    });
}

cudaError_t copy_in(cudaStream_t handle, const Pitched& target, const Pitched& source, size_t width,
                    size_t height, cudaMemcpyKind kind) {
    return on_context([&] {
        Copy copy;
        Stream* stream = nullptr;
        SIM_TRY(find_stream(handle, &stream));
        SIM_TRY(make(target, source, width, height, kind, &copy));
        return submit(*stream, copy);
    });
}

CUresult to_copy(const cudaMemcpy3DParms* parameters, Copy* copy) {
    NodeContent content;
    SIM_TRY(parameters == nullptr ? CUDA_ERROR_INVALID_VALUE : translate(*parameters, content));
    *copy = std::get<Copy>(content.operation);
    return CUDA_SUCCESS;
}

CUresult check_devices(int target, int source) {
    return target == 0 && source == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaMemcpy(void* target, const void* source, size_t bytes, cudaMemcpyKind kind) {
    return copy_now(at(target, 0), at(source, 0), bytes, 1, kind);
}

cudaError_t CUDARTAPI cudaMemcpyAsync(void* target, const void* source, size_t bytes, cudaMemcpyKind kind,
                                      cudaStream_t stream) {
    return copy_in(stream, at(target, 0), at(source, 0), bytes, 1, kind);
}

cudaError_t CUDARTAPI cudaMemcpy2D(void* target, size_t target_pitch, const void* source, size_t source_pitch,
                                   size_t width, size_t height, cudaMemcpyKind kind) {
    return copy_now(at(target, target_pitch), at(source, source_pitch), width, height, kind);
}

cudaError_t CUDARTAPI cudaMemcpy2DAsync(void* target, size_t target_pitch, const void* source,
                                        size_t source_pitch, size_t width, size_t height, cudaMemcpyKind kind,
                                        cudaStream_t stream) {
    return copy_in(stream, at(target, target_pitch), at(source, source_pitch), width, height, kind);
}

cudaError_t CUDARTAPI cudaMemcpyPeer(void* target, int target_device, const void* source, int source_device,
                                     size_t bytes) {
    const CUresult devices = check_devices(target_device, source_device);
    return devices != CUDA_SUCCESS
               ? runtime::finish(devices)
               : copy_now(at(target, 0), at(source, 0), bytes, 1, cudaMemcpyDeviceToDevice);
}

cudaError_t CUDARTAPI cudaMemcpyPeerAsync(void* target, int target_device, const void* source,
                                          int source_device, size_t bytes, cudaStream_t stream) {
    const CUresult devices = check_devices(target_device, source_device);
    return devices != CUDA_SUCCESS
               ? runtime::finish(devices)
               : copy_in(stream, at(target, 0), at(source, 0), bytes, 1, cudaMemcpyDeviceToDevice);
}

cudaError_t CUDARTAPI cudaMemcpy3D(const cudaMemcpy3DParms* parameters) {
    return on_context([&] {
        Copy copy;
        SIM_TRY(to_copy(parameters, &copy));
        return submit_synchronous(copy);
    });
}

cudaError_t CUDARTAPI cudaMemcpy3DAsync(const cudaMemcpy3DParms* parameters, cudaStream_t handle) {
    return on_context([&] {
        Copy copy;
        Stream* stream = nullptr;
        SIM_TRY(find_stream(handle, &stream));
        SIM_TRY(to_copy(parameters, &copy));
        return submit(*stream, copy);
    });
}

} // extern "C"
