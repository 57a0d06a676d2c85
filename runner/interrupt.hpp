// Ctrl-C and its relatives, as a descriptor that every waiting thread can watch.
#pragma once

namespace runner {

/// Catches SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE, for the rest of the program.
void catch_interrupts();

/// The signal that was caught; 0 while there was none.
int caught_signal();

/// Becomes readable, and stays so, once a signal was caught.
int interrupt_descriptor();

} // namespace runner
