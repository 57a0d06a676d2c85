// Driver API, cuGraphInstantiate, CUgraphInstantiate_flags and cuGraphExecGetFlags.
#include "tests/prelude.hpp"

namespace cts {

namespace {

constexpr unsigned long long auto_free = CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH;
constexpr unsigned long long upload_now = CUDA_GRAPH_INSTANTIATE_FLAG_UPLOAD;
constexpr unsigned long long device_launch = CUDA_GRAPH_INSTANTIATE_FLAG_DEVICE_LAUNCH;
constexpr unsigned long long node_priority = CUDA_GRAPH_INSTANTIATE_FLAG_USE_NODE_PRIORITY;

class OneFill : public Mapped {
  public:
    OneFill() : graph_(create_graph()) {
        add_kernel(graph_, fill_call(address(), bytes(), 2));
        fill(address(), bytes(), 1);
    }
    CUgraph graph() const { return graph_; }

    CUresult try_instantiate(unsigned long long flags) {
        CUgraphExec exec = nullptr;
        const CUresult result = cuGraphInstantiateWithFlags(&exec, graph_, flags);
        exec_ = Exec(result == CUDA_SUCCESS ? exec : nullptr);
        return result;
    }
    CUgraphExec exec() const { return exec_; }
    unsigned long long flags_of_exec() const {
        cuuint64_t flags = ~0ULL;
        must(cuGraphExecGetFlags(exec_, &flags), "cuGraphExecGetFlags");
        return flags;
    }

  private:
    Graph graph_;
    Exec exec_;
};

} // namespace

TEST_CASE_METHOD(OneFill, "INS-02/unknown: unknown instantiation flags are refused", "[instantiate]") {
    CHECK(try_instantiate(1ULL << 20) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_instantiate(1ULL << 40) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_instantiate(auto_free | 1ULL << 63) == CUDA_ERROR_INVALID_VALUE);
    REQUIRE(try_instantiate(auto_free) == CUDA_SUCCESS);
    run(exec());
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(OneFill,
                 "INS-02/conflict: freeing on launch and launching from the device exclude each other",
                 "[instantiate]") {
    need(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "UNIFIED_ADDRESSING");
    CHECK(try_instantiate(auto_free | device_launch) == CUDA_ERROR_INVALID_VALUE);
    CHECK(try_instantiate(device_launch) == CUDA_SUCCESS);
    CHECK(try_instantiate(auto_free) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(OneFill, "INS-04/flags: an executable graph tells the flags that it was made with",
                 "[instantiate]") {
    need(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, "UNIFIED_ADDRESSING");
    for (const unsigned long long flags : {0ULL, auto_free, device_launch, 0ULL}) {
        INFO("flags " << flags);
        REQUIRE(try_instantiate(flags) == CUDA_SUCCESS);
        CHECK(flags_of_exec() == flags);
        unsigned long long by_runtime = ~0ULL;
        CHECK(cudaGraphExecGetFlags(exec(), &by_runtime) == cudaSuccess);
        CHECK(by_runtime == flags);
    }
}

TEST_CASE_METHOD(OneFill, "INS-04/beside: node priority does not hide the other flags", "[instantiate]") {
    for (const unsigned long long flags : {0ULL, auto_free, 0ULL}) {
        INFO("flags beside " << flags);
        REQUIRE(try_instantiate(flags | node_priority) == CUDA_SUCCESS);
        CHECK((flags_of_exec() & ~node_priority) == flags);
        fill(address(), bytes(), 1);
        run(exec());
        CHECK(holds(address(), bytes(), 2));
    }
}

TEST_CASE_METHOD(OneFill, "INS-04/priority: an executable graph tells that it runs by node priority",
                 "[instantiate]") {
    REQUIRE(try_instantiate(0) == CUDA_SUCCESS);
    CHECK(flags_of_exec() == 0);
    REQUIRE(try_instantiate(node_priority) == CUDA_SUCCESS);
    CHECK(flags_of_exec() == node_priority);
}

TEST_CASE_METHOD(
    OneFill, "INS-04/upload: instantiating with upload needs a stream, executes nothing, and leaves no flag",
    "[instantiate]") {
    const Stream stream = create_stream();
    CUDA_GRAPH_INSTANTIATE_PARAMS parameters{};
    parameters.flags = upload_now | auto_free;
    parameters.hUploadStream = stream;
    CUgraphExec handle = nullptr;
    REQUIRE(cuGraphInstantiateWithParams(&handle, graph(), &parameters) == CUDA_SUCCESS);
    const Exec uploaded(handle);
    REQUIRE(cuStreamSynchronize(stream) == CUDA_SUCCESS);

    cuuint64_t flags = ~0ULL;
    REQUIRE(cuGraphExecGetFlags(uploaded, &flags) == CUDA_SUCCESS);
    CHECK(flags == auto_free);
    CHECK(holds(address(), bytes(), 1));
    run(uploaded, stream);
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(OneFill, "INS-04/no-stream: the upload flag without a stream to upload in",
                 "[instantiate]") {
    const CUresult result = try_instantiate(upload_now);
    CHECK(result != CUDA_SUCCESS); // only supported by cuGraphInstantiateWithParams
    observe("INS-04/no-stream", result);
    REQUIRE(try_instantiate(0) == CUDA_SUCCESS);
    run(exec());
    CHECK(holds(address(), bytes(), 2));
}

TEST_CASE_METHOD(OneFill, "INS-04/runtime: the runtime's forms make what they are asked for",
                 "[instantiate]") {
    for (const unsigned long long wanted : {0ULL, auto_free}) {
        for (const auto make : {&cudaGraphInstantiateWithFlags, &cudaGraphInstantiate}) {
            cudaGraphExec_t made = nullptr;
            REQUIRE(make(&made, graph(), wanted) == cudaSuccess);
            const Exec exec(made);
            unsigned long long flags = ~0ULL;
            REQUIRE(cudaGraphExecGetFlags(exec, &flags) == cudaSuccess);
            CHECK(flags == wanted);
            fill(address(), bytes(), 1);
            run(exec);
            CHECK(holds(address(), bytes(), 2));
        }
    }
}

} // namespace cts
