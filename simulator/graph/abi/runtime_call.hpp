// The shape of a runtime entry point for graphs: a context, then the shared implementation; a failure is kept
// for cudaGetLastError.
#pragma once

#include "abi/runtime/runtime.hpp"
#include "graph/api/api.hpp"
#include "graph/params/runtime.hpp"

/// The form with edge data has the plain name since CUDA 13.0 and a number before.
#if CUDART_VERSION >= 13000
#define SIM_WITH_EDGE_DATA(name, number) name
#else
#define SIM_WITH_EDGE_DATA(name, number) name##number
#endif

namespace sim::graphs {

template<typename Call>
cudaError_t runtime_call(const Call& call) {
    return runtime::on_context(call);
}

/// Translates the parameters (null: cudaErrorInvalidValue) and hands the content to `use`.
template<typename Translate, typename Use>
cudaError_t runtime_call_with(const void* params, const Translate& translate_params, const Use& use) {
    return runtime_call([&] {
        if (params == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        NodeContent content;
        const CUresult result = translate_params(content);
        return result != CUDA_SUCCESS ? result : use(std::move(content));
    });
}

/// Reads the content of a node of this type and hands it to `use`.
template<typename Use>
cudaError_t runtime_query(CUgraphNode node, CUgraphNodeType type, const void* out, const Use& use) {
    return runtime_call([&] {
        if (out == nullptr) {
            return CUDA_ERROR_INVALID_VALUE;
        }
        NodeContent content;
        const CUresult result = get_content(node, type, content);
        if (result == CUDA_SUCCESS) {
            use(content);
        }
        return result;
    });
}

// The two APIs give equal numbers to equal enumerators and equal layouts to these structures.
static_assert(sizeof(cudaGraphEdgeData) == sizeof(CUgraphEdgeData));
static_assert(sizeof(cudaLaunchAttributeValue) == sizeof(CUlaunchAttributeValue));

inline const CUgraphEdgeData* driver_data(const cudaGraphEdgeData* data) {
    return reinterpret_cast<const CUgraphEdgeData*>(data);
}
inline CUgraphEdgeData* driver_data(cudaGraphEdgeData* data) {
    return reinterpret_cast<CUgraphEdgeData*>(data);
}

} // namespace sim::graphs
