// Handles for other nodes. The attribute says what the device can; whether the process may is a matter of
// IMEX channels (Driver API, cuMemCreate), and without one a refusal is right.
#include "fixtures/harness/skip.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <filesystem>

namespace cts {
namespace {

constexpr auto fabric_type = CU_MEM_HANDLE_TYPE_FABRIC;
constexpr unsigned both_types = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR | CU_MEM_HANDLE_TYPE_FABRIC;

/// A channel file that this user may open.
bool has_imex_channel() {
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/nvidia-caps-imex-channels", absent)) {
        if (access(entry.path().c_str(), R_OK | W_OK) == 0) {
            return true;
        }
    }
    return false;
}

/// Memory with the handle types `types`; skips where the process may not have it.
Allocation allocate_or_skip(const Shareable& room, unsigned types) {
    room.need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED, "HANDLE_TYPE_FABRIC_SUPPORTED");
    CUmemAllocationProp wanted = room.properties();
    wanted.requestedHandleTypes = static_cast<CUmemAllocationHandleType>(types);
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemCreate(&handle, room.granularity(), &wanted, 0);
    if (result == CUDA_ERROR_NOT_PERMITTED || (result == CUDA_ERROR_NOT_SUPPORTED && !has_imex_channel())) {
        skip("no IMEX channel: cuMemCreate with CU_MEM_HANDLE_TYPE_FABRIC returned " + name_of(result));
    }
    must(result, "cuMemCreate");
    return Allocation(handle);
}

void check_same_memory(const Shareable& room, CUmemGenericAllocationHandle original,
                       CUmemGenericAllocationHandle imported) {
    const Mapping first = room.map(room.at(0), original);
    const Mapping second = room.map(room.at(1), imported);
    ramp(room.at(0), room.granularity(), 17);
    CHECK(kernel_sees_ramp(room.at(1), room.granularity(), 17));
    CHECK(holds_ramp(room.at(1), room.granularity(), 17));
}

} // namespace

TEST_CASE_METHOD(Shareable,
                 "IPC-18: without an IMEX channel fabric memory is refused and nothing else suffers",
                 "[sharing][accounting]") {
    int announced = 0;
    must(cuDeviceGetAttribute(&announced, CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_FABRIC_SUPPORTED, device()),
         "cuDeviceGetAttribute");
    const bool possible = announced != 0 && has_imex_channel();
    CUmemAllocationProp wanted = properties();
    wanted.requestedHandleTypes = fabric_type;
    const size_t before = free_memory();
    CUresult result = CUDA_ERROR_UNKNOWN;
    for (int i = 0; i < 10; ++i) {
        CUmemGenericAllocationHandle handle = 0;
        result = cuMemCreate(&handle, granularity(), &wanted, 0);
        const Allocation memory(result == CUDA_SUCCESS ? handle : 0);
        CHECK((possible || result == CUDA_ERROR_NOT_PERMITTED || result == CUDA_ERROR_NOT_SUPPORTED));
    }
    observe("IPC-18/create", result);
    CHECK(free_memory() == before);
    observe("IPC-18/announced", announced != 0);
    observe("IPC-18/channel", has_imex_channel());
    const Allocation memory = allocate_shareable();
    check_same_memory(*this, memory, import_memory(export_memory(memory)));
}

TEST_CASE_METHOD(Shareable, "IPC-17: memory created for descriptors and fabric can be exported as either",
                 "[sharing]") {
    const Allocation memory = allocate_or_skip(*this, both_types);
    check_same_memory(*this, memory, import_memory(export_memory(memory)));
    CUmemFabricHandle fabric{};
    REQUIRE(cuMemExportToShareableHandle(&fabric, memory, fabric_type, 0) == CUDA_SUCCESS);
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemImportFromShareableHandle(&handle, &fabric, fabric_type) == CUDA_SUCCESS);
    check_same_memory(*this, memory, Allocation(handle));
}

TEST_CASE_METHOD(Shareable, "IPC-19: a fabric handle imports as the same memory on the node that exported it",
                 "[sharing]") {
    const Allocation memory = allocate_or_skip(*this, fabric_type);
    CUmemFabricHandle fabric{};
    REQUIRE(cuMemExportToShareableHandle(&fabric, memory, fabric_type, 0) == CUDA_SUCCESS);
    CUmemGenericAllocationHandle handle = 0;
    REQUIRE(cuMemImportFromShareableHandle(&handle, &fabric, fabric_type) == CUDA_SUCCESS);
    check_same_memory(*this, memory, Allocation(handle));
}

} // namespace cts
