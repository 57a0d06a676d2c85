// Driver API, cuStreamGetCaptureInfo and cuStreamUpdateCaptureDependencies: the capture's id, and the nodes
// that the next work of the stream will depend on.
#include "tests/capture/capturing.hpp"
#include "tests/prelude.hpp"

#include <set>

namespace cts {

namespace {

constexpr size_t size = 4096;

struct Information {
    CUstreamCaptureStatus status = CU_STREAM_CAPTURE_STATUS_NONE;
    cuuint64_t id = 0;
    CUgraph graph = nullptr;
    std::set<CUgraphNode> next;
};

Information information_of(CUstream stream) {
    Information told;
    const CUgraphNode* nodes = nullptr;
    size_t count = 0;
    must(cuStreamGetCaptureInfo(stream, &told.status, &told.id, &told.graph, &nodes, nullptr, &count),
         "cuStreamGetCaptureInfo");
    for (size_t i = 0; i < count; ++i) {
        told.next.insert(nodes[i]);
    }
    return told;
}
CUgraphNode only(const std::set<CUgraphNode>& nodes) {
    must(nodes.size() == 1 ? CUDA_SUCCESS : CUDA_ERROR_UNKNOWN, "one node behind which to go on");
    return *nodes.begin();
}

void fork(CUstream origin, CUstream other) {
    const Event event = create_event();
    must(cuEventRecord(event, origin), "cuEventRecord");
    must(cuStreamWaitEvent(other, event, 0), "cuStreamWaitEvent");
}

class Informed : public Context {
  public:
    CUdeviceptr address() const { return device_address(memory_); }
    void work(CUstream stream) { launch(multiply_add_call(address(), size, 3, 1), stream); }

  private:
    DeviceMemory memory_ = allocate_device(size);
};

} // namespace

TEST_CASE_METHOD(Informed,
                 "SCP-20/id: a capture has one id in all of its streams, and no other capture has it",
                 "[capture]") {
    const Stream other = create_stream();
    std::set<cuuint64_t> ids;
    for (int round = 0; round < 3; ++round) {
        Capturing capture;
        work(capture);
        fork(capture, other);
        const Information here = information_of(capture), there = information_of(other);
        CHECK(here.status == CU_STREAM_CAPTURE_STATUS_ACTIVE);
        CHECK(there.id == here.id);
        CHECK(here.graph != nullptr);
        CHECK(there.graph == here.graph);
        CHECK(ids.insert(here.id).second);
        fork(other, capture);
        CHECK(capture.end().result == CUDA_SUCCESS);
    }
    CHECK(information_of(other).status == CU_STREAM_CAPTURE_STATUS_NONE);
}

TEST_CASE_METHOD(Informed, "SCP-20/next: a stream tells all nodes that its next work will depend on",
                 "[capture]") {
    const Stream other = create_stream();
    Capturing capture;
    CHECK(information_of(capture).next.empty());
    work(capture);
    const CUgraphNode origin = only(information_of(capture).next);
    fork(capture, other);
    CHECK(information_of(other).next == std::set{origin});
    work(capture);
    work(other);
    const CUgraphNode left = only(information_of(capture).next), right = only(information_of(other).next);
    CHECK(left != right);
    fork(other, capture);
    CHECK(information_of(capture).next == std::set{left, right});
    CHECK(capture.end().result == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Informed, "SCP-20/set: the nodes behind which a capture goes on can be set and added to",
                 "[capture]") {
    Capturing capture;
    work(capture);
    CUgraphNode first = only(information_of(capture).next);
    work(capture);
    CUgraphNode second = only(information_of(capture).next);

    REQUIRE(cuStreamUpdateCaptureDependencies(capture, &first, 1, CU_STREAM_SET_CAPTURE_DEPENDENCIES) ==
            CUDA_SUCCESS);
    CHECK(information_of(capture).next == std::set{first});
    work(capture);
    const CUgraphNode third = only(information_of(capture).next);
    CHECK(dependencies_of(third) == std::vector{first});

    REQUIRE(cuStreamUpdateCaptureDependencies(capture, &second, 1, CU_STREAM_ADD_CAPTURE_DEPENDENCIES) ==
            CUDA_SUCCESS);
    CHECK(information_of(capture).next == std::set{second, third});

    REQUIRE(cuStreamUpdateCaptureDependencies(capture, &first, 0, CU_STREAM_SET_CAPTURE_DEPENDENCIES) ==
            CUDA_SUCCESS);
    CHECK(information_of(capture).next.empty());
    work(capture);
    CHECK(dependencies_of(only(information_of(capture).next)).empty());
    CHECK(capture.end().result == CUDA_SUCCESS);
}

} // namespace cts
