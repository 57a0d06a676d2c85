// Copies of one dimension.
#include "abi/driver/driver.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

Address address_of(const void* pointer) {
    return reinterpret_cast<Address>(pointer);
}

Copy linear(Address target, CUmemorytype target_type, Address source, CUmemorytype source_type,
            size_t bytes) {
    Copy copy;
    copy.source = source;
    copy.source_type = source_type;
    copy.target = target;
    copy.target_type = target_type;
    copy.width_bytes = bytes;
    return copy;
}

CUresult in_stream(CUstream handle, const Copy& copy) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    return submit(*stream, copy);
}

Copy unified(Address target, Address source, size_t bytes) {
    return linear(target, CU_MEMORYTYPE_UNIFIED, source, CU_MEMORYTYPE_UNIFIED, bytes);
}
Copy to_device(Address target, const void* source, size_t bytes) {
    return linear(target, CU_MEMORYTYPE_DEVICE, address_of(source), CU_MEMORYTYPE_HOST, bytes);
}
Copy to_host(void* target, Address source, size_t bytes) {
    return linear(address_of(target), CU_MEMORYTYPE_HOST, source, CU_MEMORYTYPE_DEVICE, bytes);
}
Copy on_device(Address target, Address source, size_t bytes) {
    return linear(target, CU_MEMORYTYPE_DEVICE, source, CU_MEMORYTYPE_DEVICE, bytes);
}

CUresult check_peers(CUcontext target, CUcontext source) {
    SIM_TRY(require_context());
    return find_context(target) != nullptr && find_context(source) != nullptr ? CUDA_SUCCESS
                                                                              : CUDA_ERROR_INVALID_CONTEXT;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuMemcpy(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
    return submit_synchronous(unified(target, source, bytes));
}
CUresult CUDAAPI cuMemcpyAsync(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
    return in_stream(stream, unified(target, source, bytes));
}

CUresult CUDAAPI cuMemcpyHtoD_v2(CUdeviceptr target, const void* source, size_t bytes) {
    return submit_synchronous(to_device(target, source, bytes));
}
CUresult CUDAAPI cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void* source, size_t bytes, CUstream stream) {
    return in_stream(stream, to_device(target, source, bytes));
}

CUresult CUDAAPI cuMemcpyDtoH_v2(void* target, CUdeviceptr source, size_t bytes) {
    return submit_synchronous(to_host(target, source, bytes));
}
CUresult CUDAAPI cuMemcpyDtoHAsync_v2(void* target, CUdeviceptr source, size_t bytes, CUstream stream) {
    return in_stream(stream, to_host(target, source, bytes));
}

CUresult CUDAAPI cuMemcpyDtoD_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
    return submit_synchronous(on_device(target, source, bytes));
}
CUresult CUDAAPI cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
    return in_stream(stream, on_device(target, source, bytes));
}

CUresult CUDAAPI cuMemcpyPeer(CUdeviceptr target, CUcontext target_context, CUdeviceptr source,
                              CUcontext source_context, size_t bytes) {
    SIM_TRY(check_peers(target_context, source_context));
    return submit_synchronous(on_device(target, source, bytes));
}
CUresult CUDAAPI cuMemcpyPeerAsync(CUdeviceptr target, CUcontext target_context, CUdeviceptr source,
                                   CUcontext source_context, size_t bytes, CUstream stream) {
    SIM_TRY(check_peers(target_context, source_context));
    return in_stream(stream, on_device(target, source, bytes));
}

} // extern "C"
