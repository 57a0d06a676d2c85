// The VMM calls on memory that a graph has allocated. No document says what they answer; they must not harm
// it. In a child: where a call went through, using the memory afterwards is a fault, and the child's report
// ends with that call.
#include "tests/graph_memory/memory.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

enum Verb { unmap, address_free, map_over, set_access, retain };

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

constexpr std::pair<const char*, Verb> verbs[] = {{"unmap", unmap},
                                                  {"address-free", address_free},
                                                  {"map", map_over},
                                                  {"set-access", set_access},
                                                  {"retain", retain}};

CHILD(call_on_graph_memory) {
    Keeping graph;
    const CUdeviceptr address = graph.address();
    const Exec exec = instantiate(graph.graph());
    for (const auto& [name, verb] : verbs) {
        const std::string key = name;
        graph.run_keeping(exec);

        parent.report(key, apply(verb, graph, address));

        parent.report(key + " intact", holds(address, graph.size, graph.value) &&
                                           kernel_sees(address, graph.size, graph.value));
        fill(address, graph.size, 1);
        parent.report(key + " writable", static_cast<bool>(holds(address, graph.size, 1)));
        must(cuMemFree(address), "cuMemFree");
        graph.freed();
    }
    graph.run_keeping(exec);
    parent.report("again", static_cast<bool>(holds(address, graph.size, graph.value)));
}

} // namespace

TEST_CASE_METHOD(Pools, "GMN-15: the VMM calls on a graph's allocation do not harm it",
                 "[graph_memory][sacrifices]") {
    Peer child(call_on_graph_memory);
    const ChildReport& report = child.wait();
    for (const auto& [name, verb] : verbs) {
        const std::string key = name;
        INFO(key);
        CHECK((verb == retain || report.driver_result(key) != CUDA_SUCCESS)); // asking changes nothing
        CHECK(report.number(key + " intact") == 1);
        CHECK(report.number(key + " writable") == 1);
        observe("GMN-15/" + key, report.driver_result(key));
    }
    CHECK(report.number("again") == 1);
    CHECK(report.finished);
}

} // namespace cts
