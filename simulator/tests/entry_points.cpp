// cuGetProcAddress: what the suite asks for is there in the right form, and what is not there is said so.
#include "simulator/tests/gpu.hpp"

#include <cuda.h>

#include <dlfcn.h>
#include <set>
#include <string>

namespace {

struct Answer {
    CUresult result;
    void* function;
    CUdriverProcAddressQueryResult status;
};

Answer ask(const char* name, int version) {
    Answer answer{CUDA_ERROR_UNKNOWN, nullptr, CU_GET_PROC_ADDRESS_SUCCESS};
    answer.result = cuGetProcAddress(name, &answer.function, version, 0, &answer.status);
    return answer;
}

struct Wanted {
    const char* name;
    int version;
};

constexpr Wanted wanted_by_the_suite[] = {
#define CTS_ENTRY_POINT(name, version) {#name, version},
#define CTS_TRACKED_ENTRY_POINT(name, version) {#name, version},
#include "fixtures/driver/entry_points.def"
#undef CTS_TRACKED_ENTRY_POINT
#undef CTS_ENTRY_POINT
};

/// Behind attributes that are 0 here: the suite skips what needs them.
const std::set<std::string> absent = {
    "cuMemMapArrayAsync",
    "cuArrayGetSparseProperties",
    "cuArrayGetMemoryRequirements",
    "cuMipmappedArrayGetSparseProperties",
    "cuMipmappedArrayCreate",
    "cuMipmappedArrayDestroy",
    "cuMipmappedArrayGetLevel",
    "cuArray3DCreate",
    "cuArrayDestroy",
    "cuMemcpyHtoA",
    "cuMemcpyAtoH",
};

} // namespace

TEST_CASE("every entry point that the suite names is there, or listed as absent") {
    for (const Wanted& wanted : wanted_by_the_suite) {
        INFO(wanted.name << " of CUDA version " << wanted.version);
        const Answer answer = ask(wanted.name, wanted.version);
        CHECK(answer.result == CUDA_SUCCESS);
        const bool found = answer.status == CU_GET_PROC_ADDRESS_SUCCESS && answer.function != nullptr;
        CHECK(found == !absent.contains(wanted.name));
    }
}

TEST_CASE("a base name and a version give the form of that version") {
    CHECK(ask("cuCtxCreate", 3020).function == dlsym(RTLD_DEFAULT, "cuCtxCreate_v2"));
    CHECK(ask("cuMemGetInfo", 12000).function == reinterpret_cast<void*>(cuMemGetInfo_v2));
    CHECK(ask("cuGetProcAddress", 12000).function == reinterpret_cast<void*>(cuGetProcAddress_v2));
    CHECK(ask("cuGetProcAddress", 11030).function != ask("cuGetProcAddress", 12000).function);
}

TEST_CASE("what is not there is not found") {
    CHECK(ask("cuNoSuchFunction", CUDA_VERSION).status == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
    CHECK(ask("cuMulticastCreate", CUDA_VERSION).function == nullptr);
    CHECK(ask("cuMemCreate", 10010).status == CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
    CHECK(ask("cuMemCreate", CUDA_VERSION + 10).result == CUDA_ERROR_INVALID_VALUE);
}
