// The register of claims: what the suite promises to check, and what it decided not to.
// Its only source is the union of tests/<group>/claims.json.
#pragma once

#include "claims/embedded.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Claim {
    std::string id; // MAP-04
    std::string group;
    std::string claim_class; // documented, pinned or guard
    std::string priority;    // P0, P1 or P2
    std::string sentence;
    std::string source;
    std::string gate;       // capability that must be present; empty: none
    std::string min_driver; // first driver API version that has it; empty: any
};

struct DroppedClaim {
    std::string id;
    std::string reason;
};

struct ClaimGroup {
    std::string name; // folder of tests/
    std::string prefix;
    std::string title;
    std::vector<Claim> claims;
    std::vector<DroppedClaim> dropped;
};

struct Register {
    std::vector<ClaimGroup> groups;   // in the order in which the suite is read
    std::vector<std::string> defects; // one sentence for each thing that is malformed

    const Claim* find(std::string_view id) const;
    const ClaimGroup* find_group(std::string_view name) const;
};

/// Reads the files leniently: what is malformed becomes a defect, the rest stays usable.
Register parse_register(const std::vector<EmbeddedFile>& files);

/// The register that was compiled in.
const Register& embedded_register();

} // namespace runner
