// What is no descriptor of memory must not become a handle. The documents list the codes of
// cuMemImportFromShareableHandle without saying which is whose: the refusal is asserted, the code recorded.
#include "fixtures/footprint.hpp"
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <climits>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace cts {
namespace {

constexpr auto descriptor_type = CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

/// What importing answers; a handle that it gave is released.
CUresult try_import(void* os_handle, CUmemAllocationHandleType type) {
    CUmemGenericAllocationHandle handle = 0;
    const CUresult result = cuMemImportFromShareableHandle(&handle, os_handle, type);
    const Allocation granted(result == CUDA_SUCCESS ? handle : 0);
    return result;
}

CUresult try_import(int descriptor) {
    return try_import(os_handle(descriptor), descriptor_type);
}

/// In a child, for a driver that takes the argument for what it is not may well crash.
CHILD(share_import_wrong_type) {
    const Shareable room;
    const Allocation memory = room.allocate_shareable();
    const Descriptor descriptor = export_memory(memory);
    const auto type = static_cast<CUmemAllocationHandleType>(parent.receive_number());
    parent.report("right type", try_import(descriptor));
    parent.report("wrong type", try_import(os_handle(descriptor), type));
    parent.report("right again", try_import(descriptor));
}

CHILD(share_import_empty_fabric_handle) {
    const Shareable room;
    alignas(8) unsigned char handle[64] = {}; // the size of CUmemFabricHandle
    parent.report("wrong", try_import(handle, static_cast<CUmemAllocationHandleType>(8)));
    const Allocation memory = room.allocate_shareable();
    parent.report("right", try_import(export_memory(memory)));
}

CHILD(share_import_to_nowhere) {
    const Shareable room;
    const Allocation memory = room.allocate_shareable();
    const Descriptor descriptor = export_memory(memory);
    parent.report("wrong", cuMemImportFromShareableHandle(nullptr, os_handle(descriptor), descriptor_type));
    parent.report("right", try_import(descriptor));
}

} // namespace

TEST_CASE_METHOD(Shareable, "IPC-13: a descriptor of something else, or of nothing, is refused",
                 "[sharing]") {
    const Allocation memory = allocate_shareable();
    const Descriptor right = export_memory(memory);
    const int closed = dup(right);
    REQUIRE(close(closed) == 0);
    const Descriptor file(memfd_create("vmm-cts-no-memory", MFD_CLOEXEC));
    REQUIRE(ftruncate(file, static_cast<off_t>(granularity())) == 0);
    const Descriptor null_device(open("/dev/null", O_RDWR | O_CLOEXEC));
    const Descriptor folder(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    int ends[2] = {-1, -1};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Descriptor near(ends[0]);
    const Descriptor far(ends[1]);

    const std::pair<const char*, int> wrong[] = {
        {"closed", closed}, {"file", file},       {"/dev/null", null_device},
        {"folder", folder}, {"socket", near},     {"-1", -1},
        {"-2", -2},         {"largest", INT_MAX}, {"number never used", 100000}};
    for (const auto& [name, descriptor] : wrong) {
        CAPTURE(name);
        const CUresult result = try_import(descriptor);
        CHECK(result != CUDA_SUCCESS);
        observe(std::string("IPC-13/") + name, result);
        CHECK(try_import(right) == CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Shareable, "IPC-13/refused: a refused import opens nothing and takes no memory",
                 "[sharing][accounting]") {
    const Allocation memory = allocate_shareable();
    const Descriptor right = export_memory(memory);
    const Descriptor file(memfd_create("vmm-cts-no-memory", MFD_CLOEXEC));
    REQUIRE(file.get() >= 0);
    CHECK(try_import(right) == CUDA_SUCCESS);
    CHECK(try_import(file) != CUDA_SUCCESS);
    const size_t before = free_memory();
    const size_t open = footprint().descriptors;
    for (int i = 0; i < 50; ++i) {
        CHECK(try_import(file) != CUDA_SUCCESS);
        CHECK(try_import(-1) != CUDA_SUCCESS);
    }
    CHECK(free_memory() == before);
    CHECK(footprint().descriptors == open);
}

TEST_CASE_METHOD(Shareable, "IPC-13/next: an import after a refused one takes one reference",
                 "[sharing][accounting]") {
    constexpr size_t count = 16;
    Allocation memory = allocate_shareable(count);
    Descriptor right = export_memory(memory);
    for (int i = 0; i < 10; ++i) {
        CHECK(try_import(-1) != CUDA_SUCCESS);
        CHECK(try_import(right) == CUDA_SUCCESS);
    }
    const size_t held = free_memory();
    REQUIRE(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    CHECK(free_memory() == held);
    REQUIRE(close(right.release()) == 0);
    CHECK(free_memory() == held + granules(count));
}

TEST_CASE_METHOD(Shareable, "IPC-13/type: a descriptor under the name of another handle type is refused",
                 "[sharing][sacrifices]") {
    constexpr long long types[] = {0, 2, 4, 0x40}; // none, Win32, Win32 KMT, and no type at all
    for (const long long type : types) {
        CAPTURE(type);
        Peer child(share_import_wrong_type);
        child.send_number(type);
        const ChildReport& report = child.wait();
        CHECK(report.finished);
        CHECK(report.driver_result("right type") == CUDA_SUCCESS);
        CHECK(report.driver_result("wrong type") != CUDA_SUCCESS);
        observe("IPC-13/type " + std::to_string(type), report.driver_result("wrong type"));
        CHECK(report.driver_result("right again") == CUDA_SUCCESS);
    }
}

TEST_CASE_METHOD(Shareable, "IPC-13/fabric: a fabric handle that stands for nothing is refused",
                 "[sharing][sacrifices]") {
    Peer child(share_import_empty_fabric_handle);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.driver_result("wrong") != CUDA_SUCCESS);
    observe("IPC-13/empty fabric handle", report.driver_result("wrong"));
    CHECK(report.driver_result("right") == CUDA_SUCCESS);
}

TEST_CASE_METHOD(Shareable, "IPC-13/null: an import without a place for its handle is refused",
                 "[sharing][sacrifices]") {
    Peer child(share_import_to_nowhere);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.driver_result("wrong") == CUDA_ERROR_INVALID_VALUE);
    CHECK(report.driver_result("right") == CUDA_SUCCESS);
}

} // namespace cts
