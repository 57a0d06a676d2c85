#include "abi/driver/driver.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

Fill fill(CUdeviceptr target, size_t pitch, unsigned value, unsigned element_bytes, size_t width,
          size_t height) {
    Fill made;
    made.target = target;
    made.pitch = pitch;
    made.value = value;
    made.element_bytes = element_bytes;
    made.width = width;
    made.height = height;
    return made;
}

CUresult in_stream(CUstream handle, const Fill& made) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    return submit(*stream, made);
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemsetD8_v2(CUdeviceptr target, unsigned char value, size_t count) {
    return submit_synchronous(fill(target, 0, value, 1, count, 1));
}
CUresult CUDAAPI cuMemsetD16_v2(CUdeviceptr target, unsigned short value, size_t count) {
    return submit_synchronous(fill(target, 0, value, 2, count, 1));
}
CUresult CUDAAPI cuMemsetD32_v2(CUdeviceptr target, unsigned int value, size_t count) {
    return submit_synchronous(fill(target, 0, value, 4, count, 1));
}
CUresult CUDAAPI cuMemsetD2D8_v2(CUdeviceptr target, size_t pitch, unsigned char value, size_t width,
                                 size_t height) {
    return submit_synchronous(fill(target, pitch, value, 1, width, height));
}
CUresult CUDAAPI cuMemsetD2D16_v2(CUdeviceptr target, size_t pitch, unsigned short value, size_t width,
                                  size_t height) {
    return submit_synchronous(fill(target, pitch, value, 2, width, height));
}
CUresult CUDAAPI cuMemsetD2D32_v2(CUdeviceptr target, size_t pitch, unsigned int value, size_t width,
                                  size_t height) {
    return submit_synchronous(fill(target, pitch, value, 4, width, height));
}

CUresult CUDAAPI cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t count, CUstream stream) {
    return in_stream(stream, fill(target, 0, value, 1, count, 1));
}
CUresult CUDAAPI cuMemsetD16Async(CUdeviceptr target, unsigned short value, size_t count, CUstream stream) {
    return in_stream(stream, fill(target, 0, value, 2, count, 1));
}
CUresult CUDAAPI cuMemsetD32Async(CUdeviceptr target, unsigned int value, size_t count, CUstream stream) {
    return in_stream(stream, fill(target, 0, value, 4, count, 1));
}
CUresult CUDAAPI cuMemsetD2D8Async(CUdeviceptr target, size_t pitch, unsigned char value, size_t width,
                                   size_t height, CUstream stream) {
    return in_stream(stream, fill(target, pitch, value, 1, width, height));
}
CUresult CUDAAPI cuMemsetD2D16Async(CUdeviceptr target, size_t pitch, unsigned short value, size_t width,
                                    size_t height, CUstream stream) {
    return in_stream(stream, fill(target, pitch, value, 2, width, height));
}
CUresult CUDAAPI cuMemsetD2D32Async(CUdeviceptr target, size_t pitch, unsigned int value, size_t width,
                                    size_t height, CUstream stream) {
    return in_stream(stream, fill(target, pitch, value, 4, width, height));
}

} // extern "C"
