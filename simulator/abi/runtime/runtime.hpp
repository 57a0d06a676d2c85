// What every runtime entry point needs: lazy initialisation, and the last error of the thread. CUresult and
// cudaError_t give the same number to the same error, so one converts to the other by a cast.
#pragma once

#include "abi/driver/driver.hpp"

#include <cuda_runtime_api.h>

namespace sim::runtime {

/// Makes the primary context current unless some context is. Errors: the sticky error.
CUresult ensure_context();

/// Makes the primary context current whatever is current now, as cudaSetDevice does.
CUresult use_primary_context();

/// cudaPeekAtLastError and cudaGetLastError: a sticky error stays, any other is forgotten when it is taken.
cudaError_t peek_last_error();
cudaError_t take_last_error();

/// Ends a runtime call: remembers a failure for cudaGetLastError. NOT_READY is not remembered.
cudaError_t finish(CUresult result);
cudaError_t finish(cudaError_t result);

/// The usual shape of a runtime twin: `return on_context([&] { return cuStreamSynchronize(stream); });`
template<class Call>
cudaError_t on_context(Call&& call) {
    const CUresult ready = ensure_context();
    return finish(ready != CUDA_SUCCESS ? ready : static_cast<CUresult>(call()));
}

} // namespace sim::runtime

/// Returns from the enclosing runtime call when a driver call fails.
#define SIM_RUNTIME_TRY(call)                                                                                \
    do {                                                                                                     \
        if (const CUresult sim_result = (call); sim_result != CUDA_SUCCESS) {                                \
            return ::sim::runtime::finish(sim_result);                                                       \
        }                                                                                                    \
    } while (false)
