#include "core/memory_operations.hpp"

#include "core/address_space.hpp"
#include "core/fault.hpp"

#include <cstdio>

namespace sim {
namespace {

size_t width_of(CUstreamBatchMemOpType operation) {
    return operation == CU_STREAM_MEM_OP_WRITE_VALUE_64 || operation == CU_STREAM_MEM_OP_WAIT_VALUE_64 ? 8
                                                                                                       : 4;
}

template<class Value>
bool holds(Value seen, Value wanted, unsigned condition) {
    switch (condition & 3U) {
    case CU_STREAM_WAIT_VALUE_GEQ: // cyclic comparison
        return static_cast<std::make_signed_t<Value>>(seen - wanted) >= 0;
    case CU_STREAM_WAIT_VALUE_EQ:
        return seen == wanted;
    case CU_STREAM_WAIT_VALUE_AND:
        return (seen & wanted) != 0;
    default: // CU_STREAM_WAIT_VALUE_NOR
        return static_cast<Value>(~(seen | wanted)) != 0;
    }
}

bool wait_is_over(const CUstreamBatchMemOpParams& operation) {
    const auto& wait = operation.waitValue;
    return operation.operation == CU_STREAM_MEM_OP_WAIT_VALUE_32
               ? holds(*reinterpret_cast<volatile uint32_t*>(wait.address), wait.value, wait.flags)
               : holds(*reinterpret_cast<volatile uint64_t*>(wait.address), uint64_t{wait.value64},
                       wait.flags);
}

void write(const CUstreamBatchMemOpParams& operation) {
    const auto& value = operation.writeValue;
    if (operation.operation == CU_STREAM_MEM_OP_WRITE_VALUE_32) {
        *reinterpret_cast<volatile uint32_t*>(value.address) = value.value;
    } else {
        *reinterpret_cast<volatile uint64_t*>(value.address) = value.value64;
    }
}

struct BatchRun {
    const MemoryOperations* batch;
    CUresult result;
};

void run_in_order(void* data) {
    BatchRun& run = *static_cast<BatchRun*>(data);
    for (const CUstreamBatchMemOpParams& operation : run.batch->operations) {
        switch (operation.operation) {
        case CU_STREAM_MEM_OP_WRITE_VALUE_32:
        case CU_STREAM_MEM_OP_WRITE_VALUE_64:
            write(operation);
            break;
        case CU_STREAM_MEM_OP_WAIT_VALUE_32:
        case CU_STREAM_MEM_OP_WAIT_VALUE_64:
            if (!wait_is_over(operation)) {
                run.result = CUDA_ERROR_NOT_SUPPORTED;
                return;
            }
            break;
        default: // flush and barrier: nothing is outstanding
            break;
        }
    }
}

CUresult check_one(const CUstreamBatchMemOpParams& operation) {
    switch (operation.operation) {
    case CU_STREAM_MEM_OP_WRITE_VALUE_32:
    case CU_STREAM_MEM_OP_WRITE_VALUE_64:
    case CU_STREAM_MEM_OP_WAIT_VALUE_32:
    case CU_STREAM_MEM_OP_WAIT_VALUE_64: {
        const bool writes = operation.operation == CU_STREAM_MEM_OP_WRITE_VALUE_32 ||
                            operation.operation == CU_STREAM_MEM_OP_WRITE_VALUE_64;
        const Address address = writes ? operation.writeValue.address : operation.waitValue.address;
        const size_t width = width_of(operation.operation);
        return address % width == 0 && placement(address).has_value() && accessible(address, width, writes)
                   ? CUDA_SUCCESS
                   : CUDA_ERROR_INVALID_VALUE;
    }
    case CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES:
    case CU_STREAM_MEM_OP_BARRIER:
        return CUDA_SUCCESS;
    default:
        return CUDA_ERROR_NOT_SUPPORTED;
    }
}

} // namespace

CUresult check_batch(const MemoryOperations& batch) {
    if (batch.operations.empty() || batch.operations.size() > 256 || batch.flags != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    for (const CUstreamBatchMemOpParams& operation : batch.operations) {
        if (const CUresult checked = check_one(operation); checked != CUDA_SUCCESS) {
            return checked;
        }
    }
    return CUDA_SUCCESS;
}

CUresult run_batch(const MemoryOperations& batch) {
    BatchRun run{&batch, CUDA_SUCCESS};
    const DeviceView view;
    if (!run_guarded(run_in_order, &run)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if (run.result == CUDA_ERROR_NOT_SUPPORTED) {
        std::fputs("cuda-vmm-cts simulator: a stream waits for a value that is not there yet. Work runs at "
                   "once and in "
                   "order here, so nothing could ever write it; the wait is refused.\n",
                   stderr);
    }
    return run.result;
}

} // namespace sim
