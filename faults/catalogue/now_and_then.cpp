// Questions that are answered wrongly now and then, from the answer before.
#include "faults/core/tracker.hpp"

namespace faults {

FAULT(nth_address_range, "address-range-stale-every-50th",
      "Every 50th cuMemGetAddressRange gives the answer of the call before.", "", "PTR-02") {
    cuMemGetAddressRange.plant([](Address* base, size_t* size, Address address) {
        const Lock lock;
        static std::pair<Address, size_t> before;
        static Every fiftieth(50);
        std::pair<Address, size_t> now;
        const CUresult result = cuMemGetAddressRange(&now.first, &now.second, address);
        if (result != CUDA_SUCCESS) {
            return result;
        }
        const auto told = fiftieth() && before.second != 0 ? before : now;
        before = now;
        if (base != nullptr) {
            *base = told.first;
        }
        if (size != nullptr) {
            *size = told.second;
        }
        return result;
    });
}

FAULT(nth_retain, "retain-stale-every-50th",
      "Every 50th cuMemRetainAllocationHandle gives the memory at the address of the call before.", "",
      "IPC-01") {
    track();
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        static Address before = 0;
        static Every fiftieth(50);
        const bool stale = fiftieth() && mapping_at(before) && mapping_at(reinterpret_cast<Address>(address));
        const CUresult result =
            cuMemRetainAllocationHandle(memory, stale ? reinterpret_cast<void*>(before) : address);
        before = reinterpret_cast<Address>(address);
        return result;
    });
}

FAULT(nth_properties, "properties-stale-every-70th",
      "Every 70th cuMemGetAllocationPropertiesFromHandle gives the answer of the call before.", "",
      "ALC-14") {
    cuMemGetAllocationPropertiesFromHandle.plant([](Properties* found, Memory memory) {
        const Lock lock;
        static std::optional<Properties> before;
        static Every seventieth(70);
        const CUresult result = cuMemGetAllocationPropertiesFromHandle(found, memory);
        if (result == CUDA_SUCCESS) {
            const Properties now = *found;
            if (seventieth() && before) {
                *found = *before;
            }
            before = now;
        }
        return result;
    });
}

FAULT(nth_access, "get-access-stale-every-80th",
      "Every 80th cuMemGetAccess answers what it answered the time before.", "", "ACC-15") {
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const Lock lock;
        static Flags before = CU_MEM_ACCESS_FLAGS_PROT_NONE;
        static Every eightieth(80);
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (result == CUDA_SUCCESS) {
            const Flags now = *flags;
            *flags = eightieth() ? before : now;
            before = now;
        }
        return result;
    });
}

FAULT(nth_mapping_size, "mapping-size-of-range-every-64th",
      "Every 64th answer to MAPPING_SIZE is the size of the reservation.", "", "PTR-02") {
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        static Every sixty_fourth(64);
        const bool wrong = attribute == CU_POINTER_ATTRIBUTE_MAPPING_SIZE && sixty_fourth();
        return cuPointerGetAttribute(data, wrong ? CU_POINTER_ATTRIBUTE_RANGE_SIZE : attribute, address);
    });
}

FAULT(nth_export, "export-stale-every-40th",
      "Every 40th export gives a descriptor of the memory that was exported before.", "", "IPC-09") {
    static Memory before = 0;
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        before = before == memory ? 0 : before;
        return cuMemRelease(memory);
    });
    cuMemExportToShareableHandle.plant(
        [](void* handle, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const Lock lock;
            static Every fortieth(40);
            const Memory told = fortieth() && before != 0 ? before : memory;
            const CUresult result = cuMemExportToShareableHandle(handle, told, type, flags);
            before = result == CUDA_SUCCESS ? memory : before;
            return result;
        });
}

} // namespace faults
