// Defects of cuMemAddressFree.
#include "faults/core/tracker.hpp"

#include <set>

namespace faults {

FAULT(free_any_size, "free-size-not-compared", "cuMemAddressFree frees a reservation whatever the size says.",
      "", "RSV-11") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto around = reservation_at(address);
        return tracked::free(address,
                             around && around->first == address && bytes != 0 ? around->second : bytes);
    });
}

FAULT(free_from_inside, "free-from-inside",
      "cuMemAddressFree takes an address inside a reservation for its start.", "NVIDIA/cuda-python#2345",
      "RSV-11") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto around = reservation_at(address);
        return around && around->first != address ? tracked::free(around->first, around->second)
                                                  : tracked::free(address, bytes);
    });
}

FAULT(free_twice, "free-twice", "Freeing a reservation a second time reports success.", "", "RSV-11 REU-13") {
    static std::set<Address> freed;
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemAddressFree(address, bytes);
        return !freed.insert(address).second ? CUDA_SUCCESS : result;
    });
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS) {
                freed.erase(*address);
            }
            return result;
        });
}

FAULT(free_two, "free-two-as-one", "Two adjacent reservations are freed by one call over both.", "",
      "RSV-13") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto first = reservation_at(address);
        const auto second = first ? reservation_at(address + first->second) : std::nullopt;
        if (second && first->first == address && bytes == first->second + second->second) {
            (void)tracked::free(second->first, second->second);
            return tracked::free(address, first->second);
        }
        return tracked::free(address, bytes);
    });
}

FAULT(free_no_bytes, "free-no-bytes", "Freeing no bytes at an address reports success and does nothing.", "",
      "RSV-12") {
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        return bytes == 0 && address != 0 ? CUDA_SUCCESS : cuMemAddressFree(address, bytes);
    });
}

FAULT(free_device_memory, "free-accepts-device-memory",
      "cuMemAddressFree reports success for memory of cudaMalloc.", "", "RSV-11") {
    static std::set<Address> allocated;
    cudaMalloc.plant([](void** memory, size_t bytes) {
        const Lock lock;
        const cudaError_t result = cudaMalloc(memory, bytes);
        if (result == cudaSuccess) {
            allocated.insert(reinterpret_cast<Address>(*memory));
        }
        return result;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemAddressFree(address, bytes);
        return allocated.contains(address) ? CUDA_SUCCESS : result;
    });
}

FAULT(free_late, "free-late",
      "A freed reservation lives on, and takes memory, until the next one is made or freed.", "",
      "RSV-11 MAP-02") {
    static std::pair<Address, size_t> waiting;
    static const auto catch_up = [] {
        if (waiting.first != 0) {
            (void)cuMemAddressFree(waiting.first, waiting.second);
            waiting = {};
        }
    };
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        catch_up();
        const auto around = reservation_at(address);
        if (around && *around == std::pair(address, bytes) && mappings_in(address, bytes).empty()) {
            waiting = {address, bytes};
            return CUDA_SUCCESS;
        }
        return tracked::free(address, bytes);
    });
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            catch_up();
            return tracked::reserve(address, bytes, alignment, hint, flags);
        });
}

FAULT(free_leaks, "free-leaks-address-space",
      "Every hundredth cuMemAddressFree keeps the addresses for good.", "NVIDIA/cuda-python#2458", "RSV-16") {
    static Every hundredth(100);
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto around = reservation_at(address);
        const bool proper = around && *around == std::pair(address, bytes);
        return proper && mappings_in(address, bytes).empty() && hundredth() ? CUDA_SUCCESS
                                                                            : tracked::free(address, bytes);
    });
}

FAULT(free_known, "free-stays-known",
      "The size of a freed reservation is still answered from a cache by cuPointerGetAttribute.", "",
      "RSV-15 PTR-13") {
    static std::map<Address, size_t> cache;
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        if (result == CUDA_SUCCESS) {
            cache[address] = bytes;
        }
        return result;
    });
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (result != CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_RANGE_SIZE &&
            cache.contains(address)) {
            *static_cast<size_t*>(data) = cache[address];
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(free_scrubs, "free-scrubs-shared-memory",
      "A reservation that is freed with memory in it takes the contents with it, though they are mapped "
      "elsewhere, too.",
      "", "RSV-14") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            (void)poke(mapping, mapping.base, Bytes(4096));
        }
        return tracked::free(address, bytes);
    });
}

} // namespace faults
