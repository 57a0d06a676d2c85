#include "tests/graph_update/host_work.hpp"

#include <algorithm>
#include <numeric>

namespace cts {

void CUDART_CB write_cell(void* host_work) {
    const auto& work = *static_cast<const HostWork*>(host_work);
    std::fill_n(words(work.cell), UpdateRung::cell_words, work.value);
}
void CUDART_CB write_cell_rising(void* host_work) {
    const auto& work = *static_cast<const HostWork*>(host_work);
    std::iota(words(work.cell), words(work.cell) + UpdateRung::cell_words, work.value + 1);
}

OneNode one_host_node(cudaHostFn_t function, HostWork& work, Where where) {
    OneNode made{create_graph(where)};
    const cudaHostNodeParams parameters{function, &work};
    must(cudaGraphAddHostNode(&made.node, made.graph, nullptr, 0, &parameters), "cudaGraphAddHostNode",
         where);
    return made;
}

} // namespace cts
