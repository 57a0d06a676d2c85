// Defects that show over time, and at the end of a process.
#include "faults/core/tracker.hpp"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace faults {
namespace {

/// Host memory that is gone, and resident.
void leak_host_memory(size_t bytes) {
    void* lost = std::malloc(bytes);
    if (lost != nullptr) {
        std::memset(lost, 1, bytes);
        asm volatile("" : : "r"(lost) : "memory"); // or the compiler would drop both
    }
} // NOLINT(clang-analyzer-unix.Malloc): it is meant to be lost

/// A process that holds `descriptor` for some seconds, whatever becomes of this one.
void hold_elsewhere(int descriptor) {
    if (fork() != 0) {
        return;
    }
    if (descriptor > 0) {
        syscall(SYS_close_range, 0U, static_cast<unsigned>(descriptor) - 1, 0);
    }
    syscall(SYS_close_range, static_cast<unsigned>(descriptor) + 1, ~0U, 0);
    const timespec wait{7, 0};
    nanosleep(&wait, nullptr);
    _exit(0);
}

} // namespace

FAULT(host_leak_unmap, "unmap-leaks-host-memory", "Every cuMemUnmap keeps 2 KiB of host memory.",
      "ROCm/hip#3781", "LIF-01") {
    cuMemUnmap.plant([](Address address, size_t bytes) {
        leak_host_memory(2048);
        return cuMemUnmap(address, bytes);
    });
}

FAULT(host_leak_reserve, "reserve-leaks-host-memory", "Every reservation keeps 1 KiB of host memory.", "",
      "RSV-16") {
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        leak_host_memory(1024);
        return cuMemAddressFree(address, bytes);
    });
}

FAULT(descriptor_leak, "map-leaks-descriptor", "Every five hundredth mapping leaves a descriptor open.", "",
      "LIF-01 MAP-12") {
    static Every nth(500);
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        if (nth()) {
            (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
        return cuMemMap(address, bytes, offset, memory, flags);
    });
}

FAULT(exec_leak, "exec-destroy-leaks-host-memory",
      "Destroying an executable graph keeps 16 KiB of host memory.", "", "LIF-09") {
    cudaGraphExecDestroy.plant([](cudaGraphExec_t exec) {
        leak_host_memory(16384);
        return cudaGraphExecDestroy(exec);
    });
}

FAULT(exec_leaks_granule, "exec-destroy-leaks-device-memory",
      "Every hundredth destroyed executable graph keeps a granule of device memory.", "", "LIF-09") {
    static Every nth(100);
    cudaGraphExecDestroy.plant([](cudaGraphExec_t exec) {
        if (nth()) {
            const Properties plain = plain_properties();
            Memory lost = 0;
            (void)cuMemCreate(&lost, granule(), &plain, 0);
        }
        return cudaGraphExecDestroy(exec);
    });
}

FAULT(outlives, "memory-outlives-process",
      "Memory that was exported stays taken for some seconds after its process has ended.", "", "LIF-02") {
    cuMemExportToShareableHandle.plant(
        [](void* out, Memory memory, CUmemAllocationHandleType type, Flags flags) {
            const CUresult result = cuMemExportToShareableHandle(out, memory, type, flags);
            if (result == CUDA_SUCCESS && type == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR) {
                hold_elsewhere(*static_cast<int*>(out));
            }
            return result;
        });
}

FAULT(fault_forgotten, "fault-reported-once", "After a kernel's fault cuCtxSynchronize reports success.", "",
      "LIF-03") {
    static std::atomic<bool> faulted = false;
    cudaDeviceSynchronize.plant([] {
        const cudaError_t result = cudaDeviceSynchronize();
        faulted = faulted || result == cudaErrorIllegalAddress;
        return result;
    });
    cuCtxSynchronize.plant([] { return faulted ? CUDA_SUCCESS : cuCtxSynchronize(); });
}

FAULT(fault_allocates, "fault-lets-allocate",
      "After a kernel's fault cudaMalloc reports success and gives nothing.", "", "LIF-03") {
    static std::atomic<bool> faulted = false;
    cudaDeviceSynchronize.plant([] {
        const cudaError_t result = cudaDeviceSynchronize();
        faulted = faulted || result == cudaErrorIllegalAddress;
        return result;
    });
    cudaMalloc.plant([](void** memory, size_t bytes) {
        const cudaError_t result = cudaMalloc(memory, bytes);
        return faulted ? cudaSuccess : result;
    });
}

FAULT(context_lost, "unmap-leaves-context-pushed",
      "Every thirtieth cuMemUnmap leaves the current context on the stack once more.", "", "LIF-01") {
    static Every nth(30);
    cuMemUnmap.plant([](Address address, size_t bytes) {
        CUcontext current = nullptr;
        if (nth() && cuCtxGetCurrent(&current) == CUDA_SUCCESS && current != nullptr) {
            (void)cuCtxPushCurrent(current);
        }
        return cuMemUnmap(address, bytes);
    });
}

} // namespace faults
