// State that a defect needs to know: what is reserved and what is mapped where. The functions of `tracked` do
// what the real driver does and keep the books; `track()` plants them all, and a defect then plants its own
// replacements over some, which go on through `tracked`.
#pragma once

#include "faults/core/hooks.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace faults {

using Address = CUdeviceptr;
using Memory = CUmemGenericAllocationHandle;
using Flags = unsigned long long;
using Properties = CUmemAllocationProp;
using Access = CUmemAccessDesc;
using Bytes = std::vector<unsigned char>;

/// Held while a defect uses the books or state of its own. Recursive.
class Lock {
  public:
    Lock();

  private:
    std::lock_guard<std::recursive_mutex> guard_;
};

struct Mapped {
    Address base = 0;
    size_t bytes = 0;
    Memory memory = 0;

    Address end() const { return base + bytes; }
};

namespace tracked {

CUresult reserve(Address* address, size_t bytes, size_t alignment, Address hint, Flags flags);
CUresult free(Address address, size_t bytes);
CUresult create(Memory* memory, size_t bytes, const Properties* properties, Flags flags);
CUresult map(Address address, size_t bytes, size_t offset, Memory memory, Flags flags);
CUresult unmap(Address address, size_t bytes);
void plant();

} // namespace tracked

inline void track() {
    tracked::plant();
}

/// The reservation around `address`: its start and size in bytes.
std::optional<std::pair<Address, size_t>> reservation_at(Address address);
/// The mapping around `address`.
std::optional<Mapped> mapping_at(Address address);
/// Whether `address` lies in a reservation, and nothing is mapped there. The pointer attributes do not say
/// so: of some drivers they call such an address mapped.
bool lacks_memory(Address address);
/// The mappings that touch [base, base + bytes), in order.
std::vector<Mapped> mappings_in(Address base, size_t bytes);
/// All mappings of `memory`.
std::vector<Mapped> mappings_of(Memory memory);
/// Bytes that `memory` was created with; 0 when this process has not created it.
size_t size_of(Memory memory);

/// The device that is current, and the minimum granularity of its memory in bytes.
CUmemLocation here();
size_t granule();
Properties plain_properties();
Access access(CUmemAccess_flags flags);
/// Sets the access of a mapping for the current device, whatever the defect plants over cuMemSetAccess.
void force(const Mapped& mapping, CUmemAccess_flags flags);
/// What the real cuMemGetAccess answers for the current device; none where nothing is mapped.
CUmemAccess_flags access_at(Address address);

/// Contents of a part of one mapping, whatever its access is. Empty when they cannot be read.
Bytes peek(const Mapped& mapping, Address from, size_t bytes);
bool poke(const Mapped& mapping, Address to, const Bytes& contents);

/// Keeps one more reference to the memory that is mapped at `address`, for good.
void leak_reference(Address address);

/// True at every n-th call.
class Every {
  public:
    explicit Every(unsigned n) : n_(n) {}
    bool operator()() { return ++count_ % n_ == 0; }

  private:
    unsigned n_;
    std::atomic<unsigned> count_{0};
};

} // namespace faults
