// One case of report.html.
#pragma once

#include "model.hpp"

#include <string>

namespace runner {

/// The id that links to the case; unique because case names are.
std::string anchor_of(const CaseResult& result);

/// "MAP-10/alias", escaped.
std::string label_of(const CaseResult& result);

/// What the case says: the register's sentence, or the case's own for a variant. Escaped.
std::string sentence_of(const CaseResult& result);

/// The whole list item.
std::string case_item(const CaseResult& result);

} // namespace runner
