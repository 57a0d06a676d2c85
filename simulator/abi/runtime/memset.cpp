#include "abi/runtime/runtime.hpp"
#include "core/submit.hpp"

using namespace sim;
using runtime::on_context;

namespace {

Fill fill(void* target, size_t pitch, int value, size_t width, size_t height) {
    Fill made;
    made.target = reinterpret_cast<Address>(target);
    made.pitch = pitch;
    made.value = static_cast<unsigned char>(value);
    made.width = width;
    made.height = height;
    return made;
}

cudaError_t fill_in(cudaStream_t handle, const Fill& made) {
    return on_context([&] {
        Stream* stream = nullptr;
        SIM_TRY(find_stream(handle, &stream));
        return submit(*stream, made);
    });
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaMemset(void* target, int value, size_t bytes) {
    return on_context([&] { return submit_synchronous(fill(target, 0, value, bytes, 1)); });
}

cudaError_t CUDARTAPI cudaMemsetAsync(void* target, int value, size_t bytes, cudaStream_t stream) {
    return fill_in(stream, fill(target, 0, value, bytes, 1));
}

cudaError_t CUDARTAPI cudaMemset2D(void* target, size_t pitch, int value, size_t width, size_t height) {
    return on_context([&] { return submit_synchronous(fill(target, pitch, value, width, height)); });
}

cudaError_t CUDARTAPI cudaMemset2DAsync(void* target, size_t pitch, int value, size_t width, size_t height,
                                        cudaStream_t stream) {
    return fill_in(stream, fill(target, pitch, value, width, height));
}

} // extern "C"
