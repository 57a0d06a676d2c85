// Stream memory operations.
#include "abi/driver/driver.hpp"
#include "core/submit.hpp"

using namespace sim;

namespace {

CUresult submit_batch(CUstream handle, MemoryOperations batch) {
    Stream* stream = nullptr;
    SIM_TRY(find_stream(handle, &stream));
    return submit(*stream, std::move(batch));
}

CUresult submit_one(CUstream stream, const CUstreamBatchMemOpParams& operation) {
    return submit_batch(stream, MemoryOperations{{operation}, 0});
}

CUstreamBatchMemOpParams write(CUstreamBatchMemOpType type, CUdeviceptr address, cuuint64_t value,
                               unsigned flags) {
    CUstreamBatchMemOpParams operation{};
    operation.operation = type;
    operation.writeValue.address = address;
    operation.writeValue.value64 = value;
    operation.writeValue.flags = flags;
    return operation;
}

CUstreamBatchMemOpParams wait(CUstreamBatchMemOpType type, CUdeviceptr address, cuuint64_t value,
                              unsigned flags) {
    CUstreamBatchMemOpParams operation{};
    operation.operation = type;
    operation.waitValue.address = address;
    operation.waitValue.value64 = value;
    operation.waitValue.flags = flags;
    return operation;
}

} // namespace

extern "C" {

CUresult CUDAAPI cuStreamWriteValue32_v2(CUstream stream, CUdeviceptr address, cuuint32_t value,
                                         unsigned int flags) {
    return submit_one(stream, write(CU_STREAM_MEM_OP_WRITE_VALUE_32, address, value, flags));
}
CUresult CUDAAPI cuStreamWriteValue64_v2(CUstream stream, CUdeviceptr address, cuuint64_t value,
                                         unsigned int flags) {
    return submit_one(stream, write(CU_STREAM_MEM_OP_WRITE_VALUE_64, address, value, flags));
}
CUresult CUDAAPI cuStreamWaitValue32_v2(CUstream stream, CUdeviceptr address, cuuint32_t value,
                                        unsigned int flags) {
    return submit_one(stream, wait(CU_STREAM_MEM_OP_WAIT_VALUE_32, address, value, flags));
}
CUresult CUDAAPI cuStreamWaitValue64_v2(CUstream stream, CUdeviceptr address, cuuint64_t value,
                                        unsigned int flags) {
    return submit_one(stream, wait(CU_STREAM_MEM_OP_WAIT_VALUE_64, address, value, flags));
}

CUresult CUDAAPI cuStreamBatchMemOp_v2(CUstream stream, unsigned int count,
                                       CUstreamBatchMemOpParams* operations, unsigned int flags) {
    if (count == 0 || operations == nullptr) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    return submit_batch(stream, MemoryOperations{{operations, operations + count}, flags});
}

} // extern "C"
