#include "faults/core/tracker.hpp"

#include <iterator>

namespace faults {
namespace {

std::recursive_mutex& mutex() {
    static std::recursive_mutex instance;
    return instance;
}

struct Books {
    std::map<Address, size_t> reservations;
    std::map<Address, Mapped> mappings;
    std::map<Memory, size_t> sizes;
};

Books& books() {
    static Books instance;
    return instance;
}

/// Sets access to a whole mapping for the time of a copy.
class Opened {
  public:
    explicit Opened(const Mapped& mapping) : mapping_(mapping), before_(access_at(mapping.base)) {
        set(CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    }
    ~Opened() { set(before_); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

  private:
    void set(CUmemAccess_flags flags) const {
        if (before_ != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            force(mapping_, flags);
        }
    }

    Mapped mapping_;
    CUmemAccess_flags before_;
};

} // namespace

Lock::Lock() : guard_(mutex()) {}

namespace tracked {

CUresult reserve(Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
    const Lock lock;
    const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
    if (result == CUDA_SUCCESS) {
        books().reservations[*address] = bytes;
    }
    return result;
}

CUresult free(Address address, size_t bytes) {
    const Lock lock;
    const CUresult result = cuMemAddressFree(address, bytes);
    if (result == CUDA_SUCCESS) {
        books().reservations.erase(address);
    }
    return result;
}

CUresult create(Memory* memory, size_t bytes, const Properties* properties, Flags flags) {
    const Lock lock;
    const CUresult result = cuMemCreate(memory, bytes, properties, flags);
    if (result == CUDA_SUCCESS) {
        books().sizes[*memory] = bytes;
    }
    return result;
}

CUresult map(Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
    const Lock lock;
    const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
    if (result == CUDA_SUCCESS) {
        books().mappings[address] = {address, bytes, memory};
    }
    return result;
}

CUresult unmap(Address address, size_t bytes) {
    const Lock lock;
    const CUresult result = cuMemUnmap(address, bytes);
    if (result == CUDA_SUCCESS) {
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            books().mappings.erase(mapping.base);
        }
    }
    return result;
}

void plant() {
    cuMemAddressReserve.plant(&reserve);
    cuMemAddressFree.plant(&free);
    cuMemCreate.plant(&create);
    cuMemMap.plant(&map);
    cuMemUnmap.plant(&unmap);
}

} // namespace tracked

std::optional<std::pair<Address, size_t>> reservation_at(Address address) {
    const Lock lock;
    const auto after = books().reservations.upper_bound(address);
    if (after == books().reservations.begin()) {
        return std::nullopt;
    }
    const auto& [base, bytes] = *std::prev(after);
    return address - base < bytes ? std::optional(std::pair(base, bytes)) : std::nullopt;
}

std::optional<Mapped> mapping_at(Address address) {
    const std::vector<Mapped> found = mappings_in(address, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

bool lacks_memory(Address address) {
    return reservation_at(address) && !mapping_at(address);
}

std::vector<Mapped> mappings_in(Address base, size_t bytes) {
    const Lock lock;
    std::vector<Mapped> found;
    for (const auto& [at, mapping] : books().mappings) {
        if (at < base + bytes && base < mapping.end()) {
            found.push_back(mapping);
        }
    }
    return found;
}

std::vector<Mapped> mappings_of(Memory memory) {
    const Lock lock;
    std::vector<Mapped> found;
    for (const auto& [at, mapping] : books().mappings) {
        if (mapping.memory == memory) {
            found.push_back(mapping);
        }
    }
    return found;
}

size_t size_of(Memory memory) {
    const Lock lock;
    const auto found = books().sizes.find(memory);
    return found == books().sizes.end() ? 0 : found->second;
}

CUmemLocation here() {
    CUdevice device = 0;
    (void)cuCtxGetDevice(&device);
    return {CU_MEM_LOCATION_TYPE_DEVICE, device};
}

Properties plain_properties() {
    Properties properties{};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location = here();
    return properties;
}

size_t granule() {
    const Properties wanted = plain_properties();
    size_t bytes = 0;
    (void)cuMemGetAllocationGranularity(&bytes, &wanted, CU_MEM_ALLOC_GRANULARITY_MINIMUM);
    return bytes;
}

Access access(CUmemAccess_flags flags) {
    Access wanted{};
    wanted.location = here();
    wanted.flags = flags;
    return wanted;
}

void force(const Mapped& mapping, CUmemAccess_flags flags) {
    const Access wanted = access(flags);
    (void)cuMemSetAccess(mapping.base, mapping.bytes, &wanted, 1);
}

CUmemAccess_flags access_at(Address address) {
    const CUmemLocation location = here();
    Flags flags = 0;
    return cuMemGetAccess(&flags, &location, address) == CUDA_SUCCESS ? static_cast<CUmemAccess_flags>(flags)
                                                                      : CU_MEM_ACCESS_FLAGS_PROT_NONE;
}

Bytes peek(const Mapped& mapping, Address from, size_t bytes) {
    const Opened opened(mapping);
    Bytes contents(bytes);
    return cuMemcpyDtoH(contents.data(), from, bytes) == CUDA_SUCCESS ? contents : Bytes();
}

bool poke(const Mapped& mapping, Address to, const Bytes& contents) {
    const Opened opened(mapping);
    // A small copy from pageable memory may still be on its way when the call returns.
    return cuMemcpyHtoD(to, contents.data(), contents.size()) == CUDA_SUCCESS &&
           cuStreamSynchronize(CU_STREAM_LEGACY) == CUDA_SUCCESS;
}

void leak_reference(Address address) {
    Memory memory = 0;
    (void)cuMemRetainAllocationHandle(&memory, reinterpret_cast<void*>(address));
}

} // namespace faults
