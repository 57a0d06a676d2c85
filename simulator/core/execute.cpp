// check() and execute() of operation.hpp.
#include "core/address_space.hpp"
#include "core/fault.hpp"
#include "core/memory_operations.hpp"
#include "core/operation.hpp"
#include "core/run_kernel.hpp"
#include "core/stream.hpp"

#include <cstring>

namespace sim {
namespace {

template<class... Calls>
struct Overloaded : Calls... {
    using Calls::operator()...;
};
template<class... Calls>
Overloaded(Calls...) -> Overloaded<Calls...>;

/// Calls row(address) for every row of a copy's operand until it says no.
template<class Row>
bool for_each_row(Address base, size_t pitch, size_t slice_height, size_t height, size_t depth, Row&& row) {
    for (size_t z = 0; z < depth; ++z) {
        for (size_t y = 0; y < height; ++y) {
            if (!row(base + (z * slice_height + y) * pitch)) {
                return false;
            }
        }
    }
    return true;
}

bool is_known(Address address) {
    const auto place = placement(address);
    return place.has_value();
}

CUresult check_copy(const Copy& copy) {
    if (copy.width_bytes == 0 || copy.height == 0 || copy.depth == 0) {
        return CUDA_SUCCESS;
    }
    if ((copy.height > 1 || copy.depth > 1) &&
        (copy.source_pitch < copy.width_bytes || copy.target_pitch < copy.width_bytes)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const bool source_known = copy.source_type != CU_MEMORYTYPE_DEVICE || is_known(copy.source);
    const bool target_known = copy.target_type != CU_MEMORYTYPE_DEVICE || is_known(copy.target);
    const auto readable = [&](Address row) { return accessible(row, copy.width_bytes, false); };
    const auto writable = [&](Address row) { return accessible(row, copy.width_bytes, true); };
    const bool allowed =
        source_known && target_known && copy.source != 0 && copy.target != 0 &&
        for_each_row(copy.source, copy.source_pitch, copy.source_height, copy.height, copy.depth, readable) &&
        for_each_row(copy.target, copy.target_pitch, copy.target_height, copy.height, copy.depth, writable);
    return allowed ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult check_fill(const Fill& fill) {
    const size_t row_bytes = fill.width * fill.element_bytes;
    if (fill.element_bytes != 1 && fill.element_bytes != 2 && fill.element_bytes != 4) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (fill.width == 0 || fill.height == 0) {
        return CUDA_SUCCESS;
    }
    if (fill.target % fill.element_bytes != 0 || row_bytes / fill.element_bytes != fill.width ||
        (fill.height > 1 && (fill.pitch < row_bytes || fill.pitch % fill.element_bytes != 0)) ||
        !is_known(fill.target)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto writable = [&](Address row) { return accessible(row, row_bytes, true); };
    return for_each_row(fill.target, fill.pitch, 0, fill.height, 1, writable) ? CUDA_SUCCESS
                                                                              : CUDA_ERROR_INVALID_VALUE;
}

void run_copy(void* data) {
    const Copy& copy = *static_cast<const Copy*>(data);
    for (size_t z = 0; z < copy.depth; ++z) {
        for (size_t y = 0; y < copy.height; ++y) {
            std::memmove(
                reinterpret_cast<void*>(copy.target + (z * copy.target_height + y) * copy.target_pitch),
                reinterpret_cast<void*>(copy.source + (z * copy.source_height + y) * copy.source_pitch),
                copy.width_bytes);
        }
    }
}

template<class Element>
void fill_row(Address row, size_t width, unsigned value) {
    auto* elements = reinterpret_cast<Element*>(row);
    for (size_t x = 0; x < width; ++x) {
        elements[x] = static_cast<Element>(value);
    }
}

void run_fill(void* data) {
    const Fill& fill = *static_cast<const Fill*>(data);
    for (size_t y = 0; y < fill.height; ++y) {
        const Address row = fill.target + y * fill.pitch;
        switch (fill.element_bytes) {
        case 1:
            std::memset(reinterpret_cast<void*>(row), static_cast<int>(fill.value), fill.width);
            break;
        case 2:
            fill_row<uint16_t>(row, fill.width, fill.value);
            break;
        default:
            fill_row<uint32_t>(row, fill.width, fill.value);
        }
    }
}

/// A fault here is host memory that does not exist, or a mapping that another thread took away meanwhile.
template<class Work>
CUresult run_memory_operation(void (*run)(void*), const Work& work) {
    const DeviceView view;
    return run_guarded(run, const_cast<Work*>(&work)) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult record(Event& event) {
    event.recorded = true;
    event.time = std::chrono::steady_clock::now();
    event.captured.reset();
    return CUDA_SUCCESS;
}

CUresult call_host(const HostCall& call) {
    call.function(call.user_data);
    return CUDA_SUCCESS;
}

} // namespace

CUresult check(const Operation& operation) {
    return std::visit(Overloaded{[](const Copy& copy) { return check_copy(copy); },
                                 [](const Fill& fill) { return check_fill(fill); },
                                 [](const KernelLaunch& launch) { return check_launch(launch); },
                                 [](const MemoryOperations& batch) { return check_batch(batch); },
                                 [](const auto&) { return CUDA_SUCCESS; }},
                      operation);
}

CUresult execute(const Operation& operation) {
    return std::visit(
        Overloaded{[](const Copy& copy) { return run_memory_operation(run_copy, copy); },
                   [](const Fill& fill) { return run_memory_operation(run_fill, fill); },
                   [](const KernelLaunch& launch) { return run_kernel(launch); },
                   [](const MemoryOperations& batch) { return run_batch(batch); },
                   [](const HostCall& call) { return call_host(call); },
                   [](const RecordEvent& r) { return record(*r.event); },
                   [](const WaitEvent&) { return CUDA_SUCCESS; }, // all work has completed already
                   [](const Empty&) { return CUDA_SUCCESS; },
                   [](const auto&) { return CUDA_ERROR_NOT_SUPPORTED; }}, // the graph side's
        operation);
}

} // namespace sim
