// Defects of cuMemCreate: what it takes and what it gives.
#include "faults/core/tracker.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace faults {
namespace {

size_t round_up(size_t bytes) {
    const size_t one = granule();
    return (bytes + one - 1) / one * one;
}

/// A file without a name that this process shares with those that it starts.
int open_common_note() {
    static const char* const variable = "VMM_CTS_FAULT_NOTE";
    if (const char* path = std::getenv(variable)) {
        return open(path, O_RDWR | O_CLOEXEC);
    }
    const int note = memfd_create("note", MFD_CLOEXEC);
    const auto path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(note);
    setenv(variable, path.c_str(), 1);
    return note;
}

} // namespace

FAULT(create_rounds, "create-size-rounded-up",
      "cuMemCreate rounds a size above one granule up to the next granule.", "", "ALC-05 REU-04") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes > granule() && bytes < size_t{1} << 40 ? round_up(bytes) : bytes,
                           wanted, flags);
    });
}

FAULT(create_rounds_down, "create-size-rounded-down",
      "cuMemCreate cuts the tail off a size of several granules and a bit.", "", "ALC-05") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes > 2 * granule() ? bytes - bytes % granule() : bytes, wanted, flags);
    });
}

FAULT(create_short, "create-short",
      "Memory of more than sixteen granules is a granule shorter than asked for.", "", "ALC-04") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const bool cut = bytes > 16 * granule() && bytes % granule() == 0 && bytes <= 64 * granule();
        return cuMemCreate(memory, cut ? bytes - granule() : bytes, wanted, flags);
    });
}

FAULT(create_flags, "create-high-flags-ignored", "cuMemCreate looks at the low 32 bits of its flags only.",
      "", "ALC-07") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes, wanted, flags & 0xffffffffU);
    });
}

FAULT(create_null, "create-null-handle-accepted",
      "cuMemCreate reports success when there is nowhere to put the handle, and the memory is lost.", "",
      "ALC-06") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        Memory lost = 0;
        return cuMemCreate(memory == nullptr ? &lost : memory, bytes, wanted, flags);
    });
}

FAULT(create_zero, "create-zero-bytes", "cuMemCreate gives a granule to a request for no bytes.", "",
      "ALC-06") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return cuMemCreate(memory, bytes == 0 ? granule() : bytes, wanted, flags);
    });
}

FAULT(create_null_handle, "create-success-without-handle",
      "Every fiftieth cuMemCreate reports success and gives handle zero.", "", "ALC-28 MAP-28") {
    static Every fiftieth(50);
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        if (memory != nullptr && fiftieth()) {
            *memory = 0;
            return CUDA_SUCCESS;
        }
        return cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(create_type, "create-any-type", "cuMemCreate takes allocation type 0 for pinned memory.", "",
      "ALC-06") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        Properties pinned = wanted == nullptr ? Properties{} : *wanted;
        if (pinned.type == CU_MEM_ALLOCATION_TYPE_INVALID && wanted != nullptr) {
            pinned.type = CU_MEM_ALLOCATION_TYPE_PINNED;
        }
        return cuMemCreate(memory, bytes, wanted == nullptr ? nullptr : &pinned, flags);
    });
}

FAULT(create_location, "create-any-location",
      "cuMemCreate takes a location type that it does not know for the current device.", "", "ALC-06") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        if (wanted != nullptr && wanted->location.type > 32) {
            Properties local = *wanted;
            local.location = here();
            return cuMemCreate(memory, bytes, &local, flags);
        }
        return cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(create_device, "create-device-minus-one", "cuMemCreate takes device -1 for the current one.", "",
      "ALC-08") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        if (wanted != nullptr && wanted->location.type == CU_MEM_LOCATION_TYPE_DEVICE &&
            wanted->location.id == -1) {
            Properties local = *wanted;
            local.location = here();
            return cuMemCreate(memory, bytes, &local, flags);
        }
        return cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(create_handle_types, "create-handle-type-ignored",
      "cuMemCreate drops a handle type that it does not support and gives plain memory.",
      "pytorch/pytorch#156074", "ALC-19 CAPQ-05 CAPQ-04") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result != CUDA_SUCCESS && wanted != nullptr && wanted->requestedHandleTypes > 1) {
            Properties plain = *wanted;
            plain.requestedHandleTypes = CU_MEM_HANDLE_TYPE_NONE;
            result = cuMemCreate(memory, bytes, &plain, flags);
        }
        return result;
    });
}

FAULT(create_wrong_code, "create-too-large-is-invalid",
      "cuMemCreate answers INVALID_VALUE where the device has too little memory.", "", "ALC-09 ALC-10") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        return result == CUDA_ERROR_OUT_OF_MEMORY ? CUDA_ERROR_INVALID_VALUE : result;
    });
}

FAULT(create_sticks, "create-out-of-memory-sticks",
      "A request that was too large is reported once more by the next cuCtxSynchronize.", "", "ALC-09") {
    static std::atomic<bool> pending = false;
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        pending = pending || result == CUDA_ERROR_OUT_OF_MEMORY;
        return result;
    });
    cuCtxSynchronize.plant(
        [] { return pending.exchange(false) ? CUDA_ERROR_OUT_OF_MEMORY : cuCtxSynchronize(); });
}

FAULT(create_leak, "create-refused-leaks", "Every refused cuMemCreate costs a granule of device memory.",
      "invergent-ai/surogate#117", "ALC-05 ALC-06 ALC-07 ALC-19") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_ERROR_INVALID_VALUE) {
            const Properties plain = plain_properties();
            Memory lost = 0;
            (void)cuMemCreate(&lost, granule(), &plain, 0);
        }
        return result;
    });
}

FAULT(create_brim, "create-out-of-memory-leaks",
      "A request that fails for lack of memory keeps a granule that it had taken already.", "", "ALC-09") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_ERROR_OUT_OF_MEMORY) {
            Memory lost = 0;
            (void)cuMemCreate(&lost, granule(), wanted, 0);
        }
        return result;
    });
}

FAULT(create_hundredth, "create-fails-now-and-then",
      "Every 120th cuMemCreate fails for lack of memory although there is plenty.", "", "ALC-28 LIF-01") {
    static Every nth(120);
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return nth() ? CUDA_ERROR_OUT_OF_MEMORY : cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(create_descriptor, "create-keeps-descriptor", "Each allocation holds a file descriptor while it lives.",
      "", "ALC-25") {
    static std::map<Memory, int> descriptors;
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        const Lock lock;
        const CUresult result = cuMemCreate(memory, bytes, wanted, flags);
        if (result == CUDA_SUCCESS) {
            descriptors[*memory] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS && descriptors.contains(memory)) {
            close(descriptors.extract(memory).mapped());
        }
        return result;
    });
}

FAULT(create_secret, "create-shows-others-data",
      "Fresh memory of another process's size shows in its first page what that process left in its memory.",
      "", "ALC-24") {
    static std::map<Memory, bool> fresh;
    static const int note = open_common_note();
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (const auto mapping = mapping_at(address)) {
            const Bytes page = peek(*mapping, address, 4096);
            (void)!pwrite(note, page.data(), page.size(), 0);
        }
        return tracked::unmap(address, bytes);
    });
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && bytes > 16 * granule() && !fresh[memory]) {
            fresh[memory] = true;
            Bytes page(4096);
            if (pread(note, page.data(), page.size(), 0) == 4096 && ftruncate(note, 0) == 0) {
                (void)poke(*mapping_at(address), address, page);
            }
        }
        return result;
    });
}

} // namespace faults
