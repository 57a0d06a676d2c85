// From a descriptor to a handle, within one process (Driver API, cuMemImportFromShareableHandle).
#include "fixtures/footprint.hpp"
#include "fixtures/size.hpp"
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <array>
#include <thread>
#include <unistd.h>
#include <vector>

namespace cts {

TEST_CASE_METHOD(Shareable, "IPC-09: an import is a handle for the very same memory", "[sharing]") {
    const Allocation memory = allocate_shareable(2);
    const Mapping mapped = map(at(0), memory, 2);
    ramp(at(0), granules(2), 9);
    Descriptor descriptor = export_memory(memory);
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemImportFromShareableHandle(&handle, os_handle(descriptor),
                                           CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) == CUDA_SUCCESS);
    const Allocation imported(handle);
    observe("IPC-09/import has the handle of the original", imported.get() == memory.get());
    CHECK(close(descriptor.release()) == 0); // the import has its own reference

    const Mapping there = map(at(2), imported, 2);
    CHECK(holds_ramp(at(2), granules(2), 9));
    CHECK(kernel_sees_ramp(at(2), granules(2), 9));
    ramp(at(2), granules(2), 90000);
    CHECK(holds_ramp(at(0), granules(2), 90000));
    CHECK(kernel_sees_ramp(at(0), granules(2), 90000));
    CHECK_FALSE(kernel_sees_ramp(at(0), granules(2), 9));
}

