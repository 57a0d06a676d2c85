// cudaGraphExecNodeSetParams takes the parameters of every type; the typed calls are its special cases.
#include "tests/graph_update/child_graph.hpp"
#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/graph_update/memset_rows.hpp"
#include "tests/node_update/node_changes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

NodeChange set_generic(cudaGraphExec_t exec, cudaGraphNode_t node, cudaGraphNodeParams parameters) {
    return [=]() mutable { return cudaGraphExecNodeSetParams(exec, node, &parameters); };
}

cudaGraphNodeParams generic_memset(const cudaMemsetParams& memset) {
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeMemset;
    parameters.memset.dst = memset.dst;
    parameters.memset.pitch = memset.pitch;
    parameters.memset.value = memset.value;
    parameters.memset.elementSize = memset.elementSize;
    parameters.memset.width = memset.width;
    parameters.memset.height = memset.height;
    return parameters;
}

cudaGraphNodeParams generic_copy(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeMemcpy;
    auto& copy = parameters.memcpy.copyParams;
    copy.srcPtr = {pointer(source), bytes, bytes, 1};
    copy.dstPtr = {pointer(target), bytes, bytes, 1};
    copy.extent = {bytes, 1, 1};
    copy.kind = cudaMemcpyDefault;
    return parameters;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "SET-08/kernel: the generic call sets a kernel like the typed one",
                 "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_kernel(fill_cell(second(3), 2));
    const Exec exec = instantiate(old_work.graph);
    auto call = fill_cell(second(3), 2);
    const cudaKernelNodeParams typed = call.node();
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeKernel;
    parameters.kernel.func = typed.func;
    parameters.kernel.gridDim = typed.gridDim;
    parameters.kernel.blockDim = typed.blockDim;
    parameters.kernel.kernelParams = typed.kernelParams;

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_generic(exec, old_work.node, parameters)));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/copy: the generic call sets a copy like the typed one",
                 "[node_update]") {
    const OneNode old_work = one_copy(first(0), second(1), cell_bytes);
    const OneNode new_work = one_copy(first(3), second(2), cell_bytes);
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_generic(exec, old_work.node, generic_copy(first(3), second(2), cell_bytes))));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/memset: the generic call sets a memset like the typed one",
                 "[node_update]") {
    const OneNode old_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const OneNode new_work = one_memset(memset_words(first(3), cell_bytes, 5));
    const Exec exec = instantiate(old_work.graph);

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_generic(exec, old_work.node, generic_memset(memset_words(first(3), cell_bytes, 5)))));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/type: the generic call refuses the parameters of another type",
                 "[node_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 5));
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  set_generic(exec, old_work.node, generic_memset(memset_words(first(0), cell_bytes, 5))),
                  cudaErrorInvalidValue));
}

TEST_CASE_METHOD(UpdateRung,
                 "SET-08/dimension: the generic call refuses another dimension of a memset of rows",
                 "[node_update]") {
    const OneNode old_work = one_memset(memset_rows(first(0), 5));
    const cudaMemsetParams wanted = changed_rows(first(0), 6, dimension_changes[0]);
    const OneNode new_work = one_memset(wanted);
    const Exec exec = instantiate(old_work.graph);

    CHECK(refused(attempt(exec, old_work.graph, new_work.graph),
                  set_generic(exec, old_work.node, generic_memset(wanted)), cudaErrorInvalidValue));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/memory: allocation and free nodes cannot be set", "[node_update]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    const Graph graph = create_graph();
    cudaMemAllocNodeParams allocation{};
    allocation.poolProps.allocType = cudaMemAllocationTypePinned;
    allocation.poolProps.location = {cudaMemLocationTypeDevice, device()};
    allocation.bytesize = cell_bytes;
    cudaGraphNode_t allocate_node = nullptr;
    must(cudaGraphAddMemAllocNode(&allocate_node, graph, nullptr, 0, &allocation),
         "cudaGraphAddMemAllocNode");
    const auto work = add_kernel(graph, fill_cell(first(0), 1), {allocate_node});
    cudaGraphNode_t free_node = nullptr;
    must(cudaGraphAddMemFreeNode(&free_node, graph, &work, 1, allocation.dptr), "cudaGraphAddMemFreeNode");
    const Exec exec = instantiate(graph);
    cudaGraphNodeParams to_allocate{};
    to_allocate.type = cudaGraphNodeTypeMemAlloc;
    to_allocate.alloc.poolProps = allocation.poolProps;
    to_allocate.alloc.bytesize = 2 * cell_bytes;
    cudaGraphNodeParams to_free{};
    to_free.type = cudaGraphNodeTypeMemFree;
    to_free.free.dptr = allocation.dptr;

    CHECK(set_generic(exec, allocate_node, to_allocate)() == cudaErrorNotSupported);
    CHECK(cudaGetLastError() == cudaErrorNotSupported);
    CHECK(set_generic(exec, free_node, to_free)() == cudaErrorNotSupported);
    CHECK(cudaGetLastError() == cudaErrorNotSupported);

    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
    CHECK(set_kernel(exec, work, fill_cell(first(1), 2))() == cudaSuccess); // the graph's other nodes can
    launch_on_image(exec);
    CHECK(cell_holds(first(1), 2));
}

