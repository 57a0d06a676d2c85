#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

namespace cts {
namespace {

cudaPointerAttributes attributes_of(CUdeviceptr address) {
    cudaPointerAttributes attributes{};
    attributes.device = -77;
    attributes.hostPointer = attributes.devicePointer = &attributes;
    must(cudaPointerGetAttributes(&attributes, pointer(address)), "cudaPointerGetAttributes");
    return attributes;
}

} // namespace

TEST_CASE_METHOD(Mapped, "PTR-14: the runtime sees mapped memory as memory of its device",
                 "[pointer_attributes]") {
    for (const CUdeviceptr asked : {address(), address() + bytes() - 1}) {
        const cudaPointerAttributes found = attributes_of(asked);
        CHECK(found.type == cudaMemoryTypeDevice);
        CHECK(found.device == device());
        CHECK(found.devicePointer == pointer(asked));
        CHECK(found.hostPointer == nullptr);
    }
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // asking has not changed that
    const PinnedMemory host = allocate_pinned(4096);
    const cudaPointerAttributes pinned = attributes_of(device_address(host.get()));
    CHECK(pinned.type == cudaMemoryTypeHost);
    CHECK(pinned.hostPointer == host.get());
}

TEST_CASE_METHOD(Reserved,
                 "PTR-14/large: the runtime sees so each granule of a mapping, also a read-only one",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(3);
    const Reservation elsewhere = reserve(6);
    const Mapping before = map(elsewhere.address(), memory, 3); // aliases, each with addresses of its own
    const Mapping mapped(at(1), granules(3), memory);
    const Mapping behind = map(elsewhere.address(granules(3)), memory, 3);
    for (const CUmemAccessDesc& access : {read_only(), read_write()}) {
        REQUIRE(cuMemSetAccess(at(1), granules(3), &access, 1) == CUDA_SUCCESS);
        for (const CUdeviceptr asked :
             {at(1), at(2) + 12, at(4) - 1, before.address() + 4, elsewhere.end() - 1}) {
            CAPTURE(asked - at(0));
            const cudaPointerAttributes found = attributes_of(asked);
            CHECK(found.type == cudaMemoryTypeDevice);
            CHECK(found.device == device());
            CHECK(found.devicePointer == pointer(asked));
            CHECK(found.hostPointer == nullptr);
        }
    }
}

TEST_CASE_METHOD(Shareable, "PTR-14/imported: the runtime sees imported memory as memory of its device",
                 "[pointer_attributes]") {
    const Allocation memory = allocate_shareable(2);
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping mapped = map(at(1), imported, 2);
    for (const CUdeviceptr asked : {at(1), at(3) - 1}) {
        const cudaPointerAttributes found = attributes_of(asked);
        CHECK(found.type == cudaMemoryTypeDevice);
        CHECK(found.device == device());
        CHECK(found.devicePointer == pointer(asked));
        CHECK(found.hostPointer == nullptr);
    }
}

TEST_CASE_METHOD(Granule, "PTR-14/freed: the runtime sees an address of a freed reservation as unregistered",
                 "[pointer_attributes]") {
    CUdeviceptr gone = 0;
    {
        const Reservation range = reserve(1);
        const Allocation memory = allocate();
        const Mapping mapped = map(range.address(), memory);
        gone = range.address();
        CHECK(attributes_of(gone).type == cudaMemoryTypeDevice);
    }
    const cudaPointerAttributes found = attributes_of(gone);
    CHECK(found.type == cudaMemoryTypeUnregistered);
}

} // namespace cts
