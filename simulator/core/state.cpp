#include "core/state.hpp"

#include "core/device_memory.hpp"

namespace sim {
namespace {

bool is_initialised = false;

} // namespace

std::recursive_mutex& state_mutex() {
    static auto* mutex = new std::recursive_mutex; // outlives every static destructor
    return *mutex;
}

bool initialised() {
    const Lock lock;
    return is_initialised;
}

CUresult initialise() {
    const Lock lock;
    is_initialised = is_initialised || open_device_memory();
    return is_initialised ? CUDA_SUCCESS : CUDA_ERROR_SYSTEM_NOT_READY;
}

} // namespace sim
