// Defects of memory that is released while nobody may reach it.
#include "faults/catalogue/open_range.hpp"

namespace faults {
FAULT(lone_closed, "release-frees-memory-without-access",
      "Releasing the handle of memory whose only mapping has no access frees it: its last word changes.", "",
      "ALC-12") {
    track();
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_of(memory);
        if (all.size() == 1 && is_closed(all[0].base)) {
            (void)poke(all[0], all[0].end() - 4, Bytes(4, 0xdb));
        }
        return cuMemRelease(memory);
    });
}

} // namespace faults
