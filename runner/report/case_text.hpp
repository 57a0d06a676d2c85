// What a report says about one case, in words. All texts are clean (text.hpp).
#pragma once

#include "model.hpp"

#include <string>

namespace runner {

/// The outcome for people: "known deviation".
std::string word_for(Outcome outcome);

/// "tests/mapping/alias.cpp:12"; empty if the file is unknown.
std::string location(const std::string& file, int line);

/// "killed by SIGSEGV (11)"; empty if no signal ended the worker.
std::string signal_text(const CaseResult& result);

/// One line that tells why the case did not simply pass.
std::string summary_of(const CaseResult& result);

/// One failure in full, ending in file:line.
std::string failure_text(const Failure& failure);

/// Everything that explains the outcome, ending in a file:line that an editor can open.
std::string explanation_of(const CaseResult& result);

} // namespace runner
