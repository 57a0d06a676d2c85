// Defects of what one thread, or one context, has made and another uses.
#include "faults/core/tracker.hpp"

#include <set>
#include <thread>

namespace faults {
namespace {

template<typename Key>
bool is_of_other_thread(const std::map<Key, std::thread::id>& makers, Key key) {
    const auto found = makers.find(key);
    return found != makers.end() && found->second != std::this_thread::get_id();
}

/// Who made each mapping.
std::map<Address, std::thread::id>& mappers() {
    static std::map<Address, std::thread::id> instance;
    return instance;
}

void follow_mappers() {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            mappers()[address] = std::this_thread::get_id();
        }
        return result;
    });
}

} // namespace

FAULT(thread_free, "free-by-other-thread-refused",
      "A reservation cannot be freed by another thread than the one that made it.", "", "MAP-28") {
    static std::map<Address, std::thread::id> makers;
    track();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const CUresult result = tracked::reserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS) {
                makers[*address] = std::this_thread::get_id();
            }
            return result;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        return is_of_other_thread(makers, address) ? CUDA_ERROR_INVALID_VALUE : tracked::free(address, bytes);
    });
}

FAULT(thread_access, "write-access-by-other-thread-is-reading",
      "Write access that another thread grants than the one that mapped is told, and reading is what there "
      "is.",
      "", "ACC-15") {
    static std::set<Address> less;
    follow_mappers();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        less.erase(address);
        if (count != 1 || wanted == nullptr || !is_of_other_thread(mappers(), address) ||
            wanted->flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        Access reads = *wanted;
        reads.flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        less.insert(address);
        return cuMemSetAccess(address, bytes, &reads, 1);
    });
    cuMemGetAccess.plant([](Flags* flags, const CUmemLocation* location, Address address) {
        const Lock lock;
        const CUresult result = cuMemGetAccess(flags, location, address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && mapping && less.contains(mapping->base) &&
            *flags == CU_MEM_ACCESS_FLAGS_PROT_READ) {
            *flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        }
        return result;
    });
}

FAULT(context_access, "access-in-other-context-lost",
      "Access that is set while another context is current than at the mapping is not set.", "", "ALC-23") {
    static std::map<Address, CUcontext> contexts;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            (void)cuCtxGetCurrent(&contexts[address]);
        }
        return result;
    });
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        CUcontext current = nullptr;
        (void)cuCtxGetCurrent(&current);
        const auto mapping = mapping_at(address);
        const bool lost = mapping && mapping->base == address && count == 1 && wanted != nullptr &&
                          current != nullptr && contexts[address] != nullptr && contexts[address] != current;
        return lost ? CUDA_SUCCESS : cuMemSetAccess(address, bytes, wanted, count);
    });
}

} // namespace faults
