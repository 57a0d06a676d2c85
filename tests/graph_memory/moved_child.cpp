// A child graph whose ownership is moved to the parent may have memory nodes (Driver API,
// CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE, from 12.9).
#include "fixtures/harness/skip.hpp"
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

/// A parent that owns a graph with a temporary allocation.
class Moved : public Pools {
  public:
    Moved() : result_(allocate_device(size)) {
        int driver = 0;
        must(cuDriverGetVersion(&driver), "cuDriverGetVersion");
        if (CUDA_VERSION < 12090 || driver < 12090) {
            skip("moving a child graph needs a toolkit and a driver for CUDA 12.9");
        }
        Graph child = create_graph();
        add_temporary(child, device(), size, 6, result());
        moved_result_ = add_moved(parent_, child);
        child_ = child;
        if (moved_result_ == CUDA_SUCCESS) {
            (void)child.release(); // the parent's from here on
        }
        fill(result(), size, 0);
    }
    CUresult moved_result() const { return moved_result_; }
    CUgraph parent() const { return parent_; }
    CUgraph child() const { return child_; }
    CUdeviceptr result() const { return device_address(result_); }

    static CUresult add_moved([[maybe_unused]] CUgraph parent, [[maybe_unused]] CUgraph child) {
#if CUDA_VERSION >= 12090
        CUgraphNodeParams parameters{};
        parameters.type = CU_GRAPH_NODE_TYPE_GRAPH;
        parameters.graph.graph = child;
        parameters.graph.ownership = CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE;
        CUgraphNode node = nullptr;
        return cuGraphAddNode(&node, parent, nullptr, nullptr, 0, &parameters);
#else
        return CUDA_ERROR_NOT_SUPPORTED;
#endif
    }

  private:
    DeviceMemory result_;
    Graph parent_ = create_graph();
    CUgraph child_ = nullptr;
    CUresult moved_result_ = CUDA_ERROR_UNKNOWN;
};

} // namespace

TEST_CASE_METHOD(Moved, "GMN-07/runs: a moved child graph with memory nodes runs with its parent",
                 "[graph_memory]") {
    REQUIRE(moved_result() == CUDA_SUCCESS);
    const Exec exec = instantiate(parent());
    run(exec);
    CHECK(holds(result(), size, 6));
    fill(result(), size, 0);
    run(exec);
    CHECK(holds(result(), size, 6));
}

TEST_CASE_METHOD(Moved, "GMN-07/own: a moved child graph cannot be instantiated or destroyed on its own",
                 "[graph_memory]") {
    REQUIRE(moved_result() == CUDA_SUCCESS);
    CUgraphExec handle = nullptr;
    const CUresult instantiated = cuGraphInstantiateWithFlags(&handle, child(), 0);
    const Exec unwanted(instantiated == CUDA_SUCCESS ? handle : nullptr);
    CHECK(instantiated != CUDA_SUCCESS);
    observe("GMN-07/instantiate", instantiated);
    const CUresult destroyed = cuGraphDestroy(child());
    CHECK(destroyed != CUDA_SUCCESS);
    observe("GMN-07/destroy", destroyed);
    const Exec exec = instantiate(parent());
    run(exec);
    CHECK(holds(result(), size, 6));
}

TEST_CASE_METHOD(Moved,
                 "GMN-07/again: a moved child graph cannot be given to another parent or more memory nodes",
                 "[graph_memory]") {
    REQUIRE(moved_result() == CUDA_SUCCESS);
    const Graph other = create_graph();
    const CUresult again = add_moved(other, child());
    CHECK(again != CUDA_SUCCESS);
    observe("GMN-07/again", again);
    CHECK(nodes_of(other).empty());
    CUDA_MEM_ALLOC_NODE_PARAMS parameters = allocation_of(size, device());
    CUgraphNode node = nullptr;
    const CUresult more = cuGraphAddMemAllocNode(&node, child(), nullptr, 0, &parameters);
    CHECK(more != CUDA_SUCCESS);
    observe("GMN-07/more", more);
    const Exec exec = instantiate(parent());
    run(exec);
    CHECK(holds(result(), size, 6));
}

} // namespace cts
