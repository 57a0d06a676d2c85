// What an allocation node may be asked for (Driver API, CUDA_MEM_ALLOC_NODE_PARAMS).
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

class Asking : public Pools {
  public:
    CUresult add(CUDA_MEM_ALLOC_NODE_PARAMS parameters) {
        CUgraphNode node = nullptr;
        const CUresult result = cuGraphAddMemAllocNode(&node, graph_, nullptr, 0, &parameters);
        address_ = parameters.dptr;
        return result;
    }
    CUgraph graph() const { return graph_; }
    CUdeviceptr address() const { return address_; }
    CUDA_MEM_ALLOC_NODE_PARAMS good() const { return allocation_of(size, device()); }

    void check_good_one_works() {
        CHECK(nodes_of(graph_).empty());
        REQUIRE(add(good()) == CUDA_SUCCESS);
        CHECK(address() != 0);
    }

  private:
    Graph graph_ = create_graph();
    CUdeviceptr address_ = 0;
};

} // namespace

TEST_CASE_METHOD(Asking, "GMN-11/handle-type: an allocation node that is to be shareable is refused",
                 "[graph_memory]") {
    CUDA_MEM_ALLOC_NODE_PARAMS shareable = good();
    shareable.poolProps.handleTypes = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    const CUresult result = add(shareable);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-11/handle-type", result);
    check_good_one_works();
}

TEST_CASE_METHOD(Asking, "GMN-11/zero: an allocation node of no bytes is refused", "[graph_memory]") {
    CUDA_MEM_ALLOC_NODE_PARAMS empty = good();
    empty.bytesize = 0;
    CHECK(add(empty) == CUDA_ERROR_INVALID_VALUE);
    check_good_one_works();
}

TEST_CASE_METHOD(Asking, "GMN-11/too-large: an allocation node larger than any memory is refused",
                 "[graph_memory]") {
    CUDA_MEM_ALLOC_NODE_PARAMS huge = good();
    huge.bytesize = size_t{1} << 60;
    const CUresult result = add(huge);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-11/too-large", result);
    check_good_one_works();
}

TEST_CASE_METHOD(Asking, "GMN-11/device: an allocation node on a device that does not exist is refused",
                 "[graph_memory]") {
    CUDA_MEM_ALLOC_NODE_PARAMS nowhere = good();
    nowhere.poolProps.location.id = 99;
    const CUresult result = add(nowhere);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-11/device", result);
    check_good_one_works();
}

TEST_CASE_METHOD(Asking, "GMN-11/type: an allocation node of another allocation type than pinned is refused",
                 "[graph_memory]") {
    CUDA_MEM_ALLOC_NODE_PARAMS untyped = good();
    untyped.poolProps.allocType = CU_MEM_ALLOCATION_TYPE_INVALID;
    const CUresult result = add(untyped);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-11/type", result);
    check_good_one_works();
}

} // namespace cts
