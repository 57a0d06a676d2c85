#include "tests/prelude.hpp"
#include "tests/vmm_under_graphs/replayed.hpp"

namespace cts {
namespace {

/// Names of the node kinds as they appear in observations.
template<typename Kind>
const char* kind_name();
#define CTS_KIND_NAME(Kind)                                                                                  \
    template<>                                                                                               \
    const char* kind_name<Kind>() {                                                                          \
        return #Kind;                                                                                        \
    }
CTS_KIND_NAME(KernelStore)
CTS_KIND_NAME(KernelLoad)
CTS_KIND_NAME(CopyFromHost)
CTS_KIND_NAME(CopyToHost)
CTS_KIND_NAME(CopyFromDevice)
CTS_KIND_NAME(CopyToDevice)
CTS_KIND_NAME(Memset1D)
CTS_KIND_NAME(Memset2D)
#undef CTS_KIND_NAME

/// The result that a helper's SetupError hides: what adding the node answered.
template<typename Kind>
std::string try_to_add(cudaGraph_t graph, const Operands& operands) {
    try {
        Kind::add(graph, operands);
        return "success";
    } catch (const SetupError&) {
        return name_of(cudaGetLastError());
    }
}

/// Observes the call's result, and clears it when it is an error.
void observe_call(const std::string& key, cudaError_t result) {
    observe(key, result);
    if (result != cudaSuccess) {
        (void)cudaGetLastError();
    }
}

} // namespace

TEMPLATE_TEST_CASE_METHOD(Replayed,
                          "VXG-08/build: adding and instantiating a node on a reserved range without memory",
                          "[vmm_under_graphs]", KernelStore, KernelLoad, CopyFromHost, CopyToHost,
                          CopyFromDevice, CopyToDevice, Memset1D, Memset2D) {
    const std::string key = std::string("VXG-08/") + kind_name<TestType>();
    Operands unmapped = this->operands();
    unmapped.subject = this->at(2);
    const Graph graph = create_graph();

    const std::string added = try_to_add<TestType>(graph, unmapped);
    observe(key + "/add", added);
    cudaGraphExec_t exec = nullptr;
    if (added == "success") {
        observe_call(key + "/instantiate", cudaGraphInstantiate(&exec, graph, 0));
    }
    const Exec owner(exec);

    const Mapping later =
        this->map(this->at(2), this->memory()); // the same memory is now behind both addresses
    if (exec != nullptr) {                      // whatever was accepted must work once there is memory
        this->write_elsewhere(this->memory(), 31);
        run(exec, this->stream());
        if constexpr (TestType::writes) {
            CHECK(holds(this->at(2), this->bytes(), TestType::value));
        } else {
            CHECK(TestType::arrived(this->operands(), 31));
        }
    }
    this->write_elsewhere(this->memory(), 32);
    this->check_replay(32); // and the other exec is as it was
}

TEMPLATE_TEST_CASE_METHOD(Replayed, "VXG-08/update: updating and uploading while the range has no memory",
                          "[vmm_under_graphs]", KernelStore, KernelLoad, CopyFromHost, CopyToHost,
                          CopyFromDevice, CopyToDevice, Memset1D, Memset2D) {
    const std::string key = std::string("VXG-08/") + kind_name<TestType>();
    const Graph same = create_graph();
    TestType::add(same, this->operands());
    this->mapping().unmap();

    const UpdateAnswer answer = update(this->exec(), same);
    observe(key + "/update", answer.error == cudaSuccess ? "Success" : name_of(answer.result));
    observe_call(key + "/upload", cudaGraphUpload(this->exec(), this->stream()));
    CHECK(cudaStreamSynchronize(this->stream()) == cudaSuccess);

    this->mapping() = this->map(this->at(0), this->memory());
    this->write_elsewhere(this->memory(), 41);
    this->check_replay(41);
}

namespace {

/// Launches an exec whose range has lost its memory, in a child that may not survive it.
template<typename Kind>
void launch_unmapped(Parent& parent) {
    Replayed<Kind> rung;
    rung.replay();
    parent.report("before", cudaStreamSynchronize(rung.stream()));
    rung.mapping().unmap();
    parent.report("launch", cudaGraphLaunch(rung.exec(), rung.stream()));
    parent.report("synchronize", cudaStreamSynchronize(rung.stream()));
}

/// The child's view, observed; returns what the launch and the wait answered together.
void observe_launch(const ChildBody& body, const std::string& key) {
    Child child(body);
    const ChildReport& report = child.wait();
    CHECK(report.result("before") == cudaSuccess);
    const cudaError_t launched = report.result("launch");
    const cudaError_t waited = report.result("synchronize");
    observe(key + "/launch", launched);
    observe(key + "/synchronize", waited);
    CHECK((launched != cudaSuccess || waited != cudaSuccess)); // it must not pass for done
    CHECK(cudaDeviceSynchronize() == cudaSuccess);             // and this process is unharmed
}

} // namespace

CHILD(launch_unmapped_kernel_store) {
    launch_unmapped<KernelStore>(parent);
}
CHILD(launch_unmapped_kernel_load) {
    launch_unmapped<KernelLoad>(parent);
}
CHILD(launch_unmapped_copy_from_device) {
    launch_unmapped<CopyFromDevice>(parent);
}
CHILD(launch_unmapped_copy_to_device) {
    launch_unmapped<CopyToDevice>(parent);
}
CHILD(launch_unmapped_memset) {
    launch_unmapped<Memset1D>(parent);
}

TEST_CASE_METHOD(Granule,
                 "VXG-07/kernel: launching a kernel node on a range without memory is an illegal address",
                 "[vmm_under_graphs][sacrifices]") {
    for (const ChildBody* body : {&launch_unmapped_kernel_store, &launch_unmapped_kernel_load}) {
        CAPTURE(body->name);
        Child child(*body);
        const ChildReport& report = child.wait();
        CHECK(report.result("before") == cudaSuccess);
        CHECK(report.result("launch") == cudaSuccess);
        CHECK(report.result("synchronize") == cudaErrorIllegalAddress);
    }
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

TEST_CASE_METHOD(Granule,
                 "VXG-07/copy: launching a copy node on a range without memory does not pass for done",
                 "[vmm_under_graphs][sacrifices]") {
    observe_launch(launch_unmapped_copy_from_device, "VXG-07/copy-target");
    observe_launch(launch_unmapped_copy_to_device, "VXG-07/copy-source");
}

TEST_CASE_METHOD(Granule,
                 "VXG-07/memset: launching a memset node on a range without memory does not pass for done",
                 "[vmm_under_graphs][sacrifices]") {
    observe_launch(launch_unmapped_memset, "VXG-07/memset");
}

} // namespace cts
