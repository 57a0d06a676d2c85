// A buffer of several mappings is several ranges to whoever registers it: the first answer is not the whole.
#include "fixtures/harness/skip.hpp"
#include "tests/mapping/far.hpp"
#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <thread>

namespace cts {
namespace {

/// `base` and `bytes` are those of the one mapping that holds `address`.
void check_mapping(CUdeviceptr address, CUdeviceptr base, size_t bytes) {
    CAPTURE(address - base, bytes);
    CUdeviceptr found_base = 0;
    size_t found_bytes = 0;
    CHECK(cuMemGetAddressRange(&found_base, &found_bytes, address) == CUDA_SUCCESS);
    CHECK(found_base == base);
    CHECK(found_bytes == bytes);
    CHECK(value_of<CUdeviceptr>(CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR, address) == base);
    CHECK(value_of<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, address) == bytes);
}

void check_all(CUdeviceptr base, size_t bytes) {
    for (const size_t offset : {size_t{0}, size_t{1}, bytes / 2, bytes - 1}) {
        check_mapping(base + offset, base, bytes);
    }
}

} // namespace

TEST_CASE_METHOD(Reserved, "PTR-02: an address tells the one mapping that holds it", "[pointer_attributes]") {
    const Allocation front = allocate();
    const Allocation middle = allocate(2);
    const Mapping first = map(at(0), front);
    const Mapping second = map(at(1), middle, 2);
    const Mapping third = map(at(3), front); // one memory twice is two mappings
    check_all(at(0), granularity());
    check_all(at(1), granules(2));
    check_all(at(3), granularity());
    const Reservation row = reserve(3); // also where twins lie back to back
    const Mapping twins[] = {map(row.address(), front), map(row.address(granules(1)), front),
                             map(row.address(granules(2)), front)};
    for (size_t index = 0; index < 3; ++index) {
        check_all(row.address(granules(index)), granularity());
    }
}

TEST_CASE_METHOD(Reserved, "PTR-02/no_access: a mapping without access tells itself once it has access",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(2);
    const Mapping mapped(at(1), granules(2), memory);
    CUdeviceptr base = 0;
    size_t bytes = 0;
    observe("PTR-02/without access",
            cuMemGetAddressRange(&base, &bytes, at(1))); // the page speaks of cuMemAlloc only
    const CUmemAccessDesc access = read_only();
    REQUIRE(cuMemSetAccess(at(1), granules(2), &access, 1) == CUDA_SUCCESS);
    check_all(at(1), granules(2));
}

TEST_CASE_METHOD(Reserved, "PTR-02/remap: after a remap an address tells the new mapping",
                 "[pointer_attributes]") {
    const Allocation small = allocate();
    const Allocation large = allocate(3);
    Mapping mapped = map(at(1), small);
    check_all(at(1), granularity());
    mapped.unmap();
    mapped = map(at(0), large, 3);
    check_all(at(0), granules(3));
    mapped.unmap();
    mapped = map(at(1), small);
    check_all(at(1), granularity());
}

TEST_CASE_METHOD(Reserved,
                 "PTR-02/threads: a thread that has asked before is told what another has mapped since",
                 "[pointer_attributes]") {
    const Allocation small = allocate();
    const Allocation large = allocate(3);
    const CUdeviceptr asked = at(1) + 8;
    Mapping mapped = map(at(1), small);
    const auto block = [&] {
        return value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, asked);
    };
    const auto check_leads_to = [&](CUmemGenericAllocationHandle memory) {
        CUmemGenericAllocationHandle found = 0;
        REQUIRE(cuMemRetainAllocationHandle(&found, pointer(asked)) == CUDA_SUCCESS);
        const Allocation reference(found);
        CHECK(found == memory);
    };
    check_mapping(asked, at(1), granularity());
    check_leads_to(small);
    const unsigned long long of_small = block();
    for (int round = 0; round < 2; ++round) {
        CAPTURE(round);
        const bool grows = round == 0;
        std::jthread([&] { // makes its errors known by what the checks below find
            (void)cuCtxSetCurrent(context());
            const CUdeviceptr base = grows ? at(0) : at(1);
            const size_t size = grows ? granules(3) : granularity();
            (void)cuMemUnmap(mapped.release(), grows ? granularity() : granules(3));
            if (cuMemMap(base, size, 0, grows ? large : small, 0) == CUDA_SUCCESS) {
                mapped = Mapping::adopt(base, size);
                const CUmemAccessDesc access = read_write();
                (void)cuMemSetAccess(base, size, &access, 1);
            }
        })
            .join();
        check_mapping(asked, grows ? at(0) : at(1), grows ? granules(3) : granularity());
        check_leads_to(grows ? large : small);
        CHECK((block() == of_small) == !grows);
    }
}

