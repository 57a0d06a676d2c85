// Node parameters of the runtime API, to and from those that the driver API has.
#pragma once

#include "graph/model/node.hpp"

#include <cuda_runtime_api.h>

namespace sim {

/// Errors of the runtime API's own kind (cudaErrorInvalidDeviceFunction, cudaErrorInvalidMemcpyDirection) are
/// given by number.
CUresult translate(const cudaKernelNodeParams& params, NodeContent& content);
CUresult translate(const cudaMemcpy3DParms& params, NodeContent& content);
CUresult translate_1d(void* target, const void* source, size_t bytes, cudaMemcpyKind kind,
                      NodeContent& content);
CUresult translate(const cudaMemsetParams& params, NodeContent& content);
CUresult translate(const cudaHostNodeParams& params, NodeContent& content);
CUresult translate(const cudaGraphNodeParams& params, NodeContent& content);
CUmemPoolProps translate(const cudaMemPoolProps& properties);

cudaKernelNodeParams runtime_kernel_params(const KernelLaunch& launch, void** arguments);
cudaMemcpy3DParms runtime_copy_params(const Copy& copy);
cudaMemsetParams runtime_memset_params(const Fill& fill);

} // namespace sim
