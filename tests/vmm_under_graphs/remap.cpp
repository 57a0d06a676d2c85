#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

namespace cts {
namespace {
const auto nothing = [] {};
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-01: a kernel node works on the memory that is mapped now",
                          "[vmm_under_graphs]", KernelStore, KernelLoad) {
    check_replay_after_remap(*this, nothing);
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-02: a copy node works on the memory that is mapped now",
                          "[vmm_under_graphs]", CTS_COPY_KINDS) {
    check_replay_after_remap(*this, nothing);
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-03: a memset node works on the memory that is mapped now",
                          "[vmm_under_graphs]", Memset1D, Memset2D) {
    check_replay_after_remap(*this, nothing);
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-19: a child graph works on the memory that is mapped now",
                          "[vmm_under_graphs]", CTS_CHILD_KINDS) {
    check_replay_after_remap(*this, nothing);
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-19/body: a conditional body works on the memory that is mapped now",
                          "[vmm_under_graphs]", CTS_BODY_KINDS) {
    check_replay_after_remap(*this, nothing);
}

TEMPLATE_TEST_CASE_METHOD(Replayed,
                          "VXG-19/uploaded: an uploaded body works on memory that is mapped after the upload",
                          "[vmm_under_graphs]", CTS_BODY_KINDS) {
    check_replay_after_remap(*this, [&] {
        REQUIRE(cudaGraphUpload(this->exec(), this->stream()) == cudaSuccess);
        REQUIRE(cudaStreamSynchronize(this->stream()) == cudaSuccess);
    });
}

TEMPLATE_TEST_CASE_METHOD(Replayed,
                          "VXG-04: an uploaded exec works on memory that is mapped after the upload",
                          "[vmm_under_graphs]", CTS_NODE_KINDS) {
    check_replay_after_remap(*this, [&] {
        REQUIRE(cudaGraphUpload(this->exec(), this->stream()) == cudaSuccess);
        REQUIRE(cudaStreamSynchronize(this->stream()) == cudaSuccess);
    });
}

TEMPLATE_TEST_CASE_METHOD(Replayed,
                          "VXG-26: after a remap at the same address an update succeeds and the exec works",
                          "[vmm_under_graphs]", CTS_NODE_KINDS) {
    this->write_elsewhere(this->memory(), 1000);
    this->check_replay(1000);
    const Allocation old = this->remap(this->prepared(5000000));
    const Graph again = create_graph();
    TestType::prepare(this->operands());
    TestType::add(again, this->operands());

    const UpdateAnswer answer = update(this->exec(), again);

    CHECK(answer.error == cudaSuccess);
    CHECK(answer.result == cudaGraphExecUpdateSuccess);
    CHECK(answer.error_node == nullptr);
    this->write_elsewhere(this->memory(), 5000000);
    this->check_replay(5000000);
}

} // namespace cts
