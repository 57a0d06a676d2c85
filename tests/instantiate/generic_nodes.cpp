// cuGraphAddNode adds nodes of every type; the typed calls are its special cases.
#include "kernels/conditional.hpp"
#include "tests/graph_update/copies.hpp"
#include "tests/graph_update/event_nodes.hpp"
#include "tests/graph_update/host_work.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

CUgraphNode add_generic(CUgraph graph, CUgraphNodeParams parameters, const std::vector<CUgraphNode>& after) {
    CUgraphNode node = nullptr;
    const std::vector<CUgraphEdgeData> plain(after.size()); // as good as none
    must(cuGraphAddNode(&node, graph, after.empty() ? nullptr : after.data(),
                        after.empty() ? nullptr : plain.data(), after.size(), &parameters),
         "cuGraphAddNode");
    return node;
}

/// The runtime's form, for toolkits before and after 13.0, which gave it edge data.
cudaGraphNode_t add_generic(cudaGraph_t graph, cudaGraphNodeParams parameters,
                            const std::vector<cudaGraphNode_t>& after) {
    cudaGraphNode_t node = nullptr;
#if CUDART_VERSION >= 13000
    must(cudaGraphAddNode(&node, graph, after.data(), nullptr, after.size(), &parameters),
         "cudaGraphAddNode");
#else
    must(cudaGraphAddNode(&node, graph, after.data(), after.size(), &parameters), "cudaGraphAddNode");
#endif
    return node;
}

/// The parameters of a kernel node, which point into `call`.
template<typename... Parameters>
CUgraphNodeParams generic_kernel(KernelCall<Parameters...>& call, unsigned shared_bytes = 0) {
    const cudaKernelNodeParams typed = call.node();
    cudaFunction_t function = nullptr;
    must(cudaGetFuncBySymbol(&function, typed.func), "cudaGetFuncBySymbol");
    CUgraphNodeParams parameters{};
    parameters.type = CU_GRAPH_NODE_TYPE_KERNEL;
    parameters.kernel.func = function;
    parameters.kernel.gridDimX = typed.gridDim.x;
    parameters.kernel.gridDimY = typed.gridDim.y;
    parameters.kernel.gridDimZ = typed.gridDim.z;
    parameters.kernel.blockDimX = typed.blockDim.x;
    parameters.kernel.blockDimY = typed.blockDim.y;
    parameters.kernel.blockDimZ = typed.blockDim.z;
    parameters.kernel.sharedMemBytes = shared_bytes;
    parameters.kernel.kernelParams = typed.kernelParams;
    return parameters;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "INS-21/generic: nodes that the generic call adds do their work, in their order",
                 "[instantiate]") {
    const HostCells host(*this);
    HostWork host_work{host.at(0), 77};
    const Event event = create_event(true);
    const Graph graph = create_graph();

    CUgraphNodeParams memset{};
    memset.type = CU_GRAPH_NODE_TYPE_MEMSET;
    memset.memset.dst = first(0);
    memset.memset.elementSize = 4;
    memset.memset.value = 0xA1B2C3D4;
    memset.memset.width = cell_words;
    memset.memset.height = 1;
    memset.memset.ctx = context();
    const CUgraphNode filled = add_generic(graph, memset, {});

    auto call = step(first(0), 3, 5);
    const CUgraphNode stepped = add_generic(graph, generic_kernel(call), {filled});
    CHECK(dependencies_of(stepped) == std::vector{filled});

    CUgraphNodeParams copy{};
    copy.type = CU_GRAPH_NODE_TYPE_MEMCPY;
    copy.memcpy.copyCtx = context();
    copy.memcpy.copyParams.srcMemoryType = copy.memcpy.copyParams.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.memcpy.copyParams.srcDevice = first(0);
    copy.memcpy.copyParams.dstDevice = second(1);
    copy.memcpy.copyParams.WidthInBytes = cell_bytes;
    copy.memcpy.copyParams.Height = copy.memcpy.copyParams.Depth = 1;
    const CUgraphNode copied = add_generic(graph, copy, {stepped});

    CUgraphNodeParams function{};
    function.type = CU_GRAPH_NODE_TYPE_HOST;
    function.host.fn = write_cell;
    function.host.userData = &host_work;
    const CUgraphNode called = add_generic(graph, function, {copied});

    CUgraphNodeParams record{};
    record.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD;
    record.eventRecord.event = event;
    add_generic(graph, record, {called});

    CHECK(edge_count(graph) == 4);
    CHECK_FALSE(recorded(event));
    const Exec exec = instantiate(graph);
    launch_on_image(exec);
    CHECK(cell_holds(second(1), 0xA1B2C3D4 * 3 + 5));
    CHECK(cell_holds(host.at(0), 77));
    CHECK(recorded(event));
}

TEST_CASE_METHOD(UpdateRung, "INS-21/generic-runtime: the runtime's generic call adds nodes in their order",
                 "[instantiate]") {
    const Graph graph = create_graph();
    cudaGraphNodeParams memset{};
    memset.type = cudaGraphNodeTypeMemset;
    memset.memset.dst = pointer(first(0));
    memset.memset.elementSize = 4;
    memset.memset.value = 0xA1B2C3D4;
    memset.memset.width = cell_words;
    memset.memset.height = 1;
    const auto filled = add_generic(graph, memset, {});
    auto call = step(first(0), 3, 5);
    const cudaKernelNodeParams typed = call.node();
    cudaGraphNodeParams kernel{};
    kernel.type = cudaGraphNodeTypeKernel;
    kernel.kernel.func = typed.func;
    kernel.kernel.gridDim = typed.gridDim;
    kernel.kernel.blockDim = typed.blockDim;
    kernel.kernel.kernelParams = typed.kernelParams;
    const auto stepped = add_generic(graph, kernel, {filled});

    CHECK(dependencies_of(stepped) == std::vector{filled});
    const Exec exec = instantiate(graph);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 0xA1B2C3D4 * 3 + 5));
}

TEST_CASE_METHOD(UpdateRung, "INS-18/generic: a kernel that the generic call adds has its shared memory",
                 "[instantiate]") {
    KernelCall<uint32_t*> call(kernels::tell_shared_memory, dim3(1), dim3(1), words(first(0)));
    for (const unsigned bytes : {4096U, 8192U}) {
        const Graph graph = create_graph();
        add_generic(graph, generic_kernel(call, bytes), {});
        const Exec exec = instantiate(graph);
        launch_on_image(exec);
        CHECK(word_at(first(0)) == bytes);
    }
}

} // namespace cts
