// A relaxed capture prohibits no potentially unsafe call, so here every VMM call is legal, acts at once and
// is no work for the graph (Driver API, cuThreadExchangeStreamCaptureMode).
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(Granule,
                 "SCP-09/grow: memory mapped during a relaxed capture is usable at once, and by the replay",
                 "[capture]") {
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    const DeviceMemory scratch = allocate_device(granularity());
    launch(fill_call(device_address(scratch), granularity(), 1), capture);

    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, granularity(), 0, 0, 0) == CUDA_SUCCESS);
    const Reservation range = Reservation::adopt(address, granularity());
    const CUmemAllocationProp wanted = properties();
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemCreate(&handle, granularity(), &wanted, 0) == CUDA_SUCCESS);
    Allocation memory(handle);
    REQUIRE(cuMemMap(address, granularity(), 0, handle, 0) == CUDA_SUCCESS);
    const Mapping mapped = Mapping::adopt(address, granularity());
    const CUmemAccessDesc access = read_write();
    REQUIRE(cuMemSetAccess(address, granularity(), &access, 1) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);

    const Stream other = create_stream();
    launch(fill_call(address, granularity(), 2), other);
    REQUIRE(cuStreamSynchronize(other) == CUDA_SUCCESS);
    launch(multiply_add_call(address, granularity(), 10, 3), capture);

    REQUIRE(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);
    CHECK(edge_count(ended.graph) == 1);
    CHECK(holds(address, granularity(), 2));
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address, granularity(), 23));
    CHECK(kernel_sees(address, granularity(), 23));
}

TEST_CASE_METHOD(Mapped, "SCP-09/swap: memory swapped between two captured launches is the new one for both",
                 "[capture]") {
    fill(address(), bytes(), 1);
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(multiply_add_call(address(), bytes(), 3, 5), capture);
    const Allocation old = swap_memory();
    launch(multiply_add_call(address(), bytes(), 7, 11), capture);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 2);

    fill(address(), bytes(), 2);
    const Exec exec = instantiate(ended.graph);
    run(exec);

    CHECK(holds(address(), bytes(), (2 * 3 + 5) * 7 + 11));
    const Mapping elsewhere = map(at(1), old);
    CHECK(holds(at(1), bytes(), 1));
}

TEST_CASE_METHOD(Mapped, "SCP-09/shrink: memory unmapped and freed during a relaxed capture is gone at once",
                 "[capture]") {
    Reservation range = reserve(1);
    Allocation gone = allocate();
    Mapping mapped = map(range.address(), gone);
    fill(range.address(), granularity(), 3);
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(fill_call(address(), bytes(), 4), capture);

    REQUIRE(cuMemUnmap(mapped.address(), mapped.bytes()) == CUDA_SUCCESS);
    mapped.release();
    CUmemGenericAllocationHandle retained = 0;
    CHECK(cuMemRetainAllocationHandle(&retained, pointer(range.address())) != CUDA_SUCCESS);
    REQUIRE(cuMemRelease(gone.release()) == CUDA_SUCCESS);
    REQUIRE(cuMemAddressFree(range.address(), range.bytes()) == CUDA_SUCCESS);
    const CUdeviceptr freed = range.release();
    CHECK(cuMemMap(freed, granularity(), 0, memory(), 0) != CUDA_SUCCESS);

    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    CHECK(nodes_of(ended.graph).size() == 1);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), bytes(), 4));
}

TEST_CASE_METHOD(
    Mapped, "SCP-09/refused: a VMM call that is refused for its arguments does not harm a relaxed capture",
    "[capture]") {
    Capturing capture(CU_STREAM_CAPTURE_MODE_RELAXED);
    launch(fill_call(address(), bytes(), 5), capture);

    CHECK(cuMemMap(at(0), granularity(), 0, memory(), 0) == CUDA_ERROR_INVALID_VALUE); // mapped already

    CHECK(capture.status() == CU_STREAM_CAPTURE_STATUS_ACTIVE);
    const EndedCapture ended = capture.end();
    REQUIRE(ended.result == CUDA_SUCCESS);
    const Exec exec = instantiate(ended.graph);
    run(exec);
    CHECK(holds(address(), bytes(), 5));
}

} // namespace cts
