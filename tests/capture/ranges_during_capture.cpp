// The VMM calls on address ranges, during a capture. No document says which of them count as potentially
// unsafe (Driver API, cuThreadExchangeStreamCaptureMode), and libraries call them all (nccl#1234).
#include "tests/capture/during_capture.hpp"
#include "tests/prelude.hpp"

#include <optional>

namespace cts {

namespace {

/// Does cuMemRetainAllocationHandle find memory at `address`?
bool is_mapped(CUdeviceptr address) {
    CUmemGenericAllocationHandle handle = 0;
    if (cuMemRetainAllocationHandle(&handle, pointer(address)) != CUDA_SUCCESS) {
        return false;
    }
    const Allocation retained(handle);
    return true;
}

struct Reserve {
    const Reserved& rung;
    CUdeviceptr address = 0;
    std::optional<Reservation> range;

    CUresult call() { return cuMemAddressReserve(&address, rung.granularity(), 0, 0, 0); }
    bool took_effect() {
        if (address == 0) {
            return false;
        }
        range = Reservation::adopt(address, rung.granularity());
        const Allocation memory = rung.allocate();
        const Mapping mapped = rung.map(address, memory); // a reservation is what can be mapped
        return is_mapped(address);
    }
};

struct Free {
    const Reserved& rung;
    Reservation range = rung.reserve(1);
    bool freed = false;

    CUresult call() {
        const CUresult result = cuMemAddressFree(range.address(), range.bytes());
        freed = result == CUDA_SUCCESS;
        return result;
    }
    bool took_effect() {
        const CUdeviceptr address = freed ? range.release() : range.address();
        const Allocation memory = rung.allocate();
        if (cuMemMap(address, rung.granularity(), 0, memory, 0) != CUDA_SUCCESS) {
            return true; // no reservation is left to map in
        }
        const Mapping mapped = Mapping::adopt(address, rung.granularity());
        return false;
    }
};

struct Map {
    const Reserved& rung;
    Allocation memory = rung.allocate();
    std::optional<Mapping> mapped;

    CUresult call() {
        const CUresult result = cuMemMap(rung.at(1), rung.granularity(), 0, memory, 0);
        if (result == CUDA_SUCCESS) {
            mapped = Mapping::adopt(rung.at(1), rung.granularity());
        }
        return result;
    }
    bool took_effect() const { return is_mapped(rung.at(1)); }
};

struct Unmap {
    const Reserved& rung;
    Allocation memory = rung.allocate();
    Mapping mapped = rung.map(rung.at(1), memory);

    CUresult call() {
        const CUresult result = cuMemUnmap(rung.at(1), rung.granularity());
        if (result == CUDA_SUCCESS) {
            mapped.release();
        }
        return result;
    }
    bool took_effect() const { return !is_mapped(rung.at(1)); }
};

struct SetAccess {
    const Reserved& rung;
    Allocation memory = rung.allocate();
    Mapping mapped = Mapping(rung.at(1), rung.granularity(), memory);

    CUresult call() {
        const CUmemAccessDesc access = rung.read_write();
        return cuMemSetAccess(rung.at(1), rung.granularity(), &access, 1);
    }
    bool took_effect() const { return rung.access_at(rung.at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE; }
};

struct GetAccess {
    const Reserved& rung;
    Allocation memory = rung.allocate();
    Mapping mapped = rung.map(rung.at(1), memory);
    unsigned long long flags = 0;

    CUresult call() {
        const CUmemLocation here = rung.properties().location;
        return cuMemGetAccess(&flags, &here, rung.at(1));
    }
    bool took_effect() const { return flags == CU_MEM_ACCESS_FLAGS_PROT_READWRITE; }
};

} // namespace

TEST_CASE_METHOD(Reserved, "SCP-08/reserve: reserving addresses during a capture", "[capture]") {
    observe_during_captures<Reserve>(*this, "SCP-08/reserve");
}

TEST_CASE_METHOD(Reserved, "SCP-08/address-free: freeing a reservation during a capture", "[capture]") {
    observe_during_captures<Free>(*this, "SCP-08/address-free");
}

TEST_CASE_METHOD(Reserved, "SCP-08/map: mapping memory during a capture", "[capture]") {
    observe_during_captures<Map>(*this, "SCP-08/map");
}

TEST_CASE_METHOD(Reserved, "SCP-08/unmap: unmapping memory during a capture", "[capture]") {
    observe_during_captures<Unmap>(*this, "SCP-08/unmap");
}

TEST_CASE_METHOD(Reserved, "SCP-08/set-access: granting access during a capture", "[capture]") {
    observe_during_captures<SetAccess>(*this, "SCP-08/set-access");
}

TEST_CASE_METHOD(Reserved, "SCP-08/get-access: asking for access during a capture", "[capture]") {
    observe_during_captures<GetAccess>(*this, "SCP-08/get-access");
}

} // namespace cts
