#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/prelude.hpp"

namespace cts {

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
