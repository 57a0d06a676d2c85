#include "abi/runtime/runtime.hpp"

using namespace sim;
using runtime::on_context;

// The two APIs lay these structures out alike and give equal numbers to equal enumerators.
static_assert(sizeof(cudaMemPoolProps) == sizeof(CUmemPoolProps));
static_assert(sizeof(cudaMemAccessDesc) == sizeof(CUmemAccessDesc));
static_assert(sizeof(cudaMemLocation) == sizeof(CUmemLocation));

extern "C" {

cudaError_t CUDARTAPI cudaMemPoolCreate(cudaMemPool_t* out, const cudaMemPoolProps* properties) {
    return on_context(
        [&] { return cuMemPoolCreate(out, reinterpret_cast<const CUmemPoolProps*>(properties)); });
}

cudaError_t CUDARTAPI cudaMemPoolDestroy(cudaMemPool_t pool) {
    return on_context([&] { return cuMemPoolDestroy(pool); });
}

cudaError_t CUDARTAPI cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
    return on_context(
        [&] { return cuMemPoolGetAttribute(pool, static_cast<CUmemPool_attribute>(attribute), value); });
}

cudaError_t CUDARTAPI cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
    return on_context(
        [&] { return cuMemPoolSetAttribute(pool, static_cast<CUmemPool_attribute>(attribute), value); });
}

cudaError_t CUDARTAPI cudaMemPoolTrimTo(cudaMemPool_t pool, size_t keep) {
    return on_context([&] { return cuMemPoolTrimTo(pool, keep); });
}

cudaError_t CUDARTAPI cudaMemPoolSetAccess(cudaMemPool_t pool, const cudaMemAccessDesc* map, size_t count) {
    return on_context(
        [&] { return cuMemPoolSetAccess(pool, reinterpret_cast<const CUmemAccessDesc*>(map), count); });
}

cudaError_t CUDARTAPI cudaMemPoolGetAccess(cudaMemAccessFlags* flags, cudaMemPool_t pool,
                                           cudaMemLocation* location) {
    return on_context([&] {
        return cuMemPoolGetAccess(reinterpret_cast<CUmemAccess_flags*>(flags), pool,
                                  reinterpret_cast<CUmemLocation*>(location));
    });
}

cudaError_t CUDARTAPI cudaDeviceGetDefaultMemPool(cudaMemPool_t* out, int device) {
    return on_context([&] { return cuDeviceGetDefaultMemPool(out, device); });
}

cudaError_t CUDARTAPI cudaDeviceGetMemPool(cudaMemPool_t* out, int device) {
    return on_context([&] { return cuDeviceGetMemPool(out, device); });
}

cudaError_t CUDARTAPI cudaDeviceSetMemPool(int device, cudaMemPool_t pool) {
    return on_context([&] { return cuDeviceSetMemPool(device, pool); });
}

} // extern "C"
