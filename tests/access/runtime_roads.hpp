// The runtime's copies and fills, and copies whose other operand is pinned or of cudaMalloc: each has code of
// its own on the way to the driver's checks.
#pragma once

#include "tests/access/road.hpp"

namespace cts {

/// The runtime's answer as the driver would give it: equal errors have equal numbers. Leaves no last error.
inline CUresult driver_answer(cudaError_t result) {
    (void)cudaGetLastError();
    return finish(static_cast<CUresult>(result));
}

constexpr uint32_t road_value = 0xbadbad;

/// The runtime's copies between device addresses that have more than one dimension, or name devices.
using RuntimeCopy = cudaError_t (*)(void* target, const void* source, size_t bytes);

inline cudaMemcpy3DParms runtime_box_of(void* target, const void* source, size_t bytes) {
    cudaMemcpy3DParms copy{};
    copy.srcPtr = cudaPitchedPtr{const_cast<void*>(source), bytes, bytes, 1};
    copy.dstPtr = cudaPitchedPtr{target, bytes, bytes, 1};
    copy.extent = cudaExtent{bytes, 1, 1};
    copy.kind = cudaMemcpyDeviceToDevice;
    return copy;
}

inline int runtime_device() {
    int device = -1;
    must(cudaGetDevice(&device), "cudaGetDevice");
    return device;
}

inline const std::vector<std::pair<const char*, RuntimeCopy>>& runtime_copies() {
    static const std::vector<std::pair<const char*, RuntimeCopy>> copies = {
        {"cudaMemcpy2DAsync",
         [](void* target, const void* source, size_t bytes) {
             return cudaMemcpy2DAsync(target, bytes, source, bytes, bytes, 1, cudaMemcpyDeviceToDevice,
                                      nullptr);
         }},
        {"cudaMemcpy3D",
         [](void* target, const void* source, size_t bytes) {
             const cudaMemcpy3DParms copy = runtime_box_of(target, source, bytes);
             return cudaMemcpy3D(&copy);
         }},
        {"cudaMemcpy3DAsync",
         [](void* target, const void* source, size_t bytes) {
             const cudaMemcpy3DParms copy = runtime_box_of(target, source, bytes);
             return cudaMemcpy3DAsync(&copy, nullptr);
         }},
        {"cudaMemcpyPeer",
         [](void* target, const void* source, size_t bytes) {
             return cudaMemcpyPeer(target, runtime_device(), source, runtime_device(), bytes);
         }},
        {"cudaMemcpyPeerAsync", [](void* target, const void* source, size_t bytes) {
             return cudaMemcpyPeerAsync(target, runtime_device(), source, runtime_device(), bytes, nullptr);
         }}};
    return copies;
}

inline std::vector<Road> runtime_writing_roads() {
    std::vector<Road> roads = {
        {"cudaMemcpy",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const std::vector<uint32_t> data(words, road_value);
             return driver_answer(cudaMemcpy(pointer(place), data.data(), 4 * words, cudaMemcpyHostToDevice));
         }},
        {"cudaMemcpyAsync",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) {
             return driver_answer(cudaMemcpyAsync(pointer(place), pointer(other), 4 * words,
                                                  cudaMemcpyDeviceToDevice, nullptr));
         }},
        {"cudaMemcpy2D",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) {
             return driver_answer(cudaMemcpy2D(pointer(place), 4 * words, pointer(other), 4 * words,
                                               4 * words, 1, cudaMemcpyDeviceToDevice));
         }},
        {"cudaMemset",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return driver_answer(cudaMemset(pointer(place), 0xba, 4 * words));
         }},
        {"cudaMemsetAsync",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return driver_answer(cudaMemsetAsync(pointer(place), 0xba, 4 * words, nullptr));
         }},
        {"cudaMemset2DAsync",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return driver_answer(cudaMemset2DAsync(pointer(place), 4 * words, 0xba, 4 * words, 1, nullptr));
         }},
        {"cudaMemset2D",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return driver_answer(cudaMemset2D(pointer(place), 4 * words, 0xba, 4 * words, 1));
         }},
        {"cuMemcpyHtoDAsync, pinned",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const PinnedMemory data = allocate_pinned(4 * words);
             std::fill_n(static_cast<uint32_t*>(data.get()), words, road_value);
             return finish(cuMemcpyHtoDAsync(place, data.get(), 4 * words, nullptr));
         }},
        {"cuMemcpyDtoD, from memory of cudaMalloc", [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const DeviceMemory data = allocate_device(4 * words);
             const CUdeviceptr source = device_address(data.get());
             must(cuMemsetD32(source, road_value, words), "cuMemsetD32");
             return finish(cuMemcpyDtoD(place, source, 4 * words));
         }}};
    for (const auto& [name, copy] : runtime_copies()) {
        roads.push_back({name, [copy](CUdeviceptr place, CUdeviceptr other, size_t words) {
                             return driver_answer(copy(pointer(place), pointer(other), 4 * words));
                         }});
    }
    return roads;
}

inline std::vector<Road> runtime_reading_roads() {
    std::vector<Road> roads = {
        {"cudaMemcpy, DtoH",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             std::vector<uint32_t> data(words);
             return driver_answer(cudaMemcpy(data.data(), pointer(place), 4 * words, cudaMemcpyDeviceToHost));
         }},
        {"cudaMemcpyAsync",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) {
             return driver_answer(cudaMemcpyAsync(pointer(other), pointer(place), 4 * words,
                                                  cudaMemcpyDeviceToDevice, nullptr));
         }},
        {"cudaMemcpy2D",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) {
             return driver_answer(cudaMemcpy2D(pointer(other), 4 * words, pointer(place), 4 * words,
                                               4 * words, 1, cudaMemcpyDeviceToDevice));
         }},
        {"cuMemcpyDtoH, pinned",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const PinnedMemory data = allocate_pinned(4 * words);
             return cuMemcpyDtoH(data.get(), place, 4 * words);
         }},
        {"cuMemcpyDtoD, to memory of cudaMalloc", [](CUdeviceptr place, CUdeviceptr other, size_t words) {
             const DeviceMemory data = allocate_device(4 * words);
             const CUresult result = cuMemcpyDtoD(device_address(data.get()), place, 4 * words);
             if (result == CUDA_SUCCESS) { // so that what was read can be seen as it can on the other roads
                 must(cuMemcpyDtoD(other, device_address(data.get()), 4 * words), "cuMemcpyDtoD");
             }
             return finish(result);
         }}};
    for (const auto& [name, copy] : runtime_copies()) {
        roads.push_back({name, [copy](CUdeviceptr place, CUdeviceptr other, size_t words) {
                             return driver_answer(copy(pointer(other), pointer(place), 4 * words));
                         }});
    }
    return roads;
}

} // namespace cts
