// From a handle to a descriptor (Driver API, cuMemExportToShareableHandle).
#include "fixtures/footprint.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

namespace cts {
namespace {

constexpr auto descriptor_type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

/// Room for a handle of any type, and what closes a descriptor that a refused call left in it.
struct Outlet {
    alignas(8) unsigned char bytes[64] = {};

    CUresult ask(CUmemGenericAllocationHandle handle, unsigned type, unsigned long long flags) {
        const int none = -1;
        std::memcpy(bytes, &none, sizeof none);
        const CUresult result =
            cuMemExportToShareableHandle(bytes, handle, static_cast<CUmemAllocationHandleType>(type), flags);
        int descriptor = -1;
        std::memcpy(&descriptor, bytes, sizeof descriptor);
        const Descriptor granted(result == CUDA_SUCCESS ? descriptor : -1);
        return result;
    }
};

} // namespace

TEST_CASE_METHOD(Shareable, "IPC-05: memory created for it exports as an open descriptor of the caller's",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    int number = -1;
    REQUIRE(cuMemExportToShareableHandle(&number, memory, descriptor_type, 0) == CUDA_SUCCESS);
    Descriptor descriptor(number);
    const int flags = fcntl(number, F_GETFD);
    REQUIRE(flags >= 0);
    struct stat status = {};
    CHECK(fstat(number, &status) == 0);
    observe("IPC-05/closed on exec", (flags & FD_CLOEXEC) != 0);
    CHECK(close(descriptor.release()) == 0);
    CHECK(fcntl(number, F_GETFD) == -1); // so the check can say no
}

TEST_CASE_METHOD(Shareable, "IPC-05/contents: exporting leaves mappings and their contents as they were",
                 "[sharing]") {
    const Allocation memory = allocate_shareable(2);
    const Mapping first = map(at(0), memory, 2);
    const Mapping second(at(2), granules(2), memory, read_only());
    ramp(at(0), granules(2), 500);
    const Descriptor descriptor = export_memory(memory);
    for (const CUdeviceptr address : {at(0), at(2)}) {
        CHECK(holds_ramp(address, granules(2), 500));
        CHECK(kernel_sees_ramp(address, granules(2), 500));
    }
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    const Reservation elsewhere = reserve(6); // also when there are more of them, in any order
    const Mapping more[] = {map(elsewhere.address(), memory, 2),
                            map(elsewhere.address(granules(2)), memory, 2),
                            map(elsewhere.address(granules(4)), memory, 2)};
    const Descriptor again = export_memory(memory);
    for (const Mapping& mapped : more) {
        CHECK(access_at(mapped.address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    ramp(at(0), granules(2), 9000); // and they still are one memory
    CHECK(kernel_sees_ramp(at(2), granules(2), 9000));
    CHECK_FALSE(kernel_sees_ramp(at(2), granules(2), 500));
}

TEST_CASE_METHOD(Shareable, "IPC-05/retained: memory whose handle was released is exported by a retained one",
                 "[sharing]") {
    Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    ramp(at(0), granularity(), 0x505);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemRetainAllocationHandle(&handle, pointer(at(0))), "cuMemRetainAllocationHandle");
    const Allocation retained(handle);
    Outlet outlet;
    CHECK(outlet.ask(retained, descriptor_type, 0) == CUDA_SUCCESS);
    const Allocation imported = import_memory(export_memory(retained));
    const Mapping there = map(at(1), imported);
    CHECK(kernel_sees_ramp(at(1), granularity(), 0x505));
}

TEST_CASE_METHOD(Shareable, "IPC-06: memory that was not created for sharing cannot be exported",
                 "[sharing]") {
    const Allocation plain = allocate();
    const Allocation shareable = allocate_shareable();
    Outlet outlet;
    CHECK(outlet.ask(shareable, descriptor_type, 0) == CUDA_SUCCESS);
    CHECK(outlet.ask(plain, descriptor_type, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(outlet.ask(plain, CU_MEM_HANDLE_TYPE_NONE, 0) != CUDA_SUCCESS);
    CHECK(outlet.ask(shareable, descriptor_type, 0) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Shareable, "IPC-06/type: a handle type that the memory was not created for is refused",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    Outlet outlet;
    // None, Win32, Win32 KMT, fabric, two at once, and a bit that is no handle type.
    for (const unsigned type : {0U, 2U, 4U, 8U, 9U, 0x40U}) {
        CAPTURE(type);
        const CUresult result = outlet.ask(memory, type, 0);
        CHECK(result != CUDA_SUCCESS);
        observe("IPC-06/type " + std::to_string(type), result);
        CHECK(outlet.ask(memory, descriptor_type, 0) == CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Shareable, "IPC-06/arguments: flags and a missing result are refused", "[sharing]") {
    const Allocation memory = allocate_shareable();
    Outlet outlet;
    for (const unsigned long long flags : {1ULL, 1ULL << 31, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(flags);
        CHECK(outlet.ask(memory, descriptor_type, flags) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(cuMemExportToShareableHandle(nullptr, memory, descriptor_type, 0) == CUDA_ERROR_INVALID_VALUE);
    CHECK(outlet.ask(memory, descriptor_type, 0) == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Shareable, "IPC-06/refused: a refused export leaves no descriptor and no reference behind",
                 "[sharing][accounting]") {
    constexpr size_t count = 16;
    const Allocation plain = allocate();
    Allocation memory = allocate_shareable(count);
    Outlet outlet;
    REQUIRE(outlet.ask(memory, descriptor_type, 0) == CUDA_SUCCESS); // what the driver opens once is open
    const size_t held = free_memory();
    const size_t open = footprint().descriptors;
    for (int i = 0; i < 20; ++i) {
        CHECK(outlet.ask(plain, descriptor_type, 0) != CUDA_SUCCESS);
        CHECK(outlet.ask(memory, CU_MEM_HANDLE_TYPE_WIN32, 0) != CUDA_SUCCESS);
        CHECK(outlet.ask(memory, descriptor_type, 1) != CUDA_SUCCESS);
        CHECK(cuMemExportToShareableHandle(nullptr, memory, descriptor_type, 0) != CUDA_SUCCESS);
        CHECK(outlet.ask(memory, descriptor_type, 0) == CUDA_SUCCESS); // nor does the next one open two
    }
    CHECK(footprint().descriptors == open);
    CHECK(free_memory() == held);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + granules(count));
}

} // namespace cts
