// Memory in stream order. Streams run at once, so the order is that of the calls.
#include "abi/driver/driver.hpp"
#include "core/capture.hpp"
#include "core/memory.hpp"
#include "core/pool.hpp"

using namespace sim;

namespace {

CUresult allocate_in(CUdeviceptr* out, size_t bytes, const std::shared_ptr<MemoryPool>& pool,
                     CUstream handle) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    if (out == nullptr || pool == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (capturing(*stream)) {
        return bytes == 0 ? CUDA_ERROR_INVALID_VALUE
                          : capture_allocation(*stream, bytes, pool->properties, out);
    }
    if (stream->legacy) {
        SIM_TRY(refuse_implicit(*stream));
    }
    return allocate_from_pool(pool, bytes, out);
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemAllocAsync(CUdeviceptr* out, size_t bytes, CUstream stream) {
    return allocate_in(out, bytes, current_pool(), stream);
}

CUresult CUDAAPI cuMemAllocFromPoolAsync(CUdeviceptr* out, size_t bytes, CUmemoryPool pool, CUstream stream) {
    return allocate_in(out, bytes, find_pool(pool), stream);
}

CUresult CUDAAPI cuMemFreeAsync(CUdeviceptr base, CUstream handle) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    if (capturing(*stream)) {
        return capture(*stream, FreeMemory{base});
    }
    if (stream->legacy) {
        SIM_TRY(refuse_implicit(*stream));
    }
    const auto place = placement(base);
    return place && place->kind == RangeKind::graph ? free_graph_allocation(base) : free_to_pool(base);
}

} // extern "C"
