#include "tests/graph_update/copies.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-21: a copy that changes its direction is refused and named",
                 "[graph_update]") {
    const HostCells host(*this);
    const OneNode on_device = one_copy_of_kind(first(0), second(0), cudaMemcpyDeviceToDevice);
    const OneNode to_device = one_copy_of_kind(first(1), host.at(0), cudaMemcpyHostToDevice);
    const OneNode to_host = one_copy_of_kind(host.at(1), second(1), cudaMemcpyDeviceToHost);
    const std::pair<const OneNode*, const char*> directions[] = {
        {&on_device, "device to device"}, {&to_device, "host to device"}, {&to_host, "device to host"}};

    for (const auto& [from, old_name] : directions) {
        for (const auto& [to, new_name] : directions) {
            if (from == to) {
                continue;
            }
            CAPTURE(old_name, new_name);
            const Exec exec = instantiate(from->graph);

            CHECK(refused(attempt(exec, from->graph, to->graph),
                          {cudaGraphExecUpdateErrorParametersChanged, {{to->node}}}));
        }
    }
}

} // namespace cts
