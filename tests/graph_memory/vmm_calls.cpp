// The VMM calls on memory that a graph has allocated. No document says what they answer; they must not harm
// it.
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

class Live : public Keeping {
  public:
    Live() : exec_(instantiate(graph())) { run_keeping(exec_); }
    ~Live() = default;

    void check_unharmed() {
        CHECK(holds(address(), size, value));
        CHECK(kernel_sees(address(), size, value));
        fill(address(), size, 1);
        CHECK(holds(address(), size, 1));
        REQUIRE(cuMemFree(address()) == CUDA_SUCCESS);
        freed();
        run_keeping(exec_);
        CHECK(holds(address(), size, value));
    }

  private:
    Exec exec_;
};

} // namespace

TEST_CASE_METHOD(Live, "GMN-15/unmap: unmapping a graph's allocation is refused and does not harm it",
                 "[graph_memory]") {
    const CUresult result = cuMemUnmap(address(), granularity());
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/unmap", result);
    check_unharmed();
}

TEST_CASE_METHOD(
    Live, "GMN-15/address-free: freeing the address of a graph's allocation is refused and does not harm it",
    "[graph_memory]") {
    const CUresult result = cuMemAddressFree(address(), granularity());
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/address-free", result);
    check_unharmed();
}

TEST_CASE_METHOD(Live, "GMN-15/map: mapping over a graph's allocation is refused and does not harm it",
                 "[graph_memory]") {
    const Allocation memory = allocate();
    const CUresult result = cuMemMap(address(), granularity(), 0, memory, 0);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/map", result);
    check_unharmed();
}

TEST_CASE_METHOD(Live, "GMN-15/set-access: taking access from a graph's allocation does not harm it",
                 "[graph_memory]") {
    const CUmemAccessDesc none = no_access();
    const CUresult result = cuMemSetAccess(address(), granularity(), &none, 1);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/set-access", result);
    check_unharmed();
}

TEST_CASE_METHOD(Live, "GMN-15/retain: asking for the handle behind a graph's allocation does not harm it",
                 "[graph_memory]") {
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemRetainAllocationHandle(&handle, pointer(address()));
    const Allocation retained(result == CUDA_SUCCESS ? handle : 0);
    observe("GMN-15/retain", result);
    check_unharmed();
}

} // namespace cts
