// Defects of certain numbers of granules or mappings: a division that is wrong for some remainders, a table
// for small numbers.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

size_t granules_of(const Mapped& mapping) {
    return mapping.bytes / granule();
}

} // namespace

FAULT(number_access, "access-of-15-granules-is-read-only",
      "Write access is granted as read access to mappings of 15 granules more than a multiple of 16.", "",
      "MAP-01") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const auto mapping = mapping_at(address);
        if (wanted == nullptr || count != 1 || !mapping || mapping->base != address ||
            mapping->bytes != bytes || granules_of(*mapping) % 16 != 15 ||
            wanted->flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE) {
            return cuMemSetAccess(address, bytes, wanted, count);
        }
        Access less = *wanted;
        less.flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        return cuMemSetAccess(address, bytes, &less, count);
    });
}

FAULT(number_unmap, "unmap-of-12-granules-keeps-memory",
      "Memory of 12 granules that is unmapped is kept for good.", "", "MAP-01") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        if (mapping && mapping->base == address && mapping->bytes == bytes && granules_of(*mapping) == 12) {
            leak_reference(address);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(number_access_many, "access-over-nine-mappings-leaves-last",
      "A call over exactly nine mappings leaves the last as it is.", "", "MAP-16") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool leaves = all.size() == 9 && all[0].base == address && all[8].end() == address + bytes;
        return cuMemSetAccess(address, leaves ? bytes - all[8].bytes : bytes, wanted, count);
    });
}

FAULT(number_unmap_many, "unmap-of-ten-mappings-keeps-last-memory",
      "A call that unmaps exactly ten mappings keeps the memory of the last.", "", "MAP-16") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        if (all.size() == 10 && all[0].base == address && all[9].end() == address + bytes) {
            leak_reference(all[9].base);
        }
        return tracked::unmap(address, bytes);
    });
}

} // namespace faults
