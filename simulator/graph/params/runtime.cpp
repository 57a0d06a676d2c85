#include "graph/params/runtime.hpp"

#include "core/kernels.hpp"
#include "core/launch.hpp"
#include "graph/params/driver.hpp"

#include <cstring>

namespace sim {

namespace {

bool memory_types(cudaMemcpyKind kind, CUmemorytype& source, CUmemorytype& target) {
    switch (kind) {
    case cudaMemcpyHostToHost:
        source = target = CU_MEMORYTYPE_HOST;
        return true;
    case cudaMemcpyHostToDevice:
        source = CU_MEMORYTYPE_HOST;
        target = CU_MEMORYTYPE_DEVICE;
        return true;
    case cudaMemcpyDeviceToHost:
        source = CU_MEMORYTYPE_DEVICE;
        target = CU_MEMORYTYPE_HOST;
        return true;
    case cudaMemcpyDeviceToDevice:
        source = target = CU_MEMORYTYPE_DEVICE;
        return true;
    case cudaMemcpyDefault:
        source = target = CU_MEMORYTYPE_UNIFIED;
        return true;
    }
    return false;
}

cudaMemcpyKind kind_of(CUmemorytype source, CUmemorytype target) {
    if (source == CU_MEMORYTYPE_UNIFIED || target == CU_MEMORYTYPE_UNIFIED) {
        return cudaMemcpyDefault;
    }
    const bool from_host = source == CU_MEMORYTYPE_HOST;
    const bool to_host = target == CU_MEMORYTYPE_HOST;
    return from_host ? (to_host ? cudaMemcpyHostToHost : cudaMemcpyHostToDevice)
                     : (to_host ? cudaMemcpyDeviceToHost : cudaMemcpyDeviceToDevice);
}

Address start(const cudaPitchedPtr& memory, const cudaPos& position) {
    return reinterpret_cast<Address>(memory.ptr) + (position.z * memory.ysize + position.y) * memory.pitch +
           position.x;
}

template<typename V2>
cudaKernelNodeParams narrow(const V2& params) {
    cudaKernelNodeParams narrowed{};
    narrowed.func = params.func;
    narrowed.gridDim = params.gridDim;
    narrowed.blockDim = params.blockDim;
    narrowed.sharedMemBytes = params.sharedMemBytes;
    narrowed.kernelParams = params.kernelParams;
    narrowed.extra = params.extra;
    return narrowed;
}

} // namespace

CUresult translate(const cudaKernelNodeParams& params, NodeContent& content) {
    KernelLaunch launch;
    launch.kernel = find_kernel_by_host(params.func);
    if (launch.kernel == nullptr) {
        launch.kernel = find_kernel(params.func); // a cudaFunction_t or cudaKernel_t
    }
    if (launch.kernel == nullptr) {
        return static_cast<CUresult>(cudaErrorInvalidDeviceFunction);
    }
    const dim3 sizes[] = {params.gridDim, params.blockDim};
    unsigned* const wanted[] = {launch.grid, launch.block};
    for (int i = 0; i < 2; ++i) {
        wanted[i][0] = sizes[i].x;
        wanted[i][1] = sizes[i].y;
        wanted[i][2] = sizes[i].z;
    }
    launch.shared_bytes = params.sharedMemBytes;
    const CUresult copied = set_arguments(launch, params.kernelParams, params.extra);
    content.context = current_context_handle();
    content.operation = std::move(launch);
    return copied != CUDA_SUCCESS ? copied : check(content.operation);
}

CUresult translate_1d(void* target, const void* source, size_t bytes, cudaMemcpyKind kind,
                      NodeContent& content) {
    Copy copy;
    if (!memory_types(kind, copy.source_type, copy.target_type)) {
        return static_cast<CUresult>(cudaErrorInvalidMemcpyDirection);
    }
    if (target == nullptr || source == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    copy.source = reinterpret_cast<Address>(source);
    copy.target = reinterpret_cast<Address>(target);
    copy.width_bytes = bytes;
    copy.source_pitch = copy.target_pitch = bytes;
    copy.source_height = copy.target_height = 1;
    content.operation = copy;
    return CUDA_SUCCESS;
}

CUresult translate(const cudaMemcpy3DParms& params, NodeContent& content) {
    if (params.srcArray != nullptr || params.dstArray != nullptr) {
        return CUDA_ERROR_NOT_SUPPORTED;
    }
    const CUresult one =
        translate_1d(params.dstPtr.ptr, params.srcPtr.ptr, params.extent.width, params.kind, content);
    if (one != CUDA_SUCCESS) {
        return one;
    }
    auto& copy = std::get<Copy>(content.operation);
    copy.source = start(params.srcPtr, params.srcPos);
    copy.target = start(params.dstPtr, params.dstPos);
    copy.height = params.extent.height;
    copy.depth = params.extent.depth;
    copy.source_pitch = params.srcPtr.pitch;
    copy.source_height = params.srcPtr.ysize;
    copy.target_pitch = params.dstPtr.pitch;
    copy.target_height = params.dstPtr.ysize;
    return CUDA_SUCCESS;
}

CUresult translate(const cudaMemsetParams& params, NodeContent& content) {
    return translate(CUDA_MEMSET_NODE_PARAMS_v2{reinterpret_cast<CUdeviceptr>(params.dst), params.pitch,
                                                params.value, params.elementSize, params.width, params.height,
                                                nullptr},
                     content);
}

CUresult translate(const cudaHostNodeParams& params, NodeContent& content) {
    return translate(CUDA_HOST_NODE_PARAMS_v2{params.fn, params.userData}, content);
}

CUresult translate(const cudaGraphNodeParams& params, NodeContent& content) {
    switch (params.type) {
    case cudaGraphNodeTypeKernel:
        return translate(narrow(params.kernel), content);
    case cudaGraphNodeTypeMemcpy:
        return translate(params.memcpy.copyParams, content);
    case cudaGraphNodeTypeMemset:
        return translate(cudaMemsetParams{params.memset.dst, params.memset.pitch, params.memset.value,
                                          params.memset.elementSize, params.memset.width,
                                          params.memset.height},
                         content);
    case cudaGraphNodeTypeHost:
        return translate(CUDA_HOST_NODE_PARAMS_v2{params.host.fn, params.host.userData}, content);
    case cudaGraphNodeTypeEventRecord:
        return translate_record(params.eventRecord.event, content);
    case cudaGraphNodeTypeWaitEvent:
        return translate_wait(params.eventWait.event, content);
    case cudaGraphNodeTypeEmpty:
        content.operation = Empty{};
        return CUDA_SUCCESS;
    case cudaGraphNodeTypeExtSemaphoreSignal:
    case cudaGraphNodeTypeExtSemaphoreWait:
    case cudaGraphNodeTypeMemAlloc:
    case cudaGraphNodeTypeMemFree:
    case cudaGraphNodeTypeGraph:
    case cudaGraphNodeTypeConditional:
        return CUDA_ERROR_NOT_SUPPORTED;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

CUmemPoolProps translate(const cudaMemPoolProps& properties) {
    static_assert(sizeof(CUmemPoolProps) == sizeof(cudaMemPoolProps));
    CUmemPoolProps translated{};
    std::memcpy(&translated, &properties, sizeof translated); // the two have one layout and equal enumerators
    return translated;
}

cudaKernelNodeParams runtime_kernel_params(const KernelLaunch& launch, void** arguments) {
    cudaKernelNodeParams params{};
    params.func = const_cast<void*>(launch.kernel->host);
    params.gridDim = dim3(launch.grid[0], launch.grid[1], launch.grid[2]);
    params.blockDim = dim3(launch.block[0], launch.block[1], launch.block[2]);
    params.sharedMemBytes = launch.shared_bytes;
    params.kernelParams = arguments;
    return params;
}

cudaMemcpy3DParms runtime_copy_params(const Copy& copy) {
    cudaMemcpy3DParms params{};
    params.srcPtr = {reinterpret_cast<void*>(copy.source), copy.source_pitch, copy.width_bytes,
                     copy.source_height};
    params.dstPtr = {reinterpret_cast<void*>(copy.target), copy.target_pitch, copy.width_bytes,
                     copy.target_height};
    params.extent = {copy.width_bytes, copy.height, copy.depth};
    params.kind = kind_of(copy.source_type, copy.target_type);
    return params;
}

cudaMemsetParams runtime_memset_params(const Fill& fill) {
    return {reinterpret_cast<void*>(fill.target),
            fill.pitch,
            fill.value,
            fill.element_bytes,
            fill.width,
            fill.height};
}

} // namespace sim
