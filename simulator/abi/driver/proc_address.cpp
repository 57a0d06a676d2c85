// cuGetProcAddress. What the simulator lacks is not found: nothing is half there.
#include "core/entry_points.hpp"

#include <cuda.h>

#include <cstring>
#include <map>
#include <string_view>

namespace sim {
namespace {

using Forms = std::map<int, void*>; // version -> function

const Forms* find_forms(std::string_view name) {
    static const auto* table = [] {
        auto* made = new std::map<std::string_view, Forms>;
        for (const auto entries : {core_entry_points(), graph_entry_points()}) {
            for (const EntryPoint& entry : entries) {
                (*made)[entry.name][entry.version] = entry.function;
            }
        }
        return made;
    }();
    const auto found = table->find(name);
    return found == table->end() ? nullptr : &found->second;
}

/// Calls that work in the default stream have per-thread twins, which the simulator lacks: to hand out the
/// legacy form instead would run the work in another stream than the caller wants.
bool lacks_per_thread_form(std::string_view name) {
    return name.starts_with("cuMemcpy") || name.starts_with("cuMemset") || name.starts_with("cuStream") ||
           name.starts_with("cuLaunch") || name == "cuEventRecord" || name == "cuEventRecordWithFlags" ||
           name == "cuGraphLaunch" || name == "cuGraphUpload" || name == "cuMemAllocAsync" ||
           name == "cuMemFreeAsync" || name == "cuMemAllocFromPoolAsync";
}

CUdriverProcAddressQueryResult look_up(const char* symbol, void** function, int version, cuuint64_t flags) {
    *function = nullptr;
    const Forms* forms = find_forms(symbol);
    const bool per_thread = (flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM) != 0;
    const bool created =
        std::strcmp(symbol, "cuStreamCreate") == 0 || std::strcmp(symbol, "cuStreamDestroy") == 0;
    if (forms == nullptr || (per_thread && !created && lacks_per_thread_form(symbol))) {
        return CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
    }
    const auto newer = forms->upper_bound(version);
    if (newer == forms->begin()) {
        return CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
    }
    *function = std::prev(newer)->second;
    return CU_GET_PROC_ADDRESS_SUCCESS;
}

bool is_valid(const char* symbol, void** function, int version, cuuint64_t flags) {
    constexpr cuuint64_t known =
        CU_GET_PROC_ADDRESS_LEGACY_STREAM | CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM;
    return symbol != nullptr && *symbol != '\0' && function != nullptr && version <= CUDA_VERSION &&
           version > 0 && (flags & ~known) == 0;
}

} // namespace
} // namespace sim

extern "C" {

CUresult CUDAAPI cuGetProcAddress_v2(const char* symbol, void** function, int version, cuuint64_t flags,
                                     CUdriverProcAddressQueryResult* status) {
    if (!sim::is_valid(symbol, function, version, flags)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const CUdriverProcAddressQueryResult found = sim::look_up(symbol, function, version, flags);
    if (status != nullptr) {
        *status = found;
    }
    return CUDA_SUCCESS;
}

/// The form of CUDA 11.3, without a status: not found is an error.
CUresult CUDAAPI cuGetProcAddress(const char* symbol, void** function, int version, cuuint64_t flags) {
    if (!sim::is_valid(symbol, function, version, flags)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const CUdriverProcAddressQueryResult found = sim::look_up(symbol, function, version, flags);
    return found == CU_GET_PROC_ADDRESS_SUCCESS ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

} // extern "C"
