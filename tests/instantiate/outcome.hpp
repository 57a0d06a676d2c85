// All that cuGraphInstantiateWithParams answers.
#pragma once

#include "fixtures/driver/driver.hpp"
#include "fixtures/owners/runtime.hpp"

#include <catch2/catch_tostring.hpp>

#include <string>

namespace cts {

struct InstantiateAnswer {
    CUresult result = CUDA_ERROR_UNKNOWN;
    CUgraphInstantiateResult reason = CUDA_GRAPH_INSTANTIATE_SUCCESS;
    CUgraphNode node = nullptr; // the one at fault
    Exec exec;
};

/// The answer fields are set to other values before, so that the driver has to write them.
inline InstantiateAnswer instantiate_and_tell(CUgraph graph, unsigned long long flags = 0) {
    int storage = 0;
    CUDA_GRAPH_INSTANTIATE_PARAMS parameters{};
    parameters.flags = flags;
    parameters.hErrNode_out = reinterpret_cast<CUgraphNode>(&storage);
    parameters.result_out = static_cast<CUgraphInstantiateResult>(99);
    CUgraphExec exec = nullptr;
    InstantiateAnswer answer;
    answer.result = cuGraphInstantiateWithParams(&exec, graph, &parameters);
    answer.reason = parameters.result_out;
    answer.node = parameters.hErrNode_out;
    answer.exec = Exec(answer.result == CUDA_SUCCESS ? exec : nullptr);
    return answer;
}

inline std::string name_of(CUgraphInstantiateResult reason) {
    static constexpr const char* names[] = {"success",
                                            "error",
                                            "invalid structure",
                                            "node operation not supported",
                                            "multiple contexts not supported",
                                            "conditional handle unused"};
    const auto index = static_cast<size_t>(reason);
    return index < std::size(names) ? names[index] : "unknown reason " + std::to_string(index);
}

} // namespace cts

template<>
struct Catch::StringMaker<CUgraphInstantiateResult> {
    static std::string convert(CUgraphInstantiateResult reason) { return cts::name_of(reason); }
};
