#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

namespace cts {

TEMPLATE_TEST_CASE_METHOD(Replayed,
                          "VXG-10/read: an exec that only reads goes on when access shrinks to reading",
                          "[vmm_under_graphs]", KernelLoad, CopyToHost, CopyToDevice) {
    this->write_elsewhere(this->memory(), 600);
    const CUmemAccessDesc reading = this->read_only();
    REQUIRE(cuMemSetAccess(this->at(0), this->bytes(), &reading, 1) == CUDA_SUCCESS);

    this->check_replay(600);
}

TEMPLATE_TEST_CASE_METHOD(
    Replayed, "VXG-10/restored: access taken and given back between launches leaves the exec whole",
    "[vmm_under_graphs]", KernelStore, KernelLoad, CopyFromHost, CopyToDevice, Memset1D) {
    this->write_elsewhere(this->memory(), 700);
    const CUmemAccessDesc none = this->no_access();
    const CUmemAccessDesc all = this->read_write();
    REQUIRE(cuMemSetAccess(this->at(0), this->bytes(), &none, 1) == CUDA_SUCCESS);
    REQUIRE(cuMemSetAccess(this->at(0), this->bytes(), &all, 1) == CUDA_SUCCESS);

    this->check_replay(700);
}

CHILD(store_by_graph_where_only_reading_is_allowed) {
    Replayed<KernelStore> rung;
    rung.replay();
    const CUmemAccessDesc reading = rung.read_only();
    parent.report("access", cuMemSetAccess(rung.at(0), rung.bytes(), &reading, 1));
    parent.report("launch", cudaGraphLaunch(rung.exec(), rung.stream()));
    parent.report("synchronize", cudaStreamSynchronize(rung.stream()));
}

TEST_CASE_METHOD(Granule, "VXG-10/store: an exec that writes where only reading is allowed faults",
                 "[vmm_under_graphs][sacrifices]") {
    Child child(store_by_graph_where_only_reading_is_allowed);
    const ChildReport& report = child.wait();
    CHECK(report.driver_result("access") == CUDA_SUCCESS);
    CHECK(report.result("launch") == cudaSuccess);
    CHECK(report.result("synchronize") == cudaErrorIllegalAddress);
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

} // namespace cts
