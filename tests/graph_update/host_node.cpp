#include "tests/graph_update/host_node.hpp"

#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

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

TEST_CASE_METHOD(UpdateRung, "UPD-27/host: function and data of a host node may change", "[graph_update]") {
    const HostCells host(*this);
    HostWork before{host.at(0), 5};
    HostWork after{host.at(1), 6};
    const OneNode old_work = one_host_node(write_cell, before);
    const OneNode other_data = one_host_node(write_cell, after);
    const OneNode other_function = one_host_node(write_cell_rising, after);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, other_data.graph)));
    CHECK(cell_holds(host.at(1), 6));
    CHECK(accepted(attempt(exec, other_data.graph, other_function.graph)));
    CHECK(holds_ramp(host.at(1), cell_bytes, 7));
}

} // namespace cts
