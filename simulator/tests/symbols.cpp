// What the dynamic linker sees.
#include <catch2/catch_test_macros.hpp>

#include <dlfcn.h>
#include <link.h>
#include <string_view>

namespace {

void* open_loaded(const char* name) {
    return dlopen(name, RTLD_NOW | RTLD_NOLOAD);
}

} // namespace

TEST_CASE("runtime symbols carry the version node of the real library") {
    void* runtime = open_loaded(SIM_RUNTIME);
    REQUIRE(runtime != nullptr);
    for (const char* name :
         {"cudaMalloc", "cudaGraphLaunch", "__cudaRegisterFunction", "__cudaLaunchKernel"}) {
        INFO(name);
        CHECK(dlvsym(runtime, name, SIM_RUNTIME) != nullptr);
    }
    dlclose(runtime);
}

TEST_CASE("the driver library says that it is the simulator, and keeps its kernels to itself") {
    void* driver = open_loaded("libcuda.so.1");
    REQUIRE(driver != nullptr);
    CHECK(dlsym(driver, "vmm_cts_simulator") != nullptr);
    CHECK(dlsym(driver, "cuMemCreate") != nullptr);
    CHECK(dlsym(driver, "_ZN3cts7kernels4fillEPjmj") == nullptr);
    dlclose(driver);
}
