// An open descriptor is a reference to the memory (Driver API, cuMemExportToShareableHandle: the memory goes
// once all shareable handles are closed and the allocation is released).
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

namespace cts {
namespace {

constexpr size_t count = 16; // granules

class Exported : public Shareable {
  public:
    Exported() : range_(reserve(count)), memory_(allocate_shareable(count)) {
        const Mapping passing = map(range_.address(), memory_, count);
        ramp(range_.address(), range_.bytes(), 8);
    }

    Allocation& memory() { return memory_; }
    size_t size() const { return range_.bytes(); }

    /// Whether `handle` is the memory that this rung wrote to.
    bool is_written(CUmemGenericAllocationHandle handle) const {
        const Mapping passing = map(range_.address(), handle, count);
        return kernel_sees_ramp(range_.address(), size(), 8) && holds_ramp(range_.address(), size(), 8);
    }

  private:
    Reservation range_;
    Allocation memory_;
};

} // namespace

TEST_CASE_METHOD(Exported,
                 "IPC-08: an open descriptor keeps released memory, and closing it frees the memory",
                 "[sharing][accounting]") {
    Descriptor descriptor = export_memory(memory());
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held);
    CHECK(close(descriptor.release()) == 0);
    CHECK(free_memory() == held + size());
}

TEST_CASE_METHOD(Exported, "IPC-08/last: of several descriptors only the last one to close frees the memory",
                 "[sharing][accounting]") {
    Descriptor first = export_memory(memory());
    Descriptor second = export_memory(memory());
    Descriptor copy(dup(second));
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    for (Descriptor* const descriptor : {&second, &first}) {
        CHECK(close(descriptor->release()) == 0);
        CHECK(free_memory() == held);
    }
    CHECK(close(copy.release()) == 0);
    CHECK(free_memory() == held + size());
}

TEST_CASE_METHOD(Exported,
                 "IPC-08/import: memory that only a descriptor holds can be imported, contents and all",
                 "[sharing][accounting]") {
    Descriptor descriptor = export_memory(memory());
    REQUIRE(cuMemRelease(memory().release()) == CUDA_SUCCESS);
    const size_t held = free_memory();
    for (int round = 0; round < 3; ++round) {
        const Allocation imported = import_memory(descriptor);
        CHECK(is_written(imported));
    }
    CHECK(free_memory() == held);
    Allocation imported = import_memory(descriptor);
    CHECK(close(descriptor.release()) == 0);
    CHECK(free_memory() == held);
    CHECK(is_written(imported));
    REQUIRE(cuMemRelease(imported.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held + size());
}

} // namespace cts
