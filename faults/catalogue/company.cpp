// Defects that show only in company: of other threads, other reservations, and memory that is elsewhere.
#include "faults/catalogue/imported.hpp"

#include <set>
#include <thread>

namespace faults {
namespace {

/// Whether the calling thread is the first that asked.
bool first_thread() {
    static const std::thread::id first = std::this_thread::get_id();
    return std::this_thread::get_id() == first;
}

} // namespace

FAULT(company_ranges, "threads-reserve-one-range",
      "A thread's reservation gets the range of one of another thread that is as large and lives.", "",
      "RSV-10") {
    struct Live {
        std::thread::id owner;
        Address address;
        size_t bytes;
    };
    static std::vector<Live> live; // of all threads but the first
    (void)first_thread();
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const std::thread::id self = std::this_thread::get_id();
            for (const Live& other : live) {
                if (!first_thread() && address != nullptr && other.owner != self && other.bytes == bytes) {
                    *address = other.address;
                    return CUDA_SUCCESS;
                }
            }
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS && address != nullptr && !first_thread()) {
                live.push_back({self, *address, bytes});
            }
            return result;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        std::erase_if(live, [address](const Live& one) { return one.address == address; });
        return cuMemAddressFree(address, bytes);
    });
}

FAULT(company_answers, "address-range-cached-by-thread",
      "cuMemGetAddressRange answers a thread as it did before, until that thread itself unmaps something.",
      "", "PTR-02") {
    static thread_local std::map<Address, std::pair<Address, size_t>> known;
    cuMemUnmap.plant([](Address address, size_t bytes) {
        known.clear();
        return cuMemUnmap(address, bytes);
    });
    cuMemGetAddressRange.plant([](Address* base, size_t* bytes, Address address) {
        std::pair<Address, size_t> answer;
        const auto found = known.find(address);
        if (found != known.end()) {
            answer = found->second;
        } else {
            const CUresult result = cuMemGetAddressRange(&answer.first, &answer.second, address);
            if (result != CUDA_SUCCESS) {
                return result;
            }
            known[address] = answer;
        }
        if (base != nullptr) {
            *base = answer.first;
        }
        if (bytes != nullptr) {
            *bytes = answer.second;
        }
        return CUDA_SUCCESS;
    });
}

FAULT(company_start, "range-start-of-seventeenth-reservation",
      "Of more than sixteen reservations RANGE_START_ADDR of each is the start of the one below.", "",
      "PTR-01") {
    static std::set<Address> live;
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS) {
                live.insert(*address);
            }
            return result;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = cuMemAddressFree(address, bytes);
        if (result == CUDA_SUCCESS) {
            live.erase(address);
        }
        return result;
    });
    cuPointerGetAttribute.plant([](void* value, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(value, attribute, address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_RANGE_START_ADDR &&
            live.size() > 16) {
            auto* const start = static_cast<Address*>(value);
            const auto found = live.find(*start);
            if (found != live.end() && found != live.begin()) {
                *start = *std::prev(found);
            }
        }
        return result;
    });
}

FAULT(company_before, "free-write-protects-mapping-before",
      "Freeing a reservation makes the mapping read-only that ends where it begins.", "", "RSV-13") {
    track();
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        const auto before = mapping_at(address - 1);
        if (result == CUDA_SUCCESS && before && access_at(before->base) != CU_MEM_ACCESS_FLAGS_PROT_NONE) {
            force(*before, CU_MEM_ACCESS_FLAGS_PROT_READ);
        }
        return result;
    });
}

FAULT(company_home, "free-of-first-home-changes-memory",
      "Freeing a reservation where memory was mapped once changes its last word, wherever it is mapped now.",
      "", "MAP-22") {
    static std::set<std::pair<Address, Memory>> homes;
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS) {
            homes.insert({address, memory});
        }
        return result;
    });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::free(address, bytes);
        for (const auto& [home, memory] : homes) {
            const std::vector<Mapped> now = mappings_of(memory);
            if (result == CUDA_SUCCESS && home >= address && home < address + bytes && !now.empty()) {
                (void)poke(now.front(), now.front().end() - 4, Bytes(4, 0x5a));
            }
        }
        return result;
    });
}

FAULT(company_imports, "unmap-of-several-keeps-imports",
      "An unmap of several mappings keeps a reference to each memory among them that was imported.", "",
      "IPC-11") {
    track_imports();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        for (const Mapped& mapping : all) {
            if (all.size() > 1 && imported().contains(mapping.memory)) {
                leak_reference(mapping.base);
            }
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(company_closed, "access-of-three-stops-behind-closed",
      "A grant over three mappings of which only the middle one has no access leaves the third as it is.", "",
      "ACC-03") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        constexpr auto closed = CU_MEM_ACCESS_FLAGS_PROT_NONE;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool stops = wanted != nullptr && count == 1 && wanted->flags != closed && all.size() == 3 &&
                           access_at(all[0].base) != closed && access_at(all[1].base) == closed &&
                           access_at(all[2].base) != closed;
        return cuMemSetAccess(address, stops ? all[2].base - address : bytes, wanted, count);
    });
}

} // namespace faults
