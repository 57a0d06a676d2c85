#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(UpdateRung, "UPD-33/read: the last error holds 910 until it is read once",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);
    CHECK(cudaPeekAtLastError() == cudaSuccess);

    cudaGraphExecUpdateResultInfo info{};
    REQUIRE(cudaGraphExecUpdate(exec, new_work.graph, &info) == cudaErrorGraphExecUpdateFailure);

    CHECK(cudaPeekAtLastError() == cudaErrorGraphExecUpdateFailure);
    CHECK(cudaStreamSynchronize(nullptr) == cudaSuccess);
    CHECK(cudaPeekAtLastError() ==
          cudaErrorGraphExecUpdateFailure); // success of another call does not clear it
    CHECK(cudaGetLastError() == cudaErrorGraphExecUpdateFailure);
    CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE_METHOD(UpdateRung, "UPD-33/healthy: after a refusal the context does all other work",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);
    REQUIRE(update(exec, new_work.graph).error == cudaErrorGraphExecUpdateFailure);

    CHECK(cudaDeviceSynchronize() == cudaSuccess);
    fill(second(0), cell_bytes, 5);
    CHECK(cell_holds(second(0), 5));
    const Allocation memory = allocate();
    const Reservation range = reserve(1);
    const Mapping mapped = map(range.address(), memory);
    fill(range.address(), granularity(), 6);
    CHECK(holds(range.address(), granularity(), 6));
    const Exec another = instantiate(new_work.graph);
    launch_on_image(another);
    CHECK(cell_holds(first(0), 2));
    CHECK(
        accepted(attempt(another, new_work.graph, one_memset(memset_words(first(0), cell_bytes, 3)).graph)));
}

TEST_CASE_METHOD(UpdateRung, "UPD-33/driver: the driver's own call leaves the runtime's last error alone",
                 "[graph_update]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);

    CUgraphExecUpdateResultInfo info{};
    REQUIRE(cuGraphExecUpdate(exec, new_work.graph, &info) == CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);

    CHECK(cudaGetLastError() == cudaSuccess);
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

} // namespace cts