// The generic call's table names only addresses of one-row memsets; the typed call allows more. Recorded.
TEST_CASE_METHOD(UpdateRung, "SET-09: what the generic call's table leaves out is taken or refused whole",
                 "[node_update]") {
    const std::pair<const char*, std::pair<cudaMemsetParams, cudaMemsetParams>> changes[] = {
        {"SET-09/value of a row",
         {memset_words(first(0), cell_bytes, 5), memset_words(first(0), cell_bytes, 6)}},
        {"SET-09/value of rows", {memset_rows(first(0), 5), memset_rows(first(0), 6)}},
        {"SET-09/address of rows", {memset_rows(first(0), 5), memset_rows(first(2), 5)}},
    };
    for (const auto& [key, change] : changes) {
        CAPTURE(key);
        const OneNode old_work = one_memset(change.first);
        const OneNode new_work = one_memset(change.second);
        const Exec exec = instantiate(old_work.graph);
        const Verdict verdict = accepted_or_refused(
            attempt(exec, old_work.graph, new_work.graph),
            set_generic(exec, old_work.node, generic_memset(change.second)), cudaErrorInvalidValue);
        CHECK(verdict);
        observe(key, verdict.error);
    }
}

TEST_CASE_METHOD(UpdateRung, "SET-08/host: the generic call sets a host node like the typed one",
                 "[node_update]") {
    const HostCells host(*this);
    HostWork before{host.at(0), 5};
    HostWork after{host.at(1), 6};
    const OneNode old_work = one_host_node(write_cell, before);
    const OneNode new_work = one_host_node(write_cell_rising, after);
    const Exec exec = instantiate(old_work.graph);
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeHost;
    parameters.host.fn = write_cell_rising;
    parameters.host.userData = &after;

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_generic(exec, old_work.node, parameters)));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/record: the generic call sets a record node like the typed one",
                 "[node_update]") {
    const Event old_event = create_event(true);
    const Event new_event = create_event(true);
    const OneNode work = one_record(old_event);
    const Exec exec = instantiate(work.graph);
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeEventRecord;
    parameters.eventRecord.event = new_event;

    REQUIRE(set_generic(exec, work.node, parameters)() == cudaSuccess);
    run(exec);
    CHECK(recorded(new_event));
    CHECK_FALSE(recorded(old_event));
}

TEST_CASE_METHOD(UpdateRung, "SET-08/child: the generic call sets a child graph like the typed one",
                 "[node_update]") {
    const OneNode new_inside = one_kernel(fill_cell(second(3), 2));
    const OneNode old_work = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const OneNode new_work = wrap(new_inside.graph);
    const Exec exec = instantiate(old_work.graph);
    cudaGraphNodeParams parameters{};
    parameters.type = cudaGraphNodeTypeGraph;
    parameters.graph.graph = new_inside.graph;

    CHECK(accepted(attempt(exec, old_work.graph, new_work.graph),
                   set_generic(exec, old_work.node, parameters)));
}

} // namespace cts
