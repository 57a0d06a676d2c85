// Memory in host locations: host and device each need a grant of their own.
#include "simulator/tests/child.hpp"
#include "simulator/tests/gpu.hpp"
#include "simulator/tests/kernel.hpp"

#include <csignal>
#include <sys/wait.h>

using namespace sim::tests;

namespace {

uint32_t* map_host_memory() {
    const CUmemGenericAllocationHandle handle = create(2 * mib, memory_of(CU_MEM_LOCATION_TYPE_HOST));
    const CUdeviceptr address = reserve(2 * mib);
    REQUIRE(cuMemMap(address, 2 * mib, 0, handle, 0) == CUDA_SUCCESS);
    REQUIRE(cuMemRelease(handle) == CUDA_SUCCESS);
    return reinterpret_cast<uint32_t*>(address);
}

void unmap_host_memory(uint32_t* words) {
    CHECK(cuMemUnmap(reinterpret_cast<CUdeviceptr>(words), 2 * mib) == CUDA_SUCCESS);
    CHECK(cuMemAddressFree(reinterpret_cast<CUdeviceptr>(words), 2 * mib) == CUDA_SUCCESS);
}

} // namespace

TEST_CASE("child: reads host memory that only the device may touch", "[.]") {
    const Gpu gpu;
    uint32_t* words = map_host_memory();
    grant(reinterpret_cast<CUdeviceptr>(words), 2 * mib, CU_MEM_LOCATION_TYPE_DEVICE,
          CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    send_to_parent(launch_fill(words, 1, 5) == cudaSuccess && cudaDeviceSynchronize() == cudaSuccess ? 'y'
                                                                                                     : 'n');
    signal(SIGSEGV, SIG_DFL);
    (void)*static_cast<volatile uint32_t*>(words);
}

TEST_CASE("device access to host memory gives the host none") {
    Child child("child: reads host memory that only the device may touch");
    CHECK(child.receive() == 'y');
    const int status = child.wait();
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
}

TEST_CASE("child: runs a kernel on host memory that only the host may touch", "[.]") {
    const Gpu gpu;
    uint32_t* words = map_host_memory();
    grant(reinterpret_cast<CUdeviceptr>(words), 2 * mib, CU_MEM_LOCATION_TYPE_HOST,
          CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    words[0] = 7;
    send_to_parent(words[0] == 7 ? 'y' : 'n');
    (void)launch_fill(words, 1, 5);
    send_to_parent(cudaDeviceSynchronize() == cudaErrorIllegalAddress && words[0] == 7 ? 'y' : 'n');
}

TEST_CASE("host access to host memory gives a kernel none") {
    Child child("child: runs a kernel on host memory that only the host may touch");
    CHECK(child.receive() == 'y');
    CHECK(child.receive() == 'y');
    child.wait();
}

TEST_CASE("host and device see one memory when both have access, and it is no device memory") {
    const Gpu gpu;
    const size_t before = free_memory();
    uint32_t* words = map_host_memory();
    CHECK(free_memory() == before);
    grant(reinterpret_cast<CUdeviceptr>(words), 2 * mib, CU_MEM_LOCATION_TYPE_DEVICE,
          CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    grant(reinterpret_cast<CUdeviceptr>(words), 2 * mib, CU_MEM_LOCATION_TYPE_HOST,
          CU_MEM_ACCESS_FLAGS_PROT_READ);
    CHECK(launch_fill(words, 4, 9) == cudaSuccess);
    CHECK(words[3] == 9);
    unmap_host_memory(words);
}
