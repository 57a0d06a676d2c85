// The VMM calls on memory that a graph has allocated. No document says what they answer; they must not harm
// it. In a child: where a call went through, using the memory afterwards would be a fault.
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

enum Verb : long long { unmap, address_free, map_over, set_access, retain };

CUresult apply(Verb verb, const Granule& rung, CUdeviceptr address) {
    const size_t bytes = rung.granularity();
    switch (verb) {
    case unmap:
        return cuMemUnmap(address, bytes);
    case address_free:
        return cuMemAddressFree(address, bytes);
    case map_over:
        return cuMemMap(address, bytes, 0, rung.allocate(), 0);
    case set_access: {
        const CUmemAccessDesc none = rung.no_access();
        return cuMemSetAccess(address, bytes, &none, 1);
    }
    case retain: {
        CUmemGenericAllocationHandle handle = 0;
        const CUresult result = cuMemRetainAllocationHandle(&handle, pointer(address));
        const Allocation retained(result == CUDA_SUCCESS ? handle : 0);
        return result;
    }
    }
    return CUDA_ERROR_UNKNOWN;
}

CHILD(call_on_graph_memory) {
    Keeping graph;
    const CUdeviceptr address = graph.address();
    const Exec exec = instantiate(graph.graph());
    graph.run_keeping(exec);
    const auto verb = static_cast<Verb>(parent.receive_number());

    parent.report("result", apply(verb, graph, address));

    parent.report("intact",
                  holds(address, graph.size, graph.value) && kernel_sees(address, graph.size, graph.value));
    fill(address, graph.size, 1);
    parent.report("writable", static_cast<bool>(holds(address, graph.size, 1)));
    must(cuMemFree(address), "cuMemFree");
    graph.freed();
    graph.run_keeping(exec);
    parent.report("again", static_cast<bool>(holds(address, graph.size, graph.value)));
}

class Judging : public Pools {
  public:
    /// Gives what the call answered, having checked that the allocation is none the worse.
    CUresult call(Verb verb) {
        Child child(call_on_graph_memory);
        child.send_number(verb);
        const ChildReport& report = child.wait();
        CHECK(report.number("intact") == 1);
        CHECK(report.number("writable") == 1);
        CHECK(report.number("again") == 1);
        CHECK(report.finished);
        CHECK(report.problems.empty());
        return report.driver_result("result");
    }
};

} // namespace

TEST_CASE_METHOD(Judging, "GMN-15/unmap: unmapping a graph's allocation does not harm it",
                 "[graph_memory][sacrifices]") {
    const CUresult result = call(unmap);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/unmap", result);
}

TEST_CASE_METHOD(Judging, "GMN-15/address-free: freeing the address of a graph's allocation does not harm it",
                 "[graph_memory][sacrifices]") {
    const CUresult result = call(address_free);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/address-free", result);
}

TEST_CASE_METHOD(Judging, "GMN-15/map: mapping over a graph's allocation does not harm it",
                 "[graph_memory][sacrifices]") {
    const CUresult result = call(map_over);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/map", result);
}

TEST_CASE_METHOD(Judging, "GMN-15/set-access: taking access from a graph's allocation does not harm it",
                 "[graph_memory][sacrifices]") {
    const CUresult result = call(set_access);
    CHECK(result != CUDA_SUCCESS);
    observe("GMN-15/set-access", result);
}

TEST_CASE_METHOD(Judging, "GMN-15/retain: asking for the handle behind a graph's allocation does not harm it",
                 "[graph_memory][sacrifices]") {
    observe("GMN-15/retain", call(retain));
}

} // namespace cts