TEST_CASE_METHOD(Shareable,
                 "IPC-09/access: an import's mapping starts without access, the original's keeps its",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping there(at(1), granularity(), imported);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    const CUmemAccessDesc access = read_only();
    REQUIRE(cuMemSetAccess(at(1), granularity(), &access, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    for (const CUmemAccessDesc& both : {no_access(), read_write()}) { // one call sets them like any two
        REQUIRE(cuMemSetAccess(at(0), granules(2), &both, 1) == CUDA_SUCCESS);
        CHECK(access_at(at(0)) == static_cast<unsigned long long>(both.flags));
        CHECK(access_at(at(1)) == static_cast<unsigned long long>(both.flags));
    }
}

TEST_CASE_METHOD(Shareable, "IPC-09/released: an import outlives the handle that it came from", "[sharing]") {
    Allocation memory = allocate_shareable();
    {
        const Mapping passing = map(at(0), memory);
        ramp(at(0), granularity(), 19);
    }
    Allocation first = import_memory(export_memory(memory));
    const Allocation second = import_memory(export_memory(memory));
    observe("IPC-09/two imports have one handle", first.get() == second.get());
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    const Mapping there = map(at(1), first);
    const Mapping elsewhere = map(at(2), second);
    CHECK(kernel_sees_ramp(at(1), granularity(), 19));
    ramp(at(1), granularity(), 190);
    CHECK(holds_ramp(at(2), granularity(), 190));
    REQUIRE(cuMemRelease(first.release()) == CUDA_SUCCESS); // and its mapping the import's handle
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(at(1), granularity(), 191);
    CHECK(kernel_sees(at(2), granularity(), 191));
}

TEST_CASE_METHOD(Shareable, "IPC-09/many: of many descriptors each imports its own memory", "[sharing]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    std::vector<Descriptor> descriptors;
    for (size_t i = 0; i < count; ++i) {
        const Allocation memory = allocate_shareable();
        const Mapping passing = map(at(0), memory);
        fill(at(0), granularity(), static_cast<uint32_t>(1000 + i));
        descriptors.push_back(export_memory(memory)); // which is all that keeps this memory
    }
    std::vector<Allocation> imports(count);
    std::vector<Mapping> mappings;
    for (size_t i = count; i-- > 0;) { // not in the order of their creation
        imports[i] = import_memory(descriptors[i]);
        mappings.push_back(map(range.address(granules(i)), imports[i]));
    }
    for (size_t i = 0; i < count; ++i) {
        CAPTURE(i);
        const CUdeviceptr address = range.address(granules(i));
        CHECK(kernel_sees(address, granularity(), static_cast<uint32_t>(1000 + i)));
        CHECK(holds(address, granularity(), static_cast<uint32_t>(1000 + i)));
    }
}

TEST_CASE_METHOD(Shareable, "IPC-09/sizes: imports of several sizes are as large as their originals",
                 "[sharing]") {
    for (const size_t count : std::array<size_t, 3>{1, 3, 4}) {
        CAPTURE(count);
        const Allocation memory = allocate_shareable(count);
        {
            const Mapping passing = map(at(0), memory, count);
            ramp(at(0), granules(count), 5);
        }
        const Allocation imported = import_memory(export_memory(memory));
        const Reservation range = reserve(count + 1);
        const CUresult larger = cuMemMap(range.address(), granules(count + 1), 0, imported, 0);
        CHECK(larger != CUDA_SUCCESS);
        if_mapped(larger, range.address(), granules(count + 1)).reset();
        const Mapping whole = map(range.address(), imported, count);
        CHECK(kernel_sees_ramp(range.address(), granules(count), 5));
    }
}

TEST_CASE_METHOD(Shareable, "IPC-11/churn: importing and releasing over and over loses nothing",
                 "[sharing][accounting]") {
    const Allocation memory = allocate_shareable();
    const Descriptor descriptor = export_memory(memory);
    { const Allocation warm = import_memory(descriptor); }
    const size_t held = free_memory();
    const size_t open = footprint().descriptors;
    for (size_t i = 0; i < 100 * size_factor(); ++i) {
        const Allocation first = import_memory(descriptor);
        const Allocation second = import_memory(export_memory(memory));
        const Mapping mapped = map(at(0), second);
    }
    CHECK(free_memory() == held);
    CHECK(footprint().descriptors == open);
    const Allocation last = import_memory(descriptor);
    const Mapping mapped = map(at(0), last);
    fill(at(0), granularity(), 11);
    CHECK(holds(at(0), granularity(), 11));
}

TEST_CASE_METHOD(Shareable, "IPC-11/together: memory goes with the last of many imports that live at once",
                 "[sharing][accounting]") {
    constexpr size_t count = 2;
    const auto import_often = [this](size_t imports) {
        Allocation memory = allocate_shareable(count);
        Descriptor descriptor = export_memory(memory);
        std::vector<Allocation> imported;
        while (imported.size() < imports) {
            imported.push_back(import_memory(descriptor));
        }
        {
            Mapping first = map(at(0), imported.front(), count);
            Mapping last = map(at(count), imported.back(), count);
            REQUIRE(cuMemUnmap(first.release(), granules(2 * count)) == CUDA_SUCCESS); // both
            last.release();
        }
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        REQUIRE(close(descriptor.release()) == 0);
        const size_t held = free_memory();
        while (imported.size() > 1) {
            imported.pop_back();
        }
        CHECK(free_memory() == held);
        imported.pop_back();
        CHECK(free_memory() == held + granules(count));
    };
    import_often(1);
    import_often(20);
    import_often(300);
}

TEST_CASE_METHOD(Shareable,
                 "IPC-09/apart: closing and unmapping the original leaves the import's mapping open",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    Mapping mapped = map(at(0), memory);
    ramp(at(0), granularity(), 0x90);
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping there = map(at(1), imported);
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(at(0), granularity(), &none, 1) == CUDA_SUCCESS);
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    REQUIRE(cuMemUnmap(mapped.release(), granularity()) == CUDA_SUCCESS);
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(kernel_sees_ramp(at(1), granularity(), 0x90));
    CHECK(holds_ramp(at(1), granularity(), 0x90));
}

TEST_CASE_METHOD(Shareable, "IPC-09/threads: what one thread exports another imports, maps and lets go of",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Mapping mapped = map(at(0), memory);
    fill(at(0), granularity(), 0x91);
    int descriptor = -1;
    CUmemGenericAllocationHandle handle = 0;
    std::vector<CUresult> results;
    const auto on_other_thread = [&](auto call) {
        std::jthread([&] { // no assertion in here: Catch2's are for one thread
            (void)cuCtxSetCurrent(context());
            results.push_back(call());
        })
            .join();
    };
    on_other_thread([&] {
        return cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0);
    });
    const Descriptor owner(descriptor);
    on_other_thread([&] {
        return cuMemImportFromShareableHandle(&handle, os_handle(owner),
                                              CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
    });
    REQUIRE(results == std::vector(2, CUDA_SUCCESS));
    Allocation imported(handle);
    Mapping there = map(at(1), imported);
    CHECK(kernel_sees(at(1), granularity(), 0x91));
    fill(at(1), granularity(), 0x92);
    CHECK(holds(at(0), granularity(), 0x92));
    on_other_thread([&] { return cuMemUnmap(there.release(), granularity()); });
    on_other_thread([&] { return cuMemRelease(imported.release()); });
    CHECK(results == std::vector(4, CUDA_SUCCESS));
    CHECK(access_at(at(0)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    CHECK(kernel_sees(at(0), granularity(), 0x92));
}

TEST_CASE_METHOD(Shareable, "IPC-09/often: of many exports in turn each imports as its own memory",
                 "[sharing]") {
    const Allocation memories[] = {allocate_shareable(), allocate_shareable(), allocate_shareable()};
    for (uint32_t i = 0; i < 3; ++i) {
        const Mapping passing = map(at(0), memories[i]);
        fill(at(0), granularity(), 0x900 + i);
    }
    size_t wrong = 0;
    for (uint32_t i = 0; i < 60; ++i) {
        const Allocation imported = import_memory(export_memory(memories[i % 3]));
        const Mapping mapped = map(at(1), imported);
        wrong += word_at(at(2) - 4) != 0x900 + i % 3;
    }
    CHECK(wrong == 0);
}

TEST_CASE_METHOD(Shareable,
                 "IPC-09/twice: each of several imports from one descriptor can be read and written",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Descriptor descriptor = export_memory(memory);
    const Mapping mapped = map(at(0), memory);
    for (uint32_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        const CUmemAccessDesc own = i % 2 == 0 ? read_write() : read_only(); // access of the exporter's
        REQUIRE(cuMemSetAccess(at(0), granularity(), &own, 1) == CUDA_SUCCESS);
        const Descriptor fresh = export_memory(memory);
        const Allocation imported = import_memory(i < 2 ? descriptor : fresh);
        const Mapping there(at(1), granularity(), imported);
        const CUmemAccessDesc access = read_write();
        REQUIRE(cuMemSetAccess(at(1), granularity(), &access, 1) == CUDA_SUCCESS);
        REQUIRE(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        fill(at(1), granularity(), 0x92 + i);
        CHECK(kernel_sees(at(0), granularity(), 0x92 + i));
    }
}

} // namespace cts
