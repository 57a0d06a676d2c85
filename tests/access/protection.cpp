// What read-only and no access keep out (Driver API, CUmemAccess_flags). Copies are refused by the driver at
// once; a kernel faults, which ends its context, so it runs in a child. The memory is shared with the parent,
// who sees afterwards that nothing was written.
#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {
namespace {

constexpr uint32_t allowed = 0x0a110ed0;
constexpr uint32_t forbidden = 0xf02b1dd0;

enum Touch : long long { load, store };

/// Uses shared memory with full access, takes access away, and touches the last word with a kernel.
CHILD(touch_without_access) {
    const Reserved room;
    const int descriptor = parent.receive_descriptor();
    CUmemGenericAllocationHandle handle = 0;
    must(cuMemImportFromShareableHandle(&handle, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                        CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
         "cuMemImportFromShareableHandle");
    const Allocation memory(handle);
    close(descriptor);
    const auto flags = static_cast<CUmemAccess_flags>(parent.receive_number());
    const bool stores = parent.receive_number() == store;
    const CUdeviceptr base = room.at(1);
    const CUdeviceptr last = base + room.granularity() - sizeof(uint32_t);
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));

    const Mapping mapped = room.map(base, memory);
    fill(base, room.granularity(), allowed); // a translation that allows everything is cached now
    parent.report("sees before", kernel_sees(base, room.granularity(), allowed) ? 1 : 0);
    CUmemAccessDesc access = room.read_write();
    access.flags = flags;
    parent.report("set access", cuMemSetAccess(base, room.granularity(), &access, 1));
    if (flags == CU_MEM_ACCESS_FLAGS_PROT_READ) {
        parent.report("reads", kernel_sees(base, room.granularity(), allowed) ? 1 : 0);
    }
    if (stores) {
        launch(fill_call(last, sizeof(uint32_t), forbidden));
    } else {
        launch(copy_call(device_address(target.get()), last, sizeof(uint32_t)));
    }
    parent.report("touch", cudaDeviceSynchronize());
    parent.report("touch again", cudaDeviceSynchronize());
}

/// Takes access from two mappings by one call, of which the second could be read only, and loads from the
/// one that the parent chooses.
CHILD(load_from_revoked_row) {
    const Reserved room;
    const auto index = static_cast<size_t>(parent.receive_number());
    const Allocation memory = room.allocate();
    const Mapping first = room.map(room.at(0), memory);
    fill(room.at(0), room.granularity(), allowed);
    const Mapping second(room.at(1), room.granularity(), memory, room.read_only());
    parent.report("sees before", kernel_sees(room.at(0), room.granules(2), allowed) ? 1 : 0);
    const CUmemAccessDesc none = room.no_access();
    parent.report("set access", cuMemSetAccess(room.at(0), room.granules(2), &none, 1));
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    const CUdeviceptr last = room.at(index + 1) - sizeof(uint32_t);
    launch(copy_call(device_address(target.get()), last, sizeof(uint32_t)));
    parent.report("touch", cudaDeviceSynchronize());
}

class SharedMemory : public Mapped {
  public:
    SharedMemory() : shared_(create_shared()), view_(map(at(2), shared_)) { fill(at(2), granularity(), 0); }
    ~SharedMemory() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }

    CUdeviceptr view() const { return at(2); }

    /// Runs the child with access `flags`, asserts what every case expects of it, and returns its report.
    void run(CUmemAccess_flags flags, Touch touch) {
        Child child(touch_without_access);
        child.send_descriptor(descriptor_);
        child.send_number(flags);
        child.send_number(touch);
        const ChildReport& report = child.wait();
        CHECK(report.finished);
        CHECK(report.number("sees before") == 1);
        CHECK(report.driver_result("set access") == CUDA_SUCCESS);
        if (flags == CU_MEM_ACCESS_FLAGS_PROT_READ) {
            CHECK(report.number("reads") == 1);
        }
        CHECK(report.result("touch") == cudaErrorIllegalAddress);
        CHECK(report.result("touch again") == cudaErrorIllegalAddress); // the error stays
        CHECK_FALSE(holds(view(), granularity(), forbidden));
        CHECK(holds(view(), granularity(), allowed)); // what was allowed has landed, to the last word
        CHECK(kernel_sees(view(), granularity(), allowed));
    }

  private:
    Allocation create_shared() {
        need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
             "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
        Allocation memory = create_allocation(granularity(), shareable_properties());
        must(cuMemExportToShareableHandle(&descriptor_, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
             "cuMemExportToShareableHandle");
        return memory;
    }

    int descriptor_ = -1;
    Allocation shared_;
    Mapping view_;
};

} // namespace

