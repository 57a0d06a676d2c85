// Prints the register for people (tests/CLAIMS.md) and for programs.
#pragma once

#include "claims/register.hpp"

#include <set>
#include <string>

namespace runner {

/// `groups` limits the output to these groups; empty means all.
std::string register_as_markdown(const Register& claims, const std::set<std::string>& groups = {});
std::string register_as_json(const Register& claims, const std::set<std::string>& groups = {});

} // namespace runner
