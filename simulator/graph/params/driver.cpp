#include "graph/params/driver.hpp"

#include "core/context.hpp"
#include "core/copy_parameters.hpp"
#include "core/kernels.hpp"
#include "core/launch.hpp"
#include "core/stream.hpp"

#include <algorithm>

namespace sim {

CUcontext current_context_handle() {
    Context* current = current_context();
    return current == nullptr ? nullptr : current->handle();
}

CUDA_KERNEL_NODE_PARAMS_v3 widen(const CUDA_KERNEL_NODE_PARAMS_v1& params) {
    return {params.func,         params.gridDimX,  params.gridDimY,  params.gridDimZ,
            params.blockDimX,    params.blockDimY, params.blockDimZ, params.sharedMemBytes,
            params.kernelParams, params.extra,     nullptr,          nullptr};
}

CUDA_KERNEL_NODE_PARAMS_v3 widen(const CUDA_KERNEL_NODE_PARAMS_v2& params) {
    return {params.func,         params.gridDimX,  params.gridDimY,  params.gridDimZ,
            params.blockDimX,    params.blockDimY, params.blockDimZ, params.sharedMemBytes,
            params.kernelParams, params.extra,     params.kern,      params.ctx};
}

CUDA_MEMSET_NODE_PARAMS_v2 widen(const CUDA_MEMSET_NODE_PARAMS& params, CUcontext context) {
    return {params.dst, params.pitch, params.value, params.elementSize, params.width, params.height, context};
}

CUresult translate(const CUDA_KERNEL_NODE_PARAMS_v3& params, NodeContent& content) {
    KernelLaunch launch;
    launch.kernel = params.func != nullptr ? find_kernel(params.func) : find_kernel(params.kern);
    if (launch.kernel == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const unsigned grid[] = {params.gridDimX, params.gridDimY, params.gridDimZ};
    const unsigned block[] = {params.blockDimX, params.blockDimY, params.blockDimZ};
    std::copy_n(grid, 3, launch.grid);
    std::copy_n(block, 3, launch.block);
    launch.shared_bytes = params.sharedMemBytes;
    const CUresult copied = set_arguments(launch, params.kernelParams, params.extra);
    if (copied != CUDA_SUCCESS) {
        return copied;
    }
    content.context = params.func == nullptr && params.ctx != nullptr ? params.ctx : current_context_handle();
    content.operation = std::move(launch);
    return check(content.operation);
}

CUresult translate(const CUDA_MEMCPY3D& params, CUcontext context, NodeContent& content) {
    Copy copy;
    if (const CUresult result = to_copy(params, &copy); result != CUDA_SUCCESS) {
        return result;
    }
    if (copy.source == 0 || copy.target == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    content.context = context;
    content.operation = copy;
    return CUDA_SUCCESS;
}

CUresult translate(const CUDA_MEMSET_NODE_PARAMS_v2& params, NodeContent& content) {
    const bool element = params.elementSize == 1 || params.elementSize == 2 || params.elementSize == 4;
    const bool rows = params.height == 1 || params.pitch >= params.width * params.elementSize;
    if (!element || params.dst == 0 || params.height == 0 || !rows) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    content.context = params.ctx;
    content.operation =
        Fill{params.dst, params.pitch, params.value, params.elementSize, params.width, params.height};
    return CUDA_SUCCESS;
}

CUresult translate(const CUDA_HOST_NODE_PARAMS_v2& params, NodeContent& content) {
    if (params.fn == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    content.operation = HostCall{params.fn, params.userData};
    return CUDA_SUCCESS;
}

CUresult translate(const CUDA_BATCH_MEM_OP_NODE_PARAMS_v2& params, NodeContent& content) {
    if (params.count == 0 || params.count > 256 || params.paramArray == nullptr || params.flags != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    MemoryOperations operations;
    operations.operations.assign(params.paramArray, params.paramArray + params.count);
    content.context = params.ctx;
    content.operation = std::move(operations);
    return CUDA_SUCCESS;
}

CUresult translate_record(CUevent event, NodeContent& content) {
    RecordEvent record;
    record.external = true;
    const CUresult result = find_event(event, &record.event);
    content.operation = std::move(record);
    return result;
}

CUresult translate_wait(CUevent event, NodeContent& content) {
    WaitEvent wait;
    wait.external = true;
    const CUresult result = find_event(event, &wait.event);
    content.operation = std::move(wait);
    return result;
}

CUresult translate(const CUgraphNodeParams& params, NodeContent& content) {
    switch (params.type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return translate(params.kernel, content);
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return params.memcpy.flags != 0 ? CUDA_ERROR_INVALID_VALUE
                                        : translate(params.memcpy.copyParams, params.memcpy.copyCtx, content);
    case CU_GRAPH_NODE_TYPE_MEMSET:
        return translate(params.memset, content);
    case CU_GRAPH_NODE_TYPE_HOST:
        return translate(params.host, content);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return translate(params.memOp, content);
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
        return translate_record(params.eventRecord.event, content);
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
        return translate_wait(params.eventWait.event, content);
    case CU_GRAPH_NODE_TYPE_EMPTY:
        content.operation = Empty{};
        return CUDA_SUCCESS;
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL:
    case CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT:
    case CU_GRAPH_NODE_TYPE_MEM_ALLOC:
    case CU_GRAPH_NODE_TYPE_MEM_FREE:
    case CU_GRAPH_NODE_TYPE_GRAPH:
    case CU_GRAPH_NODE_TYPE_CONDITIONAL:
        return CUDA_ERROR_NOT_SUPPORTED;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

CUDA_KERNEL_NODE_PARAMS_v3 kernel_params(const NodeContent& content, void** arguments) {
    const auto& launch = std::get<KernelLaunch>(content.operation);
    CUDA_KERNEL_NODE_PARAMS_v3 params{};
    params.func = launch.kernel->function();
    params.gridDimX = launch.grid[0];
    params.gridDimY = launch.grid[1];
    params.gridDimZ = launch.grid[2];
    params.blockDimX = launch.block[0];
    params.blockDimY = launch.block[1];
    params.blockDimZ = launch.block[2];
    params.sharedMemBytes = launch.shared_bytes;
    params.kernelParams = arguments;
    params.ctx = content.context;
    return params;
}

CUDA_MEMCPY3D copy_params(const Copy& copy) {
    CUDA_MEMCPY3D params{};
    params.srcMemoryType = copy.source_type;
    params.srcHost = reinterpret_cast<const void*>(copy.source);
    params.srcDevice = copy.source;
    params.srcPitch = copy.source_pitch;
    params.srcHeight = copy.source_height;
    params.dstMemoryType = copy.target_type;
    params.dstHost = reinterpret_cast<void*>(copy.target);
    params.dstDevice = copy.target;
    params.dstPitch = copy.target_pitch;
    params.dstHeight = copy.target_height;
    params.WidthInBytes = copy.width_bytes;
    params.Height = copy.height;
    params.Depth = copy.depth;
    return params;
}

CUDA_MEMSET_NODE_PARAMS memset_params(const Fill& fill) {
    return {fill.target, fill.pitch, fill.value, fill.element_bytes, fill.width, fill.height};
}

} // namespace sim
