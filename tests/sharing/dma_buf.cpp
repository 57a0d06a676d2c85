// A dma-buf of a range, for devices that read device memory directly (Driver API,
// cuMemGetHandleForAddressRange).
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <sys/stat.h>

namespace cts {
namespace {

constexpr auto dma_buf = CU_MEM_RANGE_HANDLE_TYPE_DMA_BUF_FD;

class DmaBuf : public Reserved {
  public:
    DmaBuf() { need(CU_DEVICE_ATTRIBUTE_DMA_BUF_SUPPORTED, "DMA_BUF_SUPPORTED"); }

    /// What asking for a dma-buf answers; one that was given is closed.
    static CUresult ask(CUdeviceptr address, size_t bytes, CUmemRangeHandleType type = dma_buf,
                        unsigned long long flags = 0) {
        int number = -1;
        const CUresult result = cuMemGetHandleForAddressRange(&number, address, bytes, type, flags);
        const Descriptor given(result == CUDA_SUCCESS ? number : -1);
        return result;
    }

    static Descriptor get(CUdeviceptr address, size_t bytes, Where where = Where::current()) {
        int number = -1;
        must(cuMemGetHandleForAddressRange(&number, address, bytes, dma_buf, 0),
             "cuMemGetHandleForAddressRange", where);
        return Descriptor(number, where);
    }

    static ino_t identity(int descriptor) {
        struct stat status = {};
        REQUIRE(fstat(descriptor, &status) == 0);
        return status.st_ino; // each dma-buf has its own (Linux 5.3)
    }
};

} // namespace

TEST_CASE_METHOD(DmaBuf, "IPC-21: a mapped range, whole or in part, over one mapping or two, has a dma-buf",
                 "[sharing]") {
    const Allocation memories[] = {allocate(), allocate()};
    const Mapping first = map(at(0), memories[0]);
    const Mapping second = map(at(1), memories[1]);
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const std::pair<CUdeviceptr, size_t> ranges[] = {{at(0), granularity()},
                                                     {at(1), granularity()},
                                                     {at(0), granules(2)},
                                                     {at(0) + page, page},
                                                     {at(1) - page, 2 * page}};
    for (const auto& [address, bytes] : ranges) {
        CAPTURE(address - at(0), bytes);
        int number = -1;
        REQUIRE(cuMemGetHandleForAddressRange(&number, address, bytes, dma_buf, 0) == CUDA_SUCCESS);
        Descriptor descriptor(number);
        CHECK(lseek(descriptor, 0, SEEK_END) == static_cast<off_t>(bytes)); // a dma-buf tells its size
        CHECK(close(descriptor.release()) == 0);
    }
    fill(at(0), granules(2), 21);
    CHECK(holds(at(0), granules(2), 21));
}

TEST_CASE_METHOD(DmaBuf, "IPC-21/refused: a range with a hole, off the pages, or of another type is refused",
                 "[sharing]") {
    const Allocation memory = allocate();
    const Mapping first = map(at(0), memory);
    const Mapping last = map(at(2), memory);
    const std::pair<const char*, std::pair<CUdeviceptr, size_t>> wrong[] = {
        {"hole", {at(0), granules(3)}},
        {"end not mapped", {at(2), granules(2)}},
        {"not mapped", {at(1), granularity()}},
        {"past the reservation", {at(2), granules(3)}},
        {"address off the page", {at(0) + 8, 4096}},
        {"size off the page", {at(0), 4096 + 8}},
        {"nothing", {at(0), 0}},
    };
    for (const auto& [name, range] : wrong) {
        CAPTURE(name);
        const CUresult result = ask(range.first, range.second);
        CHECK(result != CUDA_SUCCESS);
        observe(std::string("IPC-21/") + name, result);
        CHECK(ask(at(0), granularity()) == CUDA_SUCCESS);
    }
    for (const int type : {0, 2}) {
        CAPTURE(type);
        CHECK(ask(at(0), granularity(), static_cast<CUmemRangeHandleType>(type)) != CUDA_SUCCESS);
    }
    CHECK(cuMemGetHandleForAddressRange(nullptr, at(0), granularity(), dma_buf, 0) != CUDA_SUCCESS);
}

TEST_CASE_METHOD(DmaBuf, "IPC-21/freed: closing its dma-buf lets memory go that was unmapped before",
                 "[sharing][accounting]") {
    constexpr size_t count = 16;
    const Reservation range = reserve(count);
    CHECK(ask(range.address(), range.bytes()) != CUDA_SUCCESS);
    bool kept = false; // where it does not, the memory is free before the descriptor is closed
    for (int round = 0; round < 2; ++round) {
        Allocation memory = allocate(count);
        Mapping mapped = map(range.address(), memory, count);
        Descriptor descriptor = get(range.address(), range.bytes());
        const size_t held = free_memory();
        mapped.unmap();
        REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
        kept = free_memory() == held;
        CHECK(close(descriptor.release()) == 0);
        CHECK(free_memory() == held + range.bytes());
    }
    observe("IPC-21/dma-buf keeps the memory", kept);
}

TEST_CASE_METHOD(DmaBuf, "IPC-22: after a remap the range has a new dma-buf, of the new memory",
                 "[sharing]") {
    const Allocation memories[] = {allocate(), allocate()};
    Mapping mapped = map(at(0), memories[0]);
    const Descriptor old = get(at(0), granularity());
    mapped.unmap();
    CHECK(ask(at(0), granularity()) != CUDA_SUCCESS);
    mapped = map(at(0), memories[1]);
    int number = -1;
    REQUIRE(cuMemGetHandleForAddressRange(&number, at(0), granularity(), dma_buf, 0) == CUDA_SUCCESS);
    const Descriptor fresh(number);
    CHECK(identity(fresh) != identity(old));
    const Descriptor twin(dup(fresh));
    CHECK(identity(twin) == identity(fresh)); // the same dma-buf has the same number
    ramp(at(0), granularity(), 22);
    CHECK(holds_ramp(at(0), granularity(), 22));
}

TEST_CASE_METHOD(DmaBuf, "IPC-23: a dma-buf over PCIe is given or refused; unknown flags are refused",
                 "[sharing]") {
    const Allocation memory = allocate();
    const Mapping mapped = map(at(0), memory);
    observe("IPC-23/PCIe", ask(at(0), granularity(), dma_buf, 1)); // DMA_BUF_MAPPING_TYPE_PCIE, CUDA 12.8
    for (const unsigned long long flags : {2ULL, 1ULL << 31, 1ULL << 32, 1ULL << 63}) {
        CAPTURE(flags);
        CHECK(ask(at(0), granularity(), dma_buf, flags) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(ask(at(0), granularity()) == CUDA_SUCCESS);
}

} // namespace cts
