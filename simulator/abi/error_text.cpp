#include "abi/error_text.hpp"

#include <cuda.h>

namespace sim {

const char* error_text(int error) {
    switch (error) {
    case CUDA_SUCCESS:
        return "no error";
    case CUDA_ERROR_INVALID_VALUE:
        return "invalid argument";
    case CUDA_ERROR_OUT_OF_MEMORY:
        return "out of memory";
    case CUDA_ERROR_NOT_INITIALIZED:
        return "initialization error";
    case CUDA_ERROR_INVALID_DEVICE:
        return "invalid device ordinal";
    case CUDA_ERROR_INVALID_CONTEXT:
        return "invalid device context";
    case CUDA_ERROR_INVALID_HANDLE:
        return "invalid resource handle";
    case CUDA_ERROR_NOT_FOUND:
        return "named symbol not found";
    case CUDA_ERROR_NOT_READY:
        return "device not ready";
    case CUDA_ERROR_ILLEGAL_ADDRESS:
        return "an illegal memory access was encountered";
    case CUDA_ERROR_CONTEXT_IS_DESTROYED:
        return "context is destroyed";
    case CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE:
        return "too many blocks in cooperative launch";
    case CUDA_ERROR_NOT_PERMITTED:
        return "operation not permitted";
    case CUDA_ERROR_NOT_SUPPORTED:
        return "operation not supported";
    case CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED:
        return "operation not permitted when stream is capturing";
    case CUDA_ERROR_STREAM_CAPTURE_INVALIDATED:
        return "operation failed due to a previous error during capture";
    case CUDA_ERROR_STREAM_CAPTURE_UNJOINED:
        return "capturing stream has unjoined work";
    case CUDA_ERROR_STREAM_CAPTURE_IMPLICIT:
        return "operation would make the legacy stream depend on a capturing blocking stream";
    case CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE:
        return "the graph update was not performed because it included changes which violated constraints "
               "specific to instantiated graph update";
    default:
        return nullptr;
    }
}

} // namespace sim
