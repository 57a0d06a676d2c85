// Attributes whose change no document decides.
#include "fixtures/harness/skip.hpp"
#include "tests/graph_update/kernel_attributes.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

void try_attribute(const UpdateRung& rung, const std::string& key, const OneNode& old_work,
                   const OneNode& new_work) {
    CAPTURE(key);
    const Exec exec = instantiate(old_work.graph);
    const Verdict verdict = accepted_or_refused(rung.attempt(exec, old_work.graph, new_work.graph),
                                                {std::nullopt, {{new_work.node}}});
    CHECK(verdict);
    observe("UPD-39/" + key, verdict.result);
}

int compute_capability_major(const UpdateRung& rung) {
    return rung.attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
}

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-39/window: an access policy window is taken over or refused whole",
                 "[graph_update]") {
    cudaLaunchAttributeValue window{};
    window.accessPolicyWindow = {pointer(first(0)), cell_bytes, 1.0F, cudaAccessPropertyPersisting,
                                 cudaAccessPropertyStreaming};
    try_attribute(*this, "access policy window", one_kernel(fill_cell(first(0), 1)),
                  kernel_with(first(0), 2, cudaLaunchAttributeAccessPolicyWindow, window));
}

TEST_CASE_METHOD(UpdateRung, "UPD-39/domain: a memory synchronization domain is taken over or refused whole",
                 "[graph_update]") {
    if (compute_capability_major(*this) < 9) {
        skip("COMPUTE_CAPABILITY_MAJOR = " + std::to_string(compute_capability_major(*this)) +
             ", 9 is needed");
    }
    cudaLaunchAttributeValue domain{};
    domain.memSyncDomain = cudaLaunchMemSyncDomainRemote;
    try_attribute(*this, "memory synchronization domain", one_kernel(fill_cell(first(0), 1)),
                  kernel_with(first(0), 2, cudaLaunchAttributeMemSyncDomain, domain));
}

TEST_CASE_METHOD(UpdateRung, "UPD-39/cluster: a cluster dimension is taken over or refused whole",
                 "[graph_update]") {
    need(CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH, "CLUSTER_LAUNCH");
    cudaLaunchAttributeValue cluster{};
    cluster.clusterDim.x = 2;
    cluster.clusterDim.y = 1;
    cluster.clusterDim.z = 1;
    try_attribute(*this, "cluster dimension", one_kernel(fill_cell(first(0), 1)),
                  kernel_with(first(0), 2, cudaLaunchAttributeClusterDimension, cluster));
}

} // namespace cts
