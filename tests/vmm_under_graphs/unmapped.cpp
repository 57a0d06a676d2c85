#include "fixtures/conditional.hpp"
#include "kernels/conditional.hpp"
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

/// Observes the call's result, and clears it when it is an error.
void observe_call(const std::string& key, cudaError_t result) {
    observe(key, result);
    if (result != cudaSuccess) {
        (void)cudaGetLastError();
    }
}

} // namespace

namespace {

/// Adds a node on a range without memory, instantiates it, and replays it once there is memory. In a child,
/// because driver 580.159.04 crashes on copy nodes.
template<typename Kind>
void build_unmapped(Parent& parent) {
    Replayed<Kind> rung;
    Operands unmapped = rung.operands();
    unmapped.subject = rung.at(2);
    const Graph graph = create_graph();
    bool added = true;
    try {
        Kind::add(graph, unmapped);
    } catch (const SetupError&) {
        added = false;
    }
    parent.report("add", cudaGetLastError());
    cudaGraphExec_t exec = nullptr;
    if (added) {
        parent.report("instantiate", cudaGraphInstantiate(&exec, graph, 0));
        (void)cudaGetLastError();
    }
    const Exec owner(exec);
    if (exec != nullptr) { // what was accepted must work once there is memory
        const Mapping later = rung.map(rung.at(2), rung.memory());
        rung.write_elsewhere(rung.memory(), 31);
        run(exec, rung.stream());
        if constexpr (Kind::writes) {
            parent.report("works", static_cast<bool>(holds(rung.at(2), rung.bytes(), Kind::value)));
        } else {
            parent.report("works", static_cast<bool>(Kind::arrived(rung.operands(), 31)));
        }
    }
    rung.write_elsewhere(rung.memory(), 32);
    rung.replay();
    if constexpr (Kind::writes) {
        parent.report("other", static_cast<bool>(holds(rung.at(0), rung.bytes(), Kind::value)));
    } else {
        parent.report("other", static_cast<bool>(Kind::arrived(rung.operands(), 32)));
    }
}

void observe_build(const ChildBody& body, const std::string& key) {
    Peer child(body);
    const ChildReport& report = child.wait();
    const auto answer = [&](const std::string& call) {
        return report.values.contains(call) ? name_of(report.result(call)) : std::string("not reached");
    };
    observe(key + "/add", report.signal != 0 ? "the process dies of signal " + std::to_string(report.signal)
                                             : answer("add"));
    observe(key + "/instantiate", answer("instantiate"));
    CHECK((report.signal != 0 || report.finished)); // no third way: an exception leaves something unchecked
    CHECK(report.values.contains("other") == report.finished);
    for (const char* outcome : {"works", "other"}) {
        if (report.values.contains(outcome)) {
            CAPTURE(outcome);
            CHECK(report.number(outcome) == 1);
        }
    }
    CHECK(cudaDeviceSynchronize() == cudaSuccess);
}

} // namespace

#define CTS_BUILD_UNMAPPED(Kind)                                                                             \
    CHILD(build_unmapped_##Kind) {                                                                           \
        build_unmapped<Kind>(parent);                                                                        \
    }                                                                                                        \
    TEST_CASE_METHOD(Granule,                                                                                \
                     "VXG-08/build/" #Kind ": adding and instantiating a node on a range without memory",    \
                     "[vmm_under_graphs][sacrifices]") {                                                     \
        observe_build(build_unmapped_##Kind, "VXG-08/" #Kind);                                               \
    }
CTS_BUILD_UNMAPPED(KernelStore)
CTS_BUILD_UNMAPPED(KernelLoad)
CTS_BUILD_UNMAPPED(CopyFromHost)
CTS_BUILD_UNMAPPED(CopyToHost)
CTS_BUILD_UNMAPPED(CopyFromDevice)
CTS_BUILD_UNMAPPED(CopyToDevice)
CTS_BUILD_UNMAPPED(Memset1D)
CTS_BUILD_UNMAPPED(Memset2D)
#undef CTS_BUILD_UNMAPPED

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
void observe_launch(Child& child, const std::string& key) {
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
    Child children[] = {Child(launch_unmapped_kernel_store), Child(launch_unmapped_kernel_load)};
    for (Child& child : children) {
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
    Child children[] = {Child(launch_unmapped_copy_from_device), Child(launch_unmapped_copy_to_device)};
    observe_launch(children[0], "VXG-07/copy-target");
    observe_launch(children[1], "VXG-07/copy-source");
}

TEST_CASE_METHOD(Granule,
                 "VXG-07/memset: launching a memset node on a range without memory does not pass for done",
                 "[vmm_under_graphs][sacrifices]") {
    Child child(launch_unmapped_memset);
    observe_launch(child, "VXG-07/memset");
}

TEST_CASE_METHOD(Workbench, "VXG-19/not taken: a conditional body that does not run needs no memory",
                 "[vmm_under_graphs]") {
    const DeviceMemory choice = allocate_device(sizeof(uint32_t));
    const Graph graph = create_graph();
    const CUgraphConditionalHandle handle = create_condition(graph, context(), 0);
    const auto setter =
        add_kernel(graph, call_once(kernels::set_condition_from, static_cast<unsigned long long>(handle),
                                    static_cast<const uint32_t*>(words(device_address(choice)))));
    const ConditionalNode branch =
        add_conditional(graph, context(), handle, CU_GRAPH_COND_TYPE_IF, 1, {setter});
    add_kernel(branch.bodies[0], fill_call(at(0), bytes(), 9));
    const Exec exec = instantiate(graph);
    fill(device_address(choice), sizeof(uint32_t), 1);
    fill(at(0), bytes(), 1);
    run(exec, stream());
    CHECK(holds(at(0), bytes(), 9));

    fill(device_address(choice), sizeof(uint32_t), 0);
    mapping().unmap();
    REQUIRE(cudaGraphLaunch(exec, stream()) == cudaSuccess);
    REQUIRE(cudaStreamSynchronize(stream()) == cudaSuccess);

    mapping() = map(at(0), memory());
    fill(at(0), bytes(), 1);
    fill(device_address(choice), sizeof(uint32_t), 1);
    run(exec, stream());
    CHECK(holds(at(0), bytes(), 9));
}

} // namespace cts
