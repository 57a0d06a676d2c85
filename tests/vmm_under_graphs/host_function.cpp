#include "tests/prelude.hpp"

#include <cstring>
#include <optional>

namespace cts {
namespace {

/// Host memory of virtual memory management, readable by this device and by the host.
class HostRange : public Granule {
  public:
    HostRange() : range_(host_granularity()) { map_fresh(); }

    CUdeviceptr address() const { return range_.address(); }
    size_t bytes() const { return range_.bytes(); }
    /// Replaces the memory behind the range.
    void map_fresh() {
        mapping_.reset();
        memory_ = create_allocation(bytes(), host_properties());
        mapping_.emplace(address(), bytes(), memory_);
        const CUmemAccessDesc access[] = {read_write(),
                                          {host_properties().location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE}};
        must(cuMemSetAccess(address(), bytes(), access, 2), "cuMemSetAccess");
    }

  private:
    CUmemAllocationProp host_properties() const {
        need_host_numa();
        CUmemAllocationProp host{};
        host.type = CU_MEM_ALLOCATION_TYPE_PINNED;
        host.location = {CU_MEM_LOCATION_TYPE_HOST_NUMA, attribute(CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID)};
        return host;
    }
    size_t host_granularity() const {
        const CUmemAllocationProp host = host_properties();
        size_t bytes = 0;
        must(cuMemGetAllocationGranularity(&bytes, &host, CU_MEM_ALLOC_GRANULARITY_MINIMUM),
             "cuMemGetAllocationGranularity");
        return bytes;
    }

    Reservation range_;
    Allocation memory_;
    std::optional<Mapping> mapping_;
};

struct Reading {
    const void* source;
    std::vector<uint32_t> found;
};

void CUDART_CB read_all(void* data) {
    auto& reading = *static_cast<Reading*>(data);
    std::memcpy(reading.found.data(), reading.source, reading.found.size() * sizeof(uint32_t));
}

} // namespace

TEST_CASE_METHOD(HostRange, "VXG-29: a host function in a graph reads the host memory that is mapped now",
                 "[vmm_under_graphs]") {
    Reading reading{pointer(address()), std::vector<uint32_t>(word_count(bytes()))};
    const Graph graph = create_graph();
    cudaGraphNode_t node = nullptr;
    const cudaHostNodeParams parameters{read_all, &reading};
    REQUIRE(cudaGraphAddHostNode(&node, graph, nullptr, 0, &parameters) == cudaSuccess);
    const Exec exec = instantiate(graph);
    const Stream stream = create_stream();
    ramp(address(), bytes(), 100); // by the device
    run(exec, stream);
    CHECK(host_holds_ramp(reading.found.data(), bytes(), 100));

    map_fresh();
    ramp(address(), bytes(), 70000);
    CHECK_FALSE(host_holds_ramp(reading.found.data(), bytes(), 70000));
    run(exec, stream);

    CHECK(host_holds_ramp(reading.found.data(), bytes(), 70000));
}

} // namespace cts
