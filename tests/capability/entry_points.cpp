// cuGetProcAddress: by name and CUDA version (Driver API, Driver Entry Point Access; cudaTypedefs.h).
#include "tests/prelude.hpp"

#include <algorithm>
#include <string_view>

namespace cts {
namespace {

struct Form {
    const char* name;
    int version; // of CUDA, that introduced it
};

/// What the suite calls, in the form that it calls.
constexpr Form called[] = {
#define CTS_ENTRY_POINT(name, version) {#name, version},
#define CTS_TRACKED_ENTRY_POINT(name, version) {#name, version},
#include "fixtures/driver/entry_points.def"
#undef CTS_ENTRY_POINT
#undef CTS_TRACKED_ENTRY_POINT
};

/// Calls that have one form only, and the version that brought it.
constexpr Form first_forms[] = {{"cuMemAddressReserve", 10020},
                                {"cuMemAddressFree", 10020},
                                {"cuMemCreate", 10020},
                                {"cuMemRelease", 10020},
                                {"cuMemMap", 10020},
                                {"cuMemUnmap", 10020},
                                {"cuMemSetAccess", 10020},
                                {"cuMemGetAccess", 10020},
                                {"cuMemExportToShareableHandle", 10020},
                                {"cuMemImportFromShareableHandle", 10020},
                                {"cuMemGetAllocationGranularity", 10020},
                                {"cuMemGetAllocationPropertiesFromHandle", 10020},
                                {"cuMemRetainAllocationHandle", 11000},
                                {"cuMemGetHandleForAddressRange", 11070},
                                {"cuGraphUpload", 11010},
                                {"cuGraphAddMemAllocNode", 11040},
                                {"cuGraphNodeSetEnabled", 11060},
                                {"cuGraphExecGetFlags", 12000},
                                {"cuGraphExecNodeSetParams", 12020},
                                {"cuStreamBeginCaptureToGraph", 12030}};

struct Found {
    CUresult result;
    void* function = reinterpret_cast<void*>(1); // so that a call that sets nothing shows
    CUdriverProcAddressQueryResult status = static_cast<CUdriverProcAddressQueryResult>(-1);
};

Found look_up(const char* name, int version) {
    Found found{};
    found.result =
        cuGetProcAddress(name, &found.function, version, CU_GET_PROC_ADDRESS_LEGACY_STREAM, &found.status);
    return found;
}

void check_found(const char* name, int version) {
    CAPTURE(name, version);
    const Found found = look_up(name, version);
    CHECK(found.result == CUDA_SUCCESS);
    CHECK(found.status == CU_GET_PROC_ADDRESS_SUCCESS);
    CHECK(found.function != nullptr);
    CHECK(found.function != reinterpret_cast<void*>(1));
}

int driver_version() {
    int version = 0;
    must(cuDriverGetVersion(&version), "cuDriverGetVersion");
    return version;
}

/// Sparse arrays are an option of the device, and with them all that the suite does with arrays.
bool is_for_arrays(std::string_view name) {
    return name.find("Array") != std::string_view::npos || name.ends_with("toA") || name.ends_with("AtoH");
}

void check_all(bool for_arrays) {
    size_t checked = 0;
    for (const Form& form : called) {
        if (is_for_arrays(form.name) == for_arrays && form.version <= driver_version()) {
            check_found(form.name, form.version);
            check_found(form.name, driver_version());
            ++checked;
        }
    }
    CHECK(checked > 0);
}

} // namespace

TEST_CASE_METHOD(Context, "CAPQ-07: each entry point is found at its own version and at that of the driver",
                 "[capability]") {
    check_all(false);
}

TEST_CASE_METHOD(Context, "CAPQ-07/arrays: each entry point of sparse arrays is found", "[capability]") {
    need(CU_DEVICE_ATTRIBUTE_SPARSE_CUDA_ARRAY_SUPPORTED, "SPARSE_CUDA_ARRAY_SUPPORTED");
    check_all(true);
}

TEST_CASE_METHOD(Context, "CAPQ-07/first: an entry point is found from its first version on, and not before",
                 "[capability]") {
    for (const Form& form : first_forms) {
        check_found(form.name, form.version);
        CAPTURE(form.name, form.version);
        const Found before = look_up(form.name, form.version - 10);
        CHECK(before.result == CUDA_SUCCESS);
        CHECK(before.status == CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
        CHECK(before.function == nullptr);
    }
}

TEST_CASE_METHOD(Context, "CAPQ-07/unknown: a name that no driver has is not found", "[capability]") {
    for (const char* name : {"cuMemNeverThere", "cumemcreate", "cuMemCreat", "cuMemCreateX"}) {
        CAPTURE(name);
        const Found found = look_up(name, driver_version());
        CHECK(found.result == CUDA_SUCCESS);
        CHECK(found.status == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
        CHECK(found.function == nullptr);
    }
    check_found("cuMemCreate", driver_version());
}

TEST_CASE_METHOD(Context, "CAPQ-07/newer: a version newer than the driver is refused", "[capability]") {
    for (const int beyond : {10, 1000}) {
        CAPTURE(beyond);
        CHECK(look_up("cuMemCreate", driver_version() + beyond).result == CUDA_ERROR_INVALID_VALUE);
        check_found("cuMemCreate", driver_version());
    }
}

} // namespace cts
