// Arguments of a kernel beyond the first few plain ones, and its shared memory, on every way into an
// executable graph: a node that is added, a capture, a setting, an update.
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <cstddef>
#include <numeric>

namespace cts {

namespace {

using ListCall = KernelCall<uint32_t*, uint8_t, uint64_t, kernels::Parcel, uint16_t, uint64_t, uint8_t>;

/// No two words of the list are equal, in one list or in two of different seeds below 8.
ListCall list_call(CUdeviceptr cell, uint32_t seed) {
    kernels::Parcel parcel{};
    std::iota(std::begin(parcel.words), std::end(parcel.words), 0x1000U * (seed + 1));
    return {kernels::list_arguments,
            dim3(1),
            dim3(1),
            words(cell),
            static_cast<uint8_t>(0x10 + seed),
            uint64_t{0x1111'2222'3333'4440} + seed,
            parcel,
            static_cast<uint16_t>(0xABC0 + seed),
            uint64_t{0x9999'8888'7777'6660} + (uint64_t{seed} << 32) + seed,
            static_cast<uint8_t>(0xE0 + seed)};
}
std::vector<uint32_t> list_of(uint32_t seed) {
    std::vector<uint32_t> list{0x10 + seed, 0x3333'4440 + seed, 0x1111'2222};
    for (uint32_t i = 0; i < 10; ++i) {
        list.push_back(0x1000 * (seed + 1) + i);
    }
    list.insert(list.end(), {0xABC0 + seed, 0x7777'6660 + seed, 0x9999'8888 + seed, 0xE0 + seed});
    return list;
}
std::vector<uint32_t> listed(CUdeviceptr cell) {
    return download(cell, list_of(0).size() * sizeof(uint32_t));
}

cudaKernelNodeParams with_shared_memory(KernelCall<uint32_t*>& call, unsigned bytes) {
    cudaKernelNodeParams parameters = call.node();
    parameters.sharedMemBytes = bytes;
    return parameters;
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "INS-18/added: a kernel node has its arguments of every size and place",
                 "[instantiate]") {
    launch(list_call(first(0), 1)); // a plain launch says what the list is
    synchronize();
    CHECK(listed(first(0)) == list_of(1));
    const OneNode work = one_kernel(list_call(first(1), 2));
    const Exec exec = instantiate(work.graph);
    launch_on_image(exec);
    CHECK(listed(first(1)) == list_of(2));
}

TEST_CASE_METHOD(UpdateRung, "INS-18/captured: a captured kernel has its arguments of every size and place",
                 "[instantiate]") {
    const Stream stream = create_stream();
    const Graph graph =
        capture(stream, [&](cudaStream_t capturing) { launch(list_call(first(0), 3), capturing); });
    const Exec exec = instantiate(graph);
    launch_on_image(exec);
    CHECK(listed(first(0)) == list_of(3));
}

TEST_CASE_METHOD(UpdateRung, "INS-18/set: a kernel node is set to arguments of every size and place",
                 "[instantiate]") {
    const OneNode work = one_kernel(list_call(first(0), 4));
    const Exec exec = instantiate(work.graph);
    auto call = list_call(first(1), 5);
    const cudaKernelNodeParams wanted = call.node();

    REQUIRE(cudaGraphExecKernelNodeSetParams(exec, work.node, &wanted) == cudaSuccess);

    launch_on_image(exec);
    CHECK(listed(first(1)) == list_of(5));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-18/update: an update changes arguments of every size and place",
                 "[instantiate]") {
    const OneNode old_work = one_kernel(list_call(first(0), 6));
    const OneNode new_work = one_kernel(list_call(first(1), 7));
    const Exec exec = instantiate(old_work.graph);

    REQUIRE(update(exec, new_work.graph).error == cudaSuccess);

    launch_on_image(exec);
    CHECK(listed(first(1)) == list_of(7));
    CHECK(cell_holds_image_of(first(0), first(0)));
}

TEST_CASE_METHOD(UpdateRung, "INS-18/shared: a kernel has the shared memory that its node asks for last",
                 "[instantiate]") {
    KernelCall<uint32_t*> call(kernels::tell_shared_memory, dim3(1), dim3(1), words(first(0)));
    const auto node_with = [&](unsigned bytes) {
        OneNode made{create_graph()};
        const cudaKernelNodeParams parameters = with_shared_memory(call, bytes);
        must(cudaGraphAddKernelNode(&made.node, made.graph, nullptr, 0, &parameters),
             "cudaGraphAddKernelNode");
        return made;
    };
    const OneNode some = node_with(4096);
    const OneNode more = node_with(16384);
    const Exec exec = instantiate(some.graph);
    launch_on_image(exec);
    CHECK(word_at(first(0)) == 4096);

    REQUIRE(update(exec, more.graph).error == cudaSuccess);
    launch_on_image(exec);
    CHECK(word_at(first(0)) == 16384);

    const cudaKernelNodeParams wanted = with_shared_memory(call, 8192);
    REQUIRE(cudaGraphExecKernelNodeSetParams(exec, some.node, &wanted) == cudaSuccess);
    launch_on_image(exec);
    CHECK(word_at(first(0)) == 8192);
}

TEST_CASE_METHOD(UpdateRung, "INS-18/buffer: a kernel node takes its arguments from one buffer, too",
                 "[instantiate]") {
    // Laid out as the kernel's parameters are: each at a multiple of its alignment.
    struct Packed {
        uint32_t* data;
        uint8_t small;
        uint64_t large;
        kernels::Parcel parcel;
        uint16_t half;
        uint64_t far;
        uint8_t last;
    } packed{words(first(0)), 0x11, 0x1111'2222'3333'4441, {}, 0xABC1, 0x9999'8889'7777'6661, 0xE1};
    std::iota(std::begin(packed.parcel.words), std::end(packed.parcel.words), 0x2000U);
    size_t bytes = offsetof(Packed, last) + sizeof(packed.last);
    void* extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &packed, CU_LAUNCH_PARAM_BUFFER_SIZE, &bytes,
                     CU_LAUNCH_PARAM_END};
    cudaFunction_t function = nullptr;
    must(cudaGetFuncBySymbol(&function, reinterpret_cast<const void*>(kernels::list_arguments)),
         "cudaGetFuncBySymbol");
    CUDA_KERNEL_NODE_PARAMS parameters{};
    parameters.func = function;
    parameters.gridDimX = parameters.gridDimY = parameters.gridDimZ = 1;
    parameters.blockDimX = parameters.blockDimY = parameters.blockDimZ = 1;
    parameters.extra = extra;
    const Graph graph = create_graph();
    CUgraphNode node = nullptr;
    REQUIRE(cuGraphAddKernelNode(&node, graph, nullptr, 0, &parameters) == CUDA_SUCCESS);
    packed = {}; // taken when the node was added
    const Exec exec = instantiate(graph);
    launch_on_image(exec);
    CHECK(listed(first(0)) == list_of(1));
}

} // namespace cts
