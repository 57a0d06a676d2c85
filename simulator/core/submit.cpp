#include "core/submit.hpp"

#include "core/capture.hpp"
#include "core/context.hpp"

namespace sim {
namespace {

bool waits_for_captured(const Operation& operation) {
    const auto* wait = std::get_if<WaitEvent>(&operation);
    return wait != nullptr && wait->event->captured != nullptr;
}

CUresult check_and_execute(const Operation& operation) {
    const CUresult checked = check(operation);
    return checked != CUDA_SUCCESS ? checked : execute(operation);
}

} // namespace

CUresult submit(Stream& stream, Operation operation) {
    if (const CUresult error = sticky_error(); error != CUDA_SUCCESS) {
        return error;
    }
    if (capturing(stream) || waits_for_captured(operation)) {
        // Kernel parameters are known at capture; addresses are looked at when the graph is instantiated.
        if (const auto* launch = std::get_if<KernelLaunch>(&operation)) {
            if (const CUresult checked = check(*launch); checked != CUDA_SUCCESS) {
                return checked;
            }
        }
        return capture(stream, std::move(operation));
    }
    if (stream.legacy) {
        if (const CUresult implicit = refuse_implicit(stream); implicit != CUDA_SUCCESS) {
            return implicit;
        }
    }
    return check_and_execute(operation);
}

CUresult submit_synchronous(const Operation& operation) {
    Stream* legacy = nullptr;
    if (const CUresult found = find_stream(CU_STREAM_LEGACY, &legacy); found != CUDA_SUCCESS) {
        return found;
    }
    if (const CUresult implicit = refuse_implicit(*legacy); implicit != CUDA_SUCCESS) {
        return implicit;
    }
    if (const CUresult refused = refuse_if_capturing(UnsafeCall::synchronous_copy); refused != CUDA_SUCCESS) {
        return refused;
    }
    const CUresult result = check_and_execute(operation);
    const CUresult error = sticky_error();
    return error != CUDA_SUCCESS ? error : result;
}

} // namespace sim
