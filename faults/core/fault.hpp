// A defect that can be planted: what it is, what a driver with it would look like, and who should notice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faults {

struct Fault {
    std::string_view id;       // stable, e.g. "map-stale-first-page"
    std::string_view sentence; // what a driver with this defect does
    std::string_view incident; // where something like it has happened, or ""
    std::string_view claims;   // ids that should notice, separated by spaces: tried first
    void (*plant)();
};

std::vector<Fault>& catalogue();

struct Register {
    explicit Register(const Fault& fault) { catalogue().push_back(fault); }
};

/// FAULT(identifier, "id", "sentence", "incident", "CLAIM-01 CLAIM-02") { hooks... }
#define FAULT(identifier, id, sentence, incident, claims)                                                    \
    static void plant_##identifier();                                                                        \
    static const ::faults::Register registered_##identifier{                                                 \
        {id, sentence, incident, claims, plant_##identifier}};                                               \
    static void plant_##identifier()

} // namespace faults
