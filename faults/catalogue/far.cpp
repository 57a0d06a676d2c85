// Defects beyond 4 GiB: an offset in a reservation, or a size, that is kept in 32 bits by one call.
#include "faults/catalogue/pointer_answer.hpp"

namespace faults {
namespace {

constexpr Address low_32_bits = 0xffffffff;

/// Where `address` leads when its offset in the reservation is kept in 32 bits; itself where nothing is
/// mapped there.
Address folded(Address address) {
    const Lock lock;
    const auto around = reservation_at(address);
    const Address to = around ? around->first + ((address - around->first) & low_32_bits) : address;
    return mapping_at(to) ? to : address;
}

} // namespace

FAULT(far_fill, "memset-offset-32-bit",
      "A fill more than 4 GiB behind the start of a reservation goes to the low 32 bits of that offset.", "",
      "MAP-12") {
    track();
    cuMemsetD32.plant([](Address target, unsigned value, size_t count) {
        return cuMemsetD32(folded(target), value, count);
    });
}

FAULT(far_copy, "copy-offset-32-bit",
      "A copy from the host to more than 4 GiB behind the start of a reservation goes to the low 32 bits of "
      "that offset.",
      "", "MAP-12") {
    track();
    cuMemcpyHtoD.plant([](Address target, const void* source, size_t bytes) {
        return cuMemcpyHtoD(folded(target), source, bytes);
    });
}

FAULT(far_access, "get-access-offset-32-bit",
      "More than 4 GiB behind the start of a reservation cuMemGetAccess answers for the low 32 bits of that "
      "offset.",
      "", "ACC-15") {
    track();
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        return cuMemGetAccess(flags, location, folded(address));
    });
}

FAULT(far_retain, "retain-offset-32-bit",
      "More than 4 GiB behind the start of a reservation cuMemRetainAllocationHandle gives the handle at the "
      "low 32 bits of that offset.",
      "", "IPC-01") {
    track();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Address there = folded(reinterpret_cast<Address>(address));
        return cuMemRetainAllocationHandle(memory, reinterpret_cast<void*>(there));
    });
}

FAULT(
    far_address_range, "address-range-offset-32-bit",
    "More than 4 GiB behind the start of a reservation cuMemGetAddressRange tells the mapping at the low 32 "
    "bits of that offset.",
    "", "PTR-02") {
    track();
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        return cuMemGetAddressRange(base, size, folded(address));
    });
}

FAULT(far_range, "range-size-32-bit", "RANGE_SIZE of a reservation above 4 GiB is its low 32 bits.", "",
      "PTR-01") {
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_RANGE_SIZE, [](size_t& size, Address) { size &= low_32_bits; });
}

FAULT(far_mapping, "mapping-size-32-bit",
      "MAPPING_SIZE and cuMemGetAddressRange keep the low 32 bits of sizes above 4 GiB.", "", "PTR-02") {
    plant_answer<size_t>(CU_POINTER_ATTRIBUTE_MAPPING_SIZE,
                         [](size_t& size, Address) { size &= low_32_bits; });
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        const CUresult result = cuMemGetAddressRange(base, size, address);
        if (result == CUDA_SUCCESS && size != nullptr) {
            *size &= low_32_bits;
        }
        return result;
    });
}

FAULT(far_unmap, "unmap-offset-32-bit",
      "Unmapping more than 4 GiB behind the start of a reservation unmaps what is at the low 32 bits of that "
      "offset.",
      "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const Address there = folded(address);
        const auto mapping = mapping_at(there);
        return tracked::unmap(mapping && mapping->base == there && mapping->bytes == bytes ? there : address,
                              bytes);
    });
}

} // namespace faults
