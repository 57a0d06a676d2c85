// Setting a node of a graph, after an executable graph was made of it: that one keeps to the old work, the
// next one does the new.
#include "tests/graph_update/child_graph.hpp"
#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "INS-20/kernel: a kernel node of a graph is set whole, and tells it",
                 "[instantiate]") {
    using Call = KernelCall<uint32_t*>;
    const OneNode work =
        one_kernel(Call(kernels::describe_launch, dim3(2, 3, 1), dim3(4, 1, 1), words(first(0))));
    const Exec before = instantiate(work.graph);
    Call call(kernels::describe_launch, dim3(5, 1, 2), dim3(2, 3, 4), words(first(1)));
    cudaKernelNodeParams changed = call.node(), told{};
    changed.sharedMemBytes = 4096;

    REQUIRE(cudaGraphKernelNodeSetParams(work.node, &changed) == cudaSuccess);

    REQUIRE(cudaGraphKernelNodeGetParams(work.node, &told) == cudaSuccess);
    CHECK(std::vector{told.gridDim.x, told.gridDim.y, told.gridDim.z} == std::vector{5U, 1U, 2U});
    CHECK(std::vector{told.blockDim.x, told.blockDim.y, told.blockDim.z} == std::vector{2U, 3U, 4U});
    CHECK(told.sharedMemBytes == 4096);
    CHECK(*static_cast<uint32_t**>(told.kernelParams[0]) == words(first(1)));
    launch_on_image(before);
    CHECK(download(first(0), 6 * sizeof(uint32_t)) == std::vector<uint32_t>{2, 3, 1, 4, 1, 1});
    CHECK(cell_holds_image_of(first(1), first(1)));
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(download(first(1), 6 * sizeof(uint32_t)) == std::vector<uint32_t>{5, 1, 2, 2, 3, 4});
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/memset: a memset node of a graph is set for what is made of it later",
                 "[instantiate]") {
    const OneNode work = one_memset(memset_words(first(0), cell_bytes, 1));
    const Exec before = instantiate(work.graph);
    cudaGraph_t cloned = nullptr;
    must(cudaGraphClone(&cloned, work.graph), "cudaGraphClone");
    const Graph clone(cloned);
    const cudaMemsetParams changed = memset_words(first(1), cell_bytes, 2);

    REQUIRE(cudaGraphMemsetNodeSetParams(work.node, &changed) == cudaSuccess);

    CUDA_MEMSET_NODE_PARAMS told{};
    REQUIRE(cuGraphMemsetNodeGetParams(work.node, &told) == CUDA_SUCCESS);
    CHECK(told.dst == first(1));
    CHECK(told.value == 2);
    const Exec of_clone = instantiate(clone);
    for (const cudaGraphExec_t old : {before.get(), of_clone.get()}) {
        launch_on_image(old);
        CHECK(cell_holds(first(0), 1));
        CHECK(cell_holds_image_of(first(1), first(1)));
    }
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/copy: a copy node of a graph is set for what is made of it later",
                 "[instantiate]") {
    const OneNode work = one_copy(first(0), second(0), cell_bytes);
    const Exec before = instantiate(work.graph);

    REQUIRE(cudaGraphMemcpyNodeSetParams1D(work.node, pointer(first(1)), pointer(second(1)), cell_bytes,
                                           cudaMemcpyDefault) == cudaSuccess);

    CUDA_MEMCPY3D told{};
    REQUIRE(cuGraphMemcpyNodeGetParams(work.node, &told) == CUDA_SUCCESS);
    CHECK(told.dstDevice == first(1));
    CHECK(told.srcDevice == second(1));
    launch_on_image(before);
    CHECK(cell_holds_image_of(first(0), second(0)));
    CHECK(cell_holds_image_of(first(1), first(1)));
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(cell_holds_image_of(first(1), second(1)));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/host: a host node of a graph is set for what is made of it later",
                 "[instantiate]") {
    const HostCells host(*this);
    HostWork old_data{host.at(0), 1}, new_data{host.at(1), 2};
    const OneNode work = one_host_node(write_cell, old_data);
    const Exec before = instantiate(work.graph);
    const cudaHostNodeParams changed{write_cell, &new_data};

    REQUIRE(cudaGraphHostNodeSetParams(work.node, &changed) == cudaSuccess);

    launch_on_image(before);
    CHECK(cell_holds(host.at(0), 1));
    CHECK(cell_holds_image_of(host.at(1), host.at(1)));
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(cell_holds(host.at(1), 2));
    CHECK(cell_holds_image_of(host.at(0), host.at(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/event: a record node of a graph is set for what is made of it later",
                 "[instantiate]") {
    const Event old_event = create_event(true), new_event = create_event(true);
    const OneNode work = one_record(old_event);
    const Exec before = instantiate(work.graph);

    REQUIRE(cudaGraphEventRecordNodeSetEvent(work.node, new_event) == cudaSuccess);

    run(before);
    CHECK(recorded(old_event));
    CHECK_FALSE(recorded(new_event));
    const Exec after = instantiate(work.graph);
    run(after);
    CHECK(recorded(new_event));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/child: a kernel in a child graph is set for what is made of it later",
                 "[instantiate]") {
    const OneNode work = wrap(one_kernel(fill_cell(first(0), 1)).graph);
    const Exec before = instantiate(work.graph);
    auto call = fill_cell(first(1), 2);
    const cudaKernelNodeParams changed = call.node();

    REQUIRE(cudaGraphKernelNodeSetParams(nodes_inside(work.node).at(0), &changed) == cudaSuccess);

    launch_on_image(before);
    CHECK(cell_holds(first(0), 1));
    CHECK(cell_holds_image_of(first(1), first(1)));
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-20/generic: the generic call sets a kernel node of a graph whole",
                 "[instantiate]") {
    const OneNode work = one_kernel(fill_cell(first(0), 1));
    const Exec before = instantiate(work.graph);
    auto call = fill_call(first(1), cell_bytes, 2);
    const cudaKernelNodeParams kernel = call.node();
    cudaGraphNodeParams changed{};
    changed.type = cudaGraphNodeTypeKernel;
    changed.kernel.func = kernel.func;
    changed.kernel.gridDim = kernel.gridDim;
    changed.kernel.blockDim = kernel.blockDim;
    changed.kernel.kernelParams = kernel.kernelParams;

    REQUIRE(cudaGraphNodeSetParams(work.node, &changed) == cudaSuccess);

    launch_on_image(before);
    CHECK(cell_holds(first(0), 1));
    const Exec after = instantiate(work.graph);
    launch_on_image(after);
    CHECK(cell_holds(first(1), 2));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

} // namespace cts
