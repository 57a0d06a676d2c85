// What defects share by which a form of copy or fill looks at access less closely than the others.
#pragma once

#include "faults/core/tracker.hpp"

#include <utility>

namespace faults {

/// Opens the mappings of a range for writing while it lives.
class OpenRange {
  public:
    OpenRange(Address address, size_t bytes) {
        for (const Mapped& mapping : mappings_in(address, bytes)) {
            closed_.emplace_back(mapping, access_at(mapping.base));
            set(mapping, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        }
    }
    ~OpenRange() {
        for (const auto& [mapping, before] : closed_) {
            set(mapping, before);
        }
    }
    OpenRange(const OpenRange&) = delete;
    OpenRange& operator=(const OpenRange&) = delete;

  private:
    static void set(const Mapped& mapping, CUmemAccess_flags flags) {
        const Access wanted = access(flags);
        (void)cuMemSetAccess(mapping.base, mapping.bytes, &wanted, 1);
    }

    std::vector<std::pair<Mapped, CUmemAccess_flags>> closed_;
};

/// Calls `move` with the range open for writing while it lasts.
template<typename Move>
CUresult moved_open(Address address, size_t bytes, Move move) {
    const Lock lock;
    const OpenRange opened(address, bytes);
    const CUresult result = move();
    cuCtxSynchronize();
    return result;
}

inline CUmemAccess_flags access_of(Address address) {
    return mapping_at(address) ? access_at(address) : CU_MEM_ACCESS_FLAGS_PROT_NONE;
}

inline bool is_read_only(Address address) {
    return access_of(address) == CU_MEM_ACCESS_FLAGS_PROT_READ;
}

inline bool is_closed(Address address) {
    return mapping_at(address) && access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE;
}

inline bool is_hole(Address address) {
    return reservation_at(address).has_value() && !mapping_at(address).has_value();
}

} // namespace faults
