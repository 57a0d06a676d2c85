// "Note that this function may also return error codes from previous, asynchronous launches": what the calls
// answer in a context that a fault has killed is the driver's choice, but it is success or that fault.
#include "tests/prelude.hpp"

namespace cts {
namespace {

constexpr const char* calls[] = {"cuMemAddressReserve", "cuMemCreate",  "cuMemMap",        "cuMemSetAccess",
                                 "cuMemUnmap",          "cuMemRelease", "cuMemAddressFree"};

/// What the calls need, made while all was well: no call gets the remains of one that failed.
struct Ground {
    explicit Ground(const Granule& room)
        : range(room.reserve(2)), unused(room.reserve(1)), first(room.allocate()), second(room.allocate()),
          spare(room.allocate()), mapping(room.map(range.address(), first)) {}

    Reservation range, unused;
    Allocation first, second, spare;
    Mapping mapping;
};

void report_calls(Parent& parent, const Granule& room, Ground& ground, const std::string& when) {
    const CUmemAllocationProp properties = room.properties();
    const CUmemAccessDesc access = room.read_write();
    const size_t bytes = room.granularity();
    const CUdeviceptr behind = ground.range.address(bytes);
    CUdeviceptr address = 0;
    CUmemGenericAllocationHandle handle = 0;
    parent.report("cuMemAddressReserve" + when, cuMemAddressReserve(&address, bytes, 0, 0, 0));
    parent.report("cuMemCreate" + when, cuMemCreate(&handle, bytes, &properties, 0));
    parent.report("cuMemMap" + when, cuMemMap(behind, bytes, 0, ground.second, 0));
    parent.report("cuMemSetAccess" + when, cuMemSetAccess(ground.mapping.address(), bytes, &access, 1));
    parent.report("cuMemUnmap" + when, cuMemUnmap(ground.mapping.release(), bytes));
    parent.report("cuMemRelease" + when, cuMemRelease(ground.spare.release()));
    parent.report("cuMemAddressFree" + when, cuMemAddressFree(ground.unused.release(), bytes));
}

CHILD(call_after_fault) {
    const Reserved room;
    Ground before(room);
    Ground after(room);
    report_calls(parent, room, before, " before");
    launch(fill_call(room.at(0), sizeof(uint32_t), 1)); // nothing is mapped there
    parent.report("fault", cudaDeviceSynchronize());
    report_calls(parent, room, after, " after");
}

} // namespace

TEST_CASE_METHOD(Granule, "CAPQ-09: after a fault the calls succeed or report that very fault",
                 "[capability][sacrifices]") {
    Child child(call_after_fault);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.result("fault") == cudaErrorIllegalAddress);
    for (const std::string call : calls) {
        CAPTURE(call);
        CHECK(report.driver_result(call + " before") == CUDA_SUCCESS);
        const CUresult after = report.driver_result(call + " after");
        CHECK((after == CUDA_SUCCESS || after == CUDA_ERROR_ILLEGAL_ADDRESS));
        observe("CAPQ-09/" + call, after);
    }
}

} // namespace cts
