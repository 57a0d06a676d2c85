// The reviewed lists beside the catalogue: what proves nothing, and why that is right. They are compiled in.
//
//   faults/equivalent.json  defects that no test can notice: {"fault", "argument", "backend"}
//   faults/exempt.json      claims for which no defect can be planted: {"claim", "reason", "backend"}
//   faults/in_driver.json   defects that some driver has anyway: {"fault", "argument", "case"}; holds where
//   that
//                           case is a known deviation
//
// "backend" (gpu or simulator) limits an entry; without it the entry holds on both.
#pragma once

#include "claims/embedded.hpp"
#include "claims/register.hpp"
#include "prove/defect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace runner::prove {

inline constexpr std::size_t most_equivalents = 5;
inline constexpr std::size_t most_exempt_percent = 5;

struct Exception {
    std::string subject;  // defect or claim
    std::string argument; // why
    std::string backend;  // empty: both
    std::string case_name = {};
};

struct Exceptions {
    std::vector<Exception> equivalent;
    std::vector<Exception> exempt;
    std::vector<Exception> in_driver = {};
};

/// @throws std::runtime_error with one sentence that names file and entry.
Exceptions parse_exceptions(const std::vector<EmbeddedFile>& files);

/// Those that hold on this backend.
Exceptions on_backend(const Exceptions& exceptions, std::string_view backend);

/// One sentence for each entry that names nothing, and for each list that is too long; also for a defect that
/// names an unknown claim.
std::vector<std::string> check_lists(const std::vector<Defect>& catalogue, const Exceptions& exceptions,
                                     const Register& claims);

} // namespace runner::prove
