// The one lock of the simulator. It guards every table (address ranges, handles, contexts, streams, pools,
// captures, graphs). It is recursive, so that core functions may call one another, and it is never held while
// a kernel or a host function runs: execute() must be called without it.
#pragma once

#include <cuda.h>

#include <mutex>

namespace sim {

std::recursive_mutex& state_mutex();

class Lock {
  public:
    Lock() : held(state_mutex()) {}

  private:
    std::lock_guard<std::recursive_mutex> held;
};

/// True once cuInit has succeeded in this process. The runtime API initialises by itself (runtime.hpp).
bool initialised();

/// Opens the simulated device (device_memory.hpp). Idempotent.
CUresult initialise();

} // namespace sim
