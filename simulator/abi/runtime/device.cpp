#include "abi/runtime/runtime.hpp"
#include "core/state.hpp"

using namespace sim;
using runtime::finish;
using runtime::on_context;

namespace {

/// Calls about devices need no context.
template<class Call>
cudaError_t on_driver(Call&& call) {
    const CUresult ready = initialise();
    return finish(ready != CUDA_SUCCESS ? ready : static_cast<CUresult>(call()));
}

} // namespace

extern "C" {

cudaError_t CUDARTAPI cudaDriverGetVersion(int* version) {
    return finish(cuDriverGetVersion(version));
}

cudaError_t CUDARTAPI cudaRuntimeGetVersion(int* version) {
    if (version == nullptr) {
        return finish(cudaErrorInvalidValue);
    }
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t CUDARTAPI cudaGetDeviceCount(int* count) {
    return on_driver([&] { return cuDeviceGetCount(count); });
}

cudaError_t CUDARTAPI cudaGetDevice(int* device) {
    if (device == nullptr) {
        return finish(cudaErrorInvalidValue);
    }
    *device = 0;
    return finish(initialise());
}

cudaError_t CUDARTAPI cudaSetDevice(int device) {
    return on_driver([&] {
        SIM_TRY(device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE);
        SIM_TRY(sticky_error());
        return runtime::use_primary_context();
    });
}

cudaError_t CUDARTAPI cudaInitDevice(int device, unsigned int, unsigned int) {
    return on_driver([&] {
        SIM_TRY(device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE);
        return runtime::ensure_context();
    });
}

cudaError_t CUDARTAPI cudaDeviceSynchronize(void) {
    return on_context([] { return cuCtxSynchronize(); });
}

cudaError_t CUDARTAPI cudaDeviceReset(void) {
    return on_driver([] {
        SIM_TRY(sticky_error());
        return reset_primary_context();
    });
}

cudaError_t CUDARTAPI cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
    // The two enumerations give equal numbers to equal attributes.
    return on_driver(
        [&] { return cuDeviceGetAttribute(value, static_cast<CUdevice_attribute>(attribute), device); });
}

cudaError_t CUDARTAPI cudaDeviceGetLimit(size_t* value, cudaLimit limit) {
    return on_context([&] { return cuCtxGetLimit(value, static_cast<CUlimit>(limit)); });
}

cudaError_t CUDARTAPI cudaDeviceSetLimit(cudaLimit limit, size_t value) {
    return on_context([&] { return cuCtxSetLimit(static_cast<CUlimit>(limit), value); });
}

cudaError_t CUDARTAPI cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
    return on_context([&] { return cuCtxGetStreamPriorityRange(least, greatest); });
}

cudaError_t CUDARTAPI cudaDeviceGetPCIBusId(char* id, int length, int device) {
    return on_driver([&] { return cuDeviceGetPCIBusId(id, length, device); });
}

cudaError_t CUDARTAPI cudaDeviceCanAccessPeer(int* can_access, int device, int peer) {
    return on_driver([&] { return cuDeviceCanAccessPeer(can_access, device, peer); });
}

/// There is no second device to be the peer.
cudaError_t CUDARTAPI cudaDeviceEnablePeerAccess(int, unsigned int) {
    return finish(cudaErrorInvalidDevice);
}
cudaError_t CUDARTAPI cudaDeviceDisablePeerAccess(int) {
    return finish(cudaErrorInvalidDevice);
}

} // extern "C"
