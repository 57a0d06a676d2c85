// Turns SIGSEGV and SIGBUS under device work into a return value.
#pragma once

namespace sim {

/// Runs function(data) on the calling thread. False when it touched memory that it may not touch; it is then
/// abandoned at that instruction, so it must own nothing that needs a destructor.
bool run_guarded(void (*function)(void*), void* data);

} // namespace sim
