// cuMemGetAllocationPropertiesFromHandle, for every road to a handle.
#include "tests/prelude.hpp"

#include <cstring>
#include <unistd.h>

namespace cts {
namespace {

constexpr auto descriptor_type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

CUmemAllocationProp properties_of(CUmemGenericAllocationHandle handle) {
    CUmemAllocationProp found;
    std::memset(&found, 0x5a, sizeof found); // so that a field that is not set shows
    must(cuMemGetAllocationPropertiesFromHandle(&found, handle), "cuMemGetAllocationPropertiesFromHandle");
    return found;
}

void check(const CUmemAllocationProp& found, const CUmemAllocationProp& asked) {
    CHECK(found.type == asked.type);
    CHECK(found.location.type == asked.location.type);
    CHECK(found.location.id == asked.location.id);
    CHECK(found.allocFlags.compressionType == CU_MEM_ALLOCATION_COMP_NONE); // no case here asks for it
    CHECK(found.allocFlags.usage == asked.allocFlags.usage);
}

Allocation import_from(int descriptor) {
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        descriptor_type),
         "cuMemImportFromShareableHandle");
    return Allocation(handle);
}

Allocation retain(CUdeviceptr address) {
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemRetainAllocationHandle(&handle, pointer(address)), "cuMemRetainAllocationHandle");
    return Allocation(handle);
}

CHILD(read_properties_of_import) {
    const Granule room;
    const int descriptor = parent.receive_descriptor();
    const Allocation memory = import_from(descriptor);
    close(descriptor);
    const CUmemAllocationProp found = properties_of(memory);
    parent.report("type", found.type);
    parent.report("location type", found.location.type);
    parent.report("right device", found.location.id == room.device() ? 1 : 0);
    parent.report("handle types", static_cast<long long>(found.requestedHandleTypes));
}

} // namespace

TEST_CASE_METHOD(Granule, "ALC-14: a handle tells what it was created with", "[allocation]") {
    const Allocation plain = allocate();
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    const Allocation large = allocate(3);
    check(properties_of(plain), properties());
    check(properties_of(large), properties());
    check(properties_of(shareable), shareable_properties());
    CHECK(properties_of(plain).requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE);
    CHECK(properties_of(large).requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE);
    CHECK(properties_of(shareable).requestedHandleTypes == descriptor_type);
    observe("ALC-14/GPUDirect RDMA when not asked for",
            static_cast<unsigned>(properties_of(plain).allocFlags.gpuDirectRDMACapable));
}

TEST_CASE_METHOD(Mapped, "ALC-14/retained: a retained handle tells it, too, when the first one is released",
                 "[allocation]") {
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    const Mapping second = map(at(1), shareable);
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const Allocation plain_again = retain(address() + bytes() - 1);
    const Allocation shareable_again = retain(at(1));
    check(properties_of(plain_again), properties());
    check(properties_of(shareable_again), shareable_properties());
    CHECK(properties_of(plain_again).requestedHandleTypes == CU_MEM_HANDLE_TYPE_NONE);
    CHECK(properties_of(shareable_again).requestedHandleTypes == descriptor_type);
}

TEST_CASE_METHOD(Granule, "ALC-14/imported: an imported handle tells it, in this process and in another",
                 "[allocation][sacrifices]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation memory = create_allocation(granularity(), shareable_properties());
    int descriptor = -1;
    must(cuMemExportToShareableHandle(&descriptor, memory, descriptor_type, 0),
         "cuMemExportToShareableHandle");
    Peer child(read_properties_of_import);
    child.send_descriptor(descriptor);
    const Allocation imported = import_from(descriptor);
    close(descriptor);
    check(properties_of(imported), shareable_properties());
    observe("ALC-14/handle types of an import",
            static_cast<unsigned>(properties_of(imported).requestedHandleTypes));

    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.number("type") == CU_MEM_ALLOCATION_TYPE_PINNED);
    CHECK(report.number("location type") == CU_MEM_LOCATION_TYPE_DEVICE);
    CHECK(report.number("right device") == 1);
    observe("ALC-14/handle types of an import in another process", report.number("handle types"));
}

TEST_CASE_METHOD(Granule, "ALC-14/null: a missing result is refused", "[allocation]") {
    const Allocation memory = allocate();
    CHECK(cuMemGetAllocationPropertiesFromHandle(nullptr, memory) == CUDA_ERROR_INVALID_VALUE);
    check(properties_of(memory), properties());
}

TEST_CASE_METHOD(Mapped, "ALC-14/often: hundreds of handles in turn tell their own properties",
                 "[allocation]") {
    const Allocation shareable = create_allocation(granularity(), shareable_properties());
    size_t wrong = 0;
    for (size_t i = 0; i < 300; ++i) {
        const bool plain = i % 2 == 0;
        wrong += properties_of(plain ? memory() : shareable).requestedHandleTypes !=
                 (plain ? CU_MEM_HANDLE_TYPE_NONE : descriptor_type);
    }
    CHECK(wrong == 0);
}

} // namespace cts
