#include "abi/runtime/runtime.hpp"

using namespace sim;
using runtime::on_context;

extern "C" {

cudaError_t CUDARTAPI cudaStreamCreateWithPriority(cudaStream_t* out, unsigned int flags, int priority) {
    return on_context([&] { return cuStreamCreateWithPriority(out, flags, priority); });
}

cudaError_t CUDARTAPI cudaStreamCreateWithFlags(cudaStream_t* out, unsigned int flags) {
    return on_context([&] { return cuStreamCreate(out, flags); });
}

cudaError_t CUDARTAPI cudaStreamCreate(cudaStream_t* out) {
    return cudaStreamCreateWithFlags(out, cudaStreamDefault);
}

cudaError_t CUDARTAPI cudaStreamDestroy(cudaStream_t stream) {
    return on_context([&] { return cuStreamDestroy(stream); });
}

cudaError_t CUDARTAPI cudaStreamSynchronize(cudaStream_t stream) {
    return on_context([&] { return cuStreamSynchronize(stream); });
}

cudaError_t CUDARTAPI cudaStreamQuery(cudaStream_t stream) {
    return on_context([&] { return cuStreamQuery(stream); });
}

cudaError_t CUDARTAPI cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int flags) {
    return on_context([&] { return cuStreamWaitEvent(stream, event, flags); });
}

cudaError_t CUDARTAPI cudaStreamGetPriority(cudaStream_t stream, int* priority) {
    return on_context([&] { return cuStreamGetPriority(stream, priority); });
}

cudaError_t CUDARTAPI cudaStreamGetFlags(cudaStream_t stream, unsigned int* flags) {
    return on_context([&] { return cuStreamGetFlags(stream, flags); });
}

cudaError_t CUDARTAPI cudaStreamGetId(cudaStream_t stream, unsigned long long* id) {
    return on_context([&] { return cuStreamGetId(stream, id); });
}

cudaError_t CUDARTAPI cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* user_data) {
    return on_context([&] { return cuLaunchHostFunc(stream, function, user_data); });
}

} // extern "C"