TEST_CASE_METHOD(SharedMemory,
                 "ACC-05/store: a kernel that stores to read-only memory faults and writes nothing",
                 "[access][sacrifices]") {
    run(CU_MEM_ACCESS_FLAGS_PROT_READ, store);
}

TEST_CASE_METHOD(SharedMemory, "ACC-06/load: a kernel that loads from memory without access faults",
                 "[access][sacrifices]") {
    run(CU_MEM_ACCESS_FLAGS_PROT_NONE, load);
}

TEST_CASE_METHOD(SharedMemory,
                 "ACC-06/store: a kernel that stores to memory without access faults and writes nothing",
                 "[access][sacrifices]") {
    run(CU_MEM_ACCESS_FLAGS_PROT_NONE, store);
}

TEST_CASE_METHOD(Granule,
                 "ACC-06/row: so does one that loads from any mapping of a call that took all access",
                 "[access][sacrifices]") {
    for (const long long index : {0, 1}) {
        CAPTURE(index);
        Child child(load_from_revoked_row);
        child.send_number(index);
        const ChildReport& report = child.wait();
        CHECK(report.finished);
        CHECK(report.number("sees before") == 1);
        CHECK(report.driver_result("set access") == CUDA_SUCCESS);
        CHECK(report.result("touch") == cudaErrorIllegalAddress);
    }
}

TEST_CASE_METHOD(Mapped,
                 "ACC-05: read-only memory can be read on both roads and refuses copies and fills into it",
                 "[access]") {
    const Allocation other = allocate();
    const Mapping source = map(at(1), other);
    fill(at(1), bytes(), forbidden);
    fill(address(), bytes(), allowed);
    const CUmemAccessDesc access = read_only();
    REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);

    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(holds(address(), bytes(), allowed));
    CHECK(kernel_sees(address(), bytes(), allowed));
    const CUdeviceptr last = address() + bytes() - sizeof(uint32_t);
    for (const CUdeviceptr target : {address(), last}) {
        CHECK(cuMemcpyHtoD(target, &forbidden, sizeof forbidden) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemsetD32(target, forbidden, 1) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyDtoD(target, at(1), sizeof forbidden) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(holds(address(), bytes(), allowed));
    CHECK(kernel_sees(address(), bytes(), allowed));
    CHECK(cuMemcpyDtoD(at(1), address(), bytes()) == CUDA_SUCCESS); // as a source it serves
    CHECK(holds(at(1), bytes(), allowed));
}

TEST_CASE_METHOD(Mapped, "ACC-06: memory whose access was taken away refuses copies and fills", "[access]") {
    fill(address(), bytes(), allowed);
    const CUmemAccessDesc none = no_access();
    REQUIRE(cuMemSetAccess(address(), bytes(), &none, 1) == CUDA_SUCCESS);

    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_NONE);
    uint32_t word = 7;
    for (const CUdeviceptr target : {address(), address() + bytes() - sizeof word}) {
        CHECK(cuMemcpyDtoH(&word, target, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyHtoD(target, &forbidden, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemsetD32(target, forbidden, 1) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(word == 7);

    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(address(), bytes(), &access, 1) == CUDA_SUCCESS);
    CHECK(holds(address(), bytes(), allowed));
}

TEST_CASE_METHOD(Mapped, "ACC-05/border: a copy that runs from writable into read-only memory is refused",
                 "[access]") {
    const Allocation other = allocate();
    const Mapping behind = map(at(1), other);
    fill(address(), granules(2), allowed);
    const std::vector<uint32_t> data(2048, forbidden);
    const CUdeviceptr start = at(1) - 4096;
    const CUmemAccessDesc access = read_only();
    REQUIRE(cuMemSetAccess(at(1), granularity(), &access, 1) == CUDA_SUCCESS);

    CHECK(cuMemcpyHtoD(start, data.data(), 8192) == CUDA_ERROR_INVALID_VALUE);
    CHECK(cuMemsetD32(start, forbidden, 2048) == CUDA_ERROR_INVALID_VALUE);
    CHECK(holds(at(1), granularity(), allowed));
    CHECK(kernel_sees(at(1), granularity(), allowed));
    CHECK(cuMemcpyHtoD(start, data.data(), 4096) == CUDA_SUCCESS); // up to the border it may go
    CHECK(holds(start, 4096, forbidden));
}

} // namespace cts
