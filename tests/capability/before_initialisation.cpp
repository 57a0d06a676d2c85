// The calls in a process that has not called cuInit. They are taken from the library itself: looking them up
// through the runtime might initialise the driver.
#include "tests/prelude.hpp"

#include <dlfcn.h>

namespace cts {
namespace {

template<typename Function>
Function from_driver(const char* name) {
    static void* library = dlopen("libcuda.so.1", RTLD_NOW);
    auto* function = library == nullptr ? nullptr : dlsym(library, name);
    if (function == nullptr) {
        throw std::runtime_error(std::string("libcuda.so.1 exports no ") + name);
    }
    return reinterpret_cast<Function>(function);
}
#define FROM_DRIVER(name, version) from_driver<PFN_##name##_v##version>(#name)

CHILD(call_before_initialisation) {
    CUmemAllocationProp properties{};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    const CUmemAccessDesc access{properties.location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
    constexpr size_t bytes = size_t{2} << 20;
    constexpr auto type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    CUdeviceptr address = 0;
    CUmemGenericAllocationHandle handle = 0;
    size_t granularity = 0;
    unsigned long long flags = 0;
    int descriptor = -1;
    const auto reserve = FROM_DRIVER(cuMemAddressReserve, 10020);
    const auto create = FROM_DRIVER(cuMemCreate, 10020);

    parent.report("cuMemAddressReserve", reserve(&address, bytes, 0, 0, 0));
    parent.report("cuMemAddressFree", FROM_DRIVER(cuMemAddressFree, 10020)(bytes, bytes));
    parent.report("cuMemCreate", create(&handle, bytes, &properties, 0));
    parent.report("cuMemRelease", FROM_DRIVER(cuMemRelease, 10020)(1));
    parent.report("cuMemMap", FROM_DRIVER(cuMemMap, 10020)(bytes, bytes, 0, 1, 0));
    parent.report("cuMemUnmap", FROM_DRIVER(cuMemUnmap, 10020)(bytes, bytes));
    parent.report("cuMemSetAccess", FROM_DRIVER(cuMemSetAccess, 10020)(bytes, bytes, &access, 1));
    parent.report("cuMemGetAccess", FROM_DRIVER(cuMemGetAccess, 10020)(&flags, &properties.location, bytes));
    parent.report("cuMemExportToShareableHandle",
                  FROM_DRIVER(cuMemExportToShareableHandle, 10020)(&descriptor, 1, type, 0));
    parent.report("cuMemImportFromShareableHandle",
                  FROM_DRIVER(cuMemImportFromShareableHandle, 10020)(&handle, nullptr, type));
    parent.report("cuMemGetAllocationGranularity",
                  FROM_DRIVER(cuMemGetAllocationGranularity, 10020)(&granularity, &properties,
                                                                    CU_MEM_ALLOC_GRANULARITY_MINIMUM));
    parent.report("cuMemGetAllocationPropertiesFromHandle",
                  FROM_DRIVER(cuMemGetAllocationPropertiesFromHandle, 10020)(&properties, 1));
    parent.report("cuMemRetainAllocationHandle",
                  FROM_DRIVER(cuMemRetainAllocationHandle, 11000)(&handle, pointer(bytes)));
    parent.report("untouched", address == 0 && handle == 0 && descriptor == -1 ? 1 : 0);

    parent.report("cuInit", FROM_DRIVER(cuInit, 2000)(0));
    properties = {};
    properties.type = CU_MEM_ALLOCATION_TYPE_PINNED;
    properties.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
    must(FROM_DRIVER(cuMemGetAllocationGranularity, 10020)(&granularity, &properties,
                                                           CU_MEM_ALLOC_GRANULARITY_MINIMUM),
         "cuMemGetAllocationGranularity");
    parent.report("reserve after cuInit", reserve(&address, granularity, 0, 0, 0));
    parent.report("create after cuInit", create(&handle, granularity, &properties, 0));
}
#undef FROM_DRIVER

} // namespace

TEST_CASE_METHOD(Granule, "CAPQ-08: before cuInit the calls answer that CUDA is not initialised",
                 "[capability][sacrifices]") {
    Child child(call_before_initialisation, {{"VMM_CTS_CHILD_COLD", "1"}});
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.problems.empty());
    for (const char* call : {"cuMemAddressReserve", "cuMemAddressFree", "cuMemCreate", "cuMemRelease",
                             "cuMemMap", "cuMemUnmap", "cuMemGetAccess", "cuMemExportToShareableHandle",
                             "cuMemImportFromShareableHandle", "cuMemGetAllocationGranularity",
                             "cuMemGetAllocationPropertiesFromHandle", "cuMemRetainAllocationHandle"}) {
        CAPTURE(call);
        CHECK(report.driver_result(call) == CUDA_ERROR_NOT_INITIALIZED);
    }
    // The page of cuMemSetAccess does not list the code.
    CHECK(report.driver_result("cuMemSetAccess") != CUDA_SUCCESS);
    observe("CAPQ-08/cuMemSetAccess", report.driver_result("cuMemSetAccess"));
    CHECK(report.number("untouched") == 1);
    CHECK(report.driver_result("cuInit") == CUDA_SUCCESS);
    CHECK(report.driver_result("reserve after cuInit") == CUDA_SUCCESS);
    CHECK(report.driver_result("create after cuInit") == CUDA_SUCCESS);
}

} // namespace cts
