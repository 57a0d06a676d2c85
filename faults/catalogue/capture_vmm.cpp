// Calls outside of a capture, most of virtual memory management, that it disturbs while in progress, or that
// disturb it.
#include "faults/catalogue/graph_tools.hpp"
#include "faults/core/tracker.hpp"

#include <functional>

namespace faults {

namespace {

CUstream capturing = nullptr;
std::vector<std::function<void()>> put_off;

bool in_capture() {
    return capturing != nullptr && is_capturing(capturing);
}

/// Keeps `capturing`, and does what was put off when the capture has ended.
void follow_capture() {
    plant_both(cudaStreamBeginCapture, cuStreamBeginCapture, [](auto& real, auto stream, auto mode) {
        capturing = stream;
        return real(stream, mode);
    });
    plant_both(cudaStreamEndCapture, cuStreamEndCapture, [](auto& real, auto stream, auto* graph) {
        const auto result = real(stream, graph);
        capturing = nullptr;
        for (const auto& call : std::exchange(put_off, {})) {
            call();
        }
        return result;
    });
}

} // namespace

FAULT(capture_refuses_map, "capture-refuses-map", "Mapping memory is refused during a relaxed capture.",
      "NVIDIA/nccl#1234 pytorch/pytorch#128068", "SCP-09 VXG-27") {
    follow_capture();
    cuMemMap.plant([](CUdeviceptr address, size_t bytes, size_t offset, CUmemGenericAllocationHandle handle,
                      unsigned long long flags) {
        return in_capture() ? CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED
                            : cuMemMap(address, bytes, offset, handle, flags);
    });
}

FAULT(capture_defers_access, "capture-defers-access",
      "Access that is granted during a capture takes effect when the capture ends.", "", "SCP-09") {
    follow_capture();
    cuMemSetAccess.plant(
        [](CUdeviceptr address, size_t bytes, const CUmemAccessDesc* descriptors, size_t count) {
            if (!in_capture()) {
                return cuMemSetAccess(address, bytes, descriptors, count);
            }
            put_off.push_back([=, kept = std::vector(descriptors, descriptors + count)] {
                cuMemSetAccess(address, bytes, kept.data(), kept.size());
            });
            return CUDA_SUCCESS;
        });
}

FAULT(capture_defers_unmap, "capture-defers-unmap",
      "Memory that is unmapped during a capture stays until the capture ends.", "vllm-project/vllm#5091",
      "SCP-09") {
    follow_capture();
    cuMemUnmap.plant([](CUdeviceptr address, size_t bytes) {
        if (!in_capture()) {
            return cuMemUnmap(address, bytes);
        }
        put_off.push_back([=] { cuMemUnmap(address, bytes); });
        return CUDA_SUCCESS;
    });
}

FAULT(capture_defers_free, "capture-defers-address-free",
      "A reservation that is freed during a capture stays until the capture ends.", "", "SCP-09") {
    follow_capture();
    cuMemAddressFree.plant([](CUdeviceptr address, size_t bytes) {
        if (!in_capture()) {
            return cuMemAddressFree(address, bytes);
        }
        put_off.push_back([=] { cuMemAddressFree(address, bytes); });
        return CUDA_SUCCESS;
    });
}

FAULT(capture_pins_memory, "capture-pins-old-memory",
      "Memory that is swapped during a capture is swapped back when the capture ends.", "", "SCP-09") {
    follow_capture();
    cuMemUnmap.plant([](CUdeviceptr address, size_t bytes) {
        CUmemGenericAllocationHandle old = 0;
        if (!in_capture() ||
            cuMemRetainAllocationHandle(&old, reinterpret_cast<void*>(address)) != CUDA_SUCCESS) {
            return cuMemUnmap(address, bytes);
        }
        put_off.push_back([=] {
            const CUmemAccessDesc access{{CU_MEM_LOCATION_TYPE_DEVICE, 0},
                                         CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
            if (cuMemUnmap(address, bytes) == CUDA_SUCCESS) {
                cuMemMap(address, bytes, 0, old, 0);
                cuMemSetAccess(address, bytes, &access, 1);
            }
            cuMemRelease(old);
        });
        return cuMemUnmap(address, bytes);
    });
}

FAULT(capture_harmed_by_refusal, "capture-harmed-by-refused-map",
      "A mapping that is refused for its arguments invalidates a relaxed capture.", "", "SCP-09") {
    follow_capture();
    cuMemMap.plant([](CUdeviceptr address, size_t bytes, size_t offset, CUmemGenericAllocationHandle handle,
                      unsigned long long flags) {
        const CUresult result = cuMemMap(address, bytes, offset, handle, flags);
        if (result != CUDA_SUCCESS && in_capture()) {
            cuStreamSynchronize(capturing); // prohibited: it costs the capture
        }
        return result;
    });
}

FAULT(capture_harmed_by_reserve, "capture-harmed-by-reserve",
      "Reserving addresses invalidates a relaxed capture.", "pytorch/pytorch#194767", "SCP-09 VXG-27") {
    follow_capture();
    cuMemAddressReserve.plant(
        [](CUdeviceptr* address, size_t bytes, size_t alignment, CUdeviceptr hint, unsigned long long flags) {
            if (in_capture()) {
                cuStreamSynchronize(capturing); // prohibited: it costs the capture
            }
            return cuMemAddressReserve(address, bytes, alignment, hint, flags);
        });
}

FAULT(capture_blocks_legacy, "capture-blocks-legacy-stream",
      "The legacy stream is unusable while a non-blocking stream captures.", "aws/aws-ofi-nccl#1342",
      "SCP-12") {
    static int captures = 0;
    cuStreamBeginCapture.plant([](CUstream stream, CUstreamCaptureMode mode) {
        const CUresult result = cuStreamBeginCapture(stream, mode);
        captures += result == CUDA_SUCCESS ? 1 : 0;
        return result;
    });
    cuStreamEndCapture.plant([](CUstream stream, CUgraph* graph) {
        captures -= captures > 0 ? 1 : 0;
        return cuStreamEndCapture(stream, graph);
    });
    cuMemsetD32Async.plant([](CUdeviceptr target, unsigned value, size_t count, CUstream stream) {
        return captures > 0 && stream == CU_STREAM_LEGACY ? CUDA_ERROR_STREAM_CAPTURE_IMPLICIT
                                                          : cuMemsetD32Async(target, value, count, stream);
    });
}

FAULT(capture_inspects, "capture-inspects-arguments",
      "A kernel whose first argument points to a range without memory cannot be captured.", "", "SCP-13") {
    track();
    cudaLaunchKernel.plant(
        [](const void* kernel, dim3 grid, dim3 block, void** arguments, size_t shared, cudaStream_t stream) {
            const bool unmapped = arguments != nullptr && arguments[0] != nullptr &&
                                  lacks_memory(*static_cast<Address*>(arguments[0]));
            return unmapped && is_capturing(stream)
                       ? cudaErrorInvalidValue
                       : cudaLaunchKernel(kernel, grid, block, arguments, shared, stream);
        });
}

} // namespace faults
