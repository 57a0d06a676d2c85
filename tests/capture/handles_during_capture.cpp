// The VMM calls on allocation handles, during a capture. See ranges_during_capture.cpp.
#include "tests/capture/during_capture.hpp"
#include "tests/prelude.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace cts {

namespace {

bool is_alive(CUmemGenericAllocationHandle handle) {
    CUmemAllocationProp properties{};
    return handle != 0 && cuMemGetAllocationPropertiesFromHandle(&properties, handle) == CUDA_SUCCESS;
}

struct Create {
    const Reserved& rung;
    Allocation created;

    CUresult call() {
        CUmemGenericAllocationHandle handle = 0;
        const CUmemAllocationProp wanted = rung.properties();
        const CUresult result = cuMemCreate(&handle, rung.granularity(), &wanted, 0);
        created = Allocation(handle);
        return result;
    }
    bool took_effect() const { return is_alive(created); }
};

struct Release {
    // Large enough to stand out from what the driver needs for a capture and a launch.
    static constexpr size_t size = 64;
    const Reserved& rung;
    Allocation memory = rung.allocate(size);
    size_t free_before = rung.free_memory();

    CUresult call() {
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS) {
            memory.release();
        }
        return result;
    }
    bool took_effect() const { return rung.free_memory() >= free_before + rung.granules(size / 2); }
};

struct Retain {
    const Reserved& rung;
    Allocation memory = rung.allocate();
    Mapping mapped = rung.map(rung.at(1), memory);
    Allocation retained;

    CUresult call() {
        CUmemGenericAllocationHandle handle = 0;
        const CUresult result = cuMemRetainAllocationHandle(&handle, pointer(rung.at(1)));
        retained = Allocation(handle);
        return result;
    }
    bool took_effect() const { return is_alive(retained); }
};

struct Export {
    const Reserved& rung;
    Allocation memory = create_allocation(rung.granularity(), rung.shareable_properties());
    int descriptor = -1;

    explicit Export(const Reserved& reserved) : rung(reserved) {}
    ~Export() {
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
    CUresult call() {
        return cuMemExportToShareableHandle(&descriptor, memory, CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0);
    }
    bool took_effect() const { return descriptor >= 0 && fcntl(descriptor, F_GETFD) >= 0; }
};

} // namespace

TEST_CASE_METHOD(Reserved, "SCP-08/create: creating memory during a capture", "[capture]") {
    observe_during_captures<Create>(*this, "SCP-08/create");
}

TEST_CASE_METHOD(Reserved, "SCP-08/release: releasing memory during a capture", "[capture][accounting]") {
    observe_during_captures<Release>(*this, "SCP-08/release");
}

TEST_CASE_METHOD(Reserved, "SCP-08/retain: retaining a handle during a capture", "[capture]") {
    observe_during_captures<Retain>(*this, "SCP-08/retain");
}

TEST_CASE_METHOD(Reserved, "SCP-08/export: exporting a handle during a capture", "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    observe_during_captures<Export>(*this, "SCP-08/export");
}

} // namespace cts
