// Node parameters of the driver API, to and from the content of a node.
#pragma once

#include "graph/model/node.hpp"

namespace sim {

/// INVALID_VALUE, INVALID_HANDLE or NOT_SUPPORTED (arrays, external semaphores) as the driver documents.
CUresult translate(const CUDA_KERNEL_NODE_PARAMS_v3& params, NodeContent& content);
CUresult translate(const CUDA_MEMCPY3D& params, CUcontext context, NodeContent& content);
CUresult translate(const CUDA_MEMSET_NODE_PARAMS_v2& params, NodeContent& content);
CUresult translate(const CUDA_HOST_NODE_PARAMS_v2& params, NodeContent& content);
CUresult translate(const CUDA_BATCH_MEM_OP_NODE_PARAMS_v2& params, NodeContent& content);
CUresult translate_record(CUevent event, NodeContent& content);
CUresult translate_wait(CUevent event, NodeContent& content);
/// The parameters of cuGraphAddNode and its kin. NOT_SUPPORTED: node types that have no such parameters.
CUresult translate(const CUgraphNodeParams& params, NodeContent& content);

/// The context that owns the kernels named from now on; null when none is current.
CUcontext current_context_handle();

CUDA_KERNEL_NODE_PARAMS_v3 kernel_params(const NodeContent& content, void** arguments);
CUDA_MEMCPY3D copy_params(const Copy& copy);
CUDA_MEMSET_NODE_PARAMS memset_params(const Fill& fill);

CUDA_KERNEL_NODE_PARAMS_v3 widen(const CUDA_KERNEL_NODE_PARAMS_v1& params);
CUDA_KERNEL_NODE_PARAMS_v3 widen(const CUDA_KERNEL_NODE_PARAMS_v2& params);
CUDA_MEMSET_NODE_PARAMS_v2 widen(const CUDA_MEMSET_NODE_PARAMS& params, CUcontext context);

} // namespace sim
