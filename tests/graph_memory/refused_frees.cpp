// What cuGraphAddMemFreeNode and the other ways to free refuse (Driver API, cuGraphAddMemFreeNode and
// cuGraphAddMemAllocNode).
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

CUresult try_add_free(CUgraph graph, CUdeviceptr address, CUgraphNode after) {
    CUgraphNode node = nullptr;
    return cuGraphAddMemFreeNode(&node, graph, &after, after == nullptr ? 0 : 1, address);
}

} // namespace

TEST_CASE_METHOD(Keeping, "GMN-04/twice: an allocation cannot be freed twice in its graph",
                 "[graph_memory]") {
    const CUgraphNode freed_once = add_free(graph(), address(), {last()});
    CHECK(try_add_free(graph(), address(), freed_once) == CUDA_ERROR_INVALID_VALUE);
    CHECK(nodes_of(graph()).size() == 3);
    const Exec exec = instantiate(graph());
    run(exec);
    run(exec); // one free a launch is right: nothing is live
}

TEST_CASE_METHOD(Keeping, "GMN-04/owner: an allocation that its graph frees cannot be freed outside of it",
                 "[graph_memory]") {
    add_free(graph(), address(), {last()});
    const Graph other = create_graph();
    CHECK(try_add_free(other, address(), nullptr) == CUDA_ERROR_INVALID_VALUE);
    CHECK(nodes_of(other).empty());
    const Exec exec = instantiate(graph());
    run(exec);
    const CUresult freed_outside = cuMemFree(address());
    CHECK(freed_outside != CUDA_SUCCESS);
    observe("GMN-04/owner", freed_outside);
    run(exec);
}

TEST_CASE_METHOD(Keeping, "GMN-04/other: an allocation that another graph frees gets no free node in its own",
                 "[graph_memory]") {
    const Graph other = create_graph();
    REQUIRE(try_add_free(other, address(), nullptr) == CUDA_SUCCESS);
    CHECK(try_add_free(graph(), address(), last()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(nodes_of(graph()).size() == 2);
    const Exec allocating = instantiate(graph());
    const Exec freeing = instantiate(other);
    run_keeping(allocating);
    CHECK(holds(address(), size, value));
    run(freeing);
    freed();
}

TEST_CASE_METHOD(Keeping, "GMN-04/foreign: addresses that no allocation node gave are refused by a free node",
                 "[graph_memory]") {
    const DeviceMemory plain = allocate_device(size);
    const DeviceMemory pooled = allocate_from_pool(size);
    const Reservation range = reserve(1);
    const Allocation memory = allocate();
    const Mapping mapped = map(range.address(), memory);
    fill(device_address(plain), size, 1);
    fill(device_address(pooled), size, 2);
    fill(range.address(), granularity(), 3);

    CHECK(try_add_free(graph(), device_address(plain), last()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_free(graph(), device_address(pooled), last()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_free(graph(), range.address(), last()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_free(graph(), 0, last()) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_add_free(graph(), address() + 4096, last()) == CUDA_ERROR_INVALID_VALUE);

    CHECK(nodes_of(graph()).size() == 2);
    CHECK(holds(device_address(plain), size, 1));
    CHECK(holds(device_address(pooled), size, 2));
    CHECK(holds(range.address(), granularity(), 3));
    CHECK(try_add_free(graph(), address(), last()) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Keeping, "GMN-04/before: an allocation that no launch has made yet cannot be freed",
                 "[graph_memory]") {
    const CUresult early = cuMemFree(address());
    CHECK(early != CUDA_SUCCESS);
    observe("GMN-04/before", early);
    const Exec exec = instantiate(graph());
    run_keeping(exec);
    CHECK(holds(address(), size, value));
}

} // namespace cts