TEST_CASE_METHOD(Mapped, "PTR-02/released: a mapping tells itself when its handle is released",
                 "[pointer_attributes]") {
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    check_all(address(), bytes());
}

TEST_CASE_METHOD(Mapped, "PTR-02/optional: base and size can be asked for alone", "[pointer_attributes]") {
    CUdeviceptr base = 0;
    size_t size = 0;
    CHECK(cuMemGetAddressRange(&base, nullptr, address() + 8) == CUDA_SUCCESS);
    CHECK(cuMemGetAddressRange(nullptr, &size, address() + 8) == CUDA_SUCCESS);
    CHECK(base == address());
    CHECK(size == bytes());
}

TEST_CASE_METHOD(Reserved, "PTR-02/alone: base or size alone is that of the whole mapping, wherever one asks",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(3);
    const Mapping mapped = map(at(1), memory, 3);
    for (const CUdeviceptr asked : {at(1), at(2) + 8, at(3), at(4) - 1}) {
        CAPTURE(asked - at(0));
        CUdeviceptr base = 0;
        size_t size = 0;
        CHECK(cuMemGetAddressRange(&base, nullptr, asked) == CUDA_SUCCESS);
        CHECK(cuMemGetAddressRange(nullptr, &size, asked) == CUDA_SUCCESS);
        CHECK(base == at(1));
        CHECK(size == granules(3));
    }
}

TEST_CASE_METHOD(Mapped, "PTR-02/not_mapped: where nothing is mapped there is no mapping to tell",
                 "[pointer_attributes]") {
    const auto check_none = [](const char* place, CUdeviceptr asked) {
        CAPTURE(place);
        CUdeviceptr base = 0;
        size_t size = 0;
        const CUresult result = cuMemGetAddressRange(&base, &size, asked);
        CHECK((result == CUDA_ERROR_NOT_FOUND || result == CUDA_ERROR_INVALID_VALUE));
        observe(std::string("PTR-02/") + place, result);
    };
    check_none("behind a mapping", at(1));
    check_none("last granule", at(4) - 1);
    CUdeviceptr base = 0;
    size_t size = 0;
    CHECK(cuMemGetAddressRange(&base, &size, address() + bytes() - 1) == CUDA_SUCCESS);
    mapping().unmap();
    check_none("where a mapping was", address());
}

TEST_CASE_METHOD(Shareable, "PTR-02/imported: a mapping of imported memory tells itself like any other",
                 "[pointer_attributes]") {
    const Allocation memory = allocate_shareable(2);
    const Allocation imported = import_memory(export_memory(memory));
    const Mapping first = map(at(0), memory, 2);
    const Mapping second = map(at(2), imported, 2);
    check_all(at(0), granules(2));
    check_all(at(2), granules(2));
}

TEST_CASE_METHOD(Far,
                 "PTR-02/far: 4 GiB behind the start of a reservation an address tells the mapping there",
                 "[pointer_attributes]") {
    check_all(near(), granularity());
    check_all(far(), granules(2));
}

TEST_CASE_METHOD(Granule, "PTR-02/large: a mapping of more than 4 GiB tells all of it",
                 "[pointer_attributes][timeout:60]") {
    const size_t bytes = (size_t{1} << 32) + granules(2);
    if (free_memory() < bytes + bytes / 4) {
        skip("less than 5 GiB of device memory are free");
    }
    const Allocation memory = create_allocation(bytes, properties());
    const Reservation range(bytes);
    const Mapping mapped(range.address(), bytes, memory, read_write());
    check_all(range.address(), bytes);
}

TEST_CASE_METHOD(Reserved, "PTR-02/often: hundreds of questions in turn get the mapping of their own address",
                 "[pointer_attributes]") {
    const Allocation small = allocate();
    const Allocation large = allocate(2);
    const Mapping first = map(at(0), small);
    const Mapping second = map(at(1), large, 2);
    const Mapping third = map(at(3), small);
    const std::pair<CUdeviceptr, size_t> expected[] = {
        {at(0), granularity()}, {at(1), granules(2)}, {at(3), granularity()}};
    size_t wrong = 0;
    for (size_t i = 0; i < 300; ++i) {
        const auto& [base, bytes] = expected[i % 3];
        CUdeviceptr found_base = 0;
        size_t found_bytes = 0;
        must(cuMemGetAddressRange(&found_base, &found_bytes, base + 8), "cuMemGetAddressRange");
        wrong += found_base != base || found_bytes != bytes;
        wrong += value_of<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE, base + 8) != bytes;
    }
    CHECK(wrong == 0);
}

} // namespace cts
