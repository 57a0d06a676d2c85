#include "abi/runtime/runtime.hpp"

using namespace sim;
using runtime::on_context;

extern "C" {

cudaError_t CUDARTAPI cudaEventCreateWithFlags(cudaEvent_t* out, unsigned int flags) {
    return on_context([&] { return cuEventCreate(out, flags); });
}

cudaError_t CUDARTAPI cudaEventCreate(cudaEvent_t* out) {
    return cudaEventCreateWithFlags(out, cudaEventDefault);
}

cudaError_t CUDARTAPI cudaEventDestroy(cudaEvent_t event) {
    return on_context([&] { return cuEventDestroy(event); });
}

cudaError_t CUDARTAPI cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned int flags) {
    return on_context([&] { return cuEventRecordWithFlags(event, stream, flags); });
}

cudaError_t CUDARTAPI cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    return cudaEventRecordWithFlags(event, stream, cudaEventRecordDefault);
}

cudaError_t CUDARTAPI cudaEventQuery(cudaEvent_t event) {
    return on_context([&] { return cuEventQuery(event); });
}

cudaError_t CUDARTAPI cudaEventSynchronize(cudaEvent_t event) {
    return on_context([&] { return cuEventSynchronize(event); });
}

cudaError_t CUDARTAPI cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    return on_context([&] { return cuEventElapsedTime(milliseconds, start, end); });
}

} // extern "C"
