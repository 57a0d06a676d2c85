// The shape of a driver entry point for graphs: initialised, no sticky error, then the shared implementation.
#pragma once

#include "abi/driver/driver.hpp"
#include "graph/api/api.hpp"
#include "graph/params/driver.hpp"

namespace sim::graphs {

inline CUresult driver_ready() {
    const CUresult initialised = require_initialised();
    return initialised != CUDA_SUCCESS ? initialised : sticky_error();
}

template<typename Call>
CUresult driver_call(const Call& call) {
    const CUresult ready = driver_ready();
    return ready != CUDA_SUCCESS ? ready : call();
}

/// Translates the parameters (null: INVALID_VALUE) and hands the content to `use`.
template<typename Translate, typename Use>
CUresult driver_call_with(const void* params, const Translate& translate_params, const Use& use) {
    return driver_call([&] {
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
CUresult driver_query(CUgraphNode node, CUgraphNodeType type, const void* out, const Use& use) {
    return driver_call([&] {
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

} // namespace sim::graphs
