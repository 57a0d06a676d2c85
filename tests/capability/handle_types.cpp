// The handle types: the attributes say which ones a program may ask cuMemCreate for.
#include "tests/capability/features.hpp"
#include "tests/prelude.hpp"

#include <unistd.h>

namespace cts {

TEST_CASE_METHOD(Context, "CAPQ-03: the handle-type attributes are yes or no", "[capability]") {
    const std::pair<const char*, int> types[] = {{"POSIX descriptor", posix_descriptor_attribute},
                                                 {"Win32", win32_attribute},
                                                 {"Win32 KMT", win32_kmt_attribute},
                                                 {"fabric", fabric_attribute}};
    for (const auto& [name, number] : types) {
        CAPTURE(name);
        int value = -1;
        CHECK(cuDeviceGetAttribute(&value, static_cast<CUdevice_attribute>(number), device()) ==
              CUDA_SUCCESS);
        CHECK((value == 0 || value == 1));
        observe(std::string("CAPQ-03/") + name, value);
    }
}

TEST_CASE_METHOD(Granule,
                 "CAPQ-04/posix: memory can be shared by file descriptor exactly where that is announced",
                 "[capability]") {
    const bool supported = announced(*this, posix_descriptor_attribute) != 0;
    CUmemGenericAllocationHandle handle = 0;
    const CUmemAllocationProp wanted = shareable_properties();
    CUresult result = cuMemCreate(&handle, granularity(), &wanted, 0);
    CHECK((result == CUDA_SUCCESS) == supported);
    const Allocation memory(result == CUDA_SUCCESS ? handle : 0);
    if (result == CUDA_SUCCESS) {
        int descriptor = -1;
        result =
            cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0);
        CHECK(result == CUDA_SUCCESS);
        CHECK(descriptor >= 0);
        CUmemGenericAllocationHandle imported = 0;
        result = cuMemImportFromShareableHandle(&imported,
                                                reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)),
                                                CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
        CHECK(result == CUDA_SUCCESS);
        const Allocation twin(result == CUDA_SUCCESS ? imported : 0);
        CHECK(close(descriptor) == 0);
    }
    CHECK(try_memory(*this, properties()).right); // memory that is not to be shared needs no such support
}

TEST_CASE_METHOD(Granule, "CAPQ-04/fabric: fabric memory is never created where it is not announced",
                 "[capability]") {
    const bool supported = announced(*this, fabric_attribute) != 0;
    CUmemAllocationProp wanted = properties();
    wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(8); // CU_MEM_HANDLE_TYPE_FABRIC
    const Trial trial = try_memory(*this, wanted);
    // cuMemCreate: a process needs an IMEX channel, too, and is not permitted without one.
    CHECK((supported || trial.created != CUDA_SUCCESS));
    CHECK((!supported || trial.created == CUDA_SUCCESS || trial.created == CUDA_ERROR_NOT_PERMITTED));
    CHECK(trial.right == (trial.created == CUDA_SUCCESS));
    observe("CAPQ-04/fabric", trial.created);
    CHECK(try_memory(*this, properties()).right);
}

} // namespace cts
