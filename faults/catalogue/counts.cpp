// Defects that show at a number: a count that saturates, a second or third time, a case in a row.
#include "faults/core/tracker.hpp"

#include <map>
#include <set>

namespace faults {
namespace {

/// True on a thread without a current context.
bool without_context() {
    CUcontext current = nullptr;
    return cuCtxGetCurrent(&current) != CUDA_SUCCESS || current == nullptr;
}

/// A retained reference for which `is_lost(memory, address)` is given and not held; its release is then let
/// pass.
template<typename IsLost>
void plant_uncounted_retain(IsLost is_lost) {
    static std::map<Memory, unsigned> owed;
    cuMemRetainAllocationHandle.plant([is_lost](Memory* memory, void* address) {
        const Lock lock;
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        if (result == CUDA_SUCCESS && is_lost(*memory, reinterpret_cast<Address>(address))) {
            (void)cuMemRelease(*memory);
            ++owed[*memory];
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result != CUDA_SUCCESS && owed[memory] > 0) {
            --owed[memory];
            return CUDA_SUCCESS;
        }
        return result;
    });
}

} // namespace

FAULT(retain_saturates, "retain-count-saturates",
      "References beyond the 64th that are retained at one time are never given back.", "", "IPC-02") {
    static std::map<Memory, unsigned> retained;
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        const Lock lock;
        const CUresult result = cuMemRetainAllocationHandle(memory, address);
        if (result == CUDA_SUCCESS && ++retained[*memory] == 64) {
            Memory extra = 0;
            (void)cuMemRetainAllocationHandle(&extra, address);
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const CUresult result = cuMemRelease(memory);
        if (result == CUDA_SUCCESS && retained[memory] > 0) {
            --retained[memory];
        }
        return result;
    });
}

FAULT(mappings_saturate, "mapping-count-saturates",
      "Memory that was mapped 256 times at once is kept for good.", "", "MAP-16") {
    track();
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const Lock lock;
        const CUresult result = tracked::map(address, bytes, offset, memory, flags);
        if (result == CUDA_SUCCESS && mappings_of(memory).size() == 256) {
            leak_reference(address);
        }
        return result;
    });
}

FAULT(imports_saturate, "import-count-saturates",
      "Of more than eight imports of one memory that live at once, those beyond keep it for good.", "",
      "IPC-11") {
    static std::map<Memory, unsigned> live; // a driver may give one handle for all
    static unsigned together = 0;
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        const Lock lock;
        const CUresult result = cuMemImportFromShareableHandle(memory, handle, type);
        if (result == CUDA_SUCCESS) {
            ++live[*memory];
            if (++together > 8) {
                Memory extra = 0;
                (void)cuMemImportFromShareableHandle(&extra, handle, type);
            }
        }
        return result;
    });
    cuMemRelease.plant([](Memory memory) {
        const Lock lock;
        const auto found = live.find(memory);
        if (found != live.end()) {
            --together;
            if (--found->second == 0) {
                live.erase(found);
            }
        }
        return cuMemRelease(memory);
    });
}

FAULT(retain_by_alias, "retain-by-alias-not-counted",
      "A reference that is retained at the upper of two mappings of one memory is not counted.", "",
      "IPC-02") {
    track();
    plant_uncounted_retain([](Memory memory, Address address) {
        const auto mapping = mapping_at(address);
        return mapping && mappings_of(memory).front().base != mapping->base;
    });
}

FAULT(third_descriptor, "set-access-third-descriptor-not-read",
      "cuMemSetAccess looks at no descriptor beyond the second.", "", "ACC-12") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return cuMemSetAccess(address, bytes, wanted, std::min<size_t>(count, 2));
    });
}

FAULT(release_bare, "release-without-context-lost",
      "On a thread without a context cuMemRelease reports success and keeps the memory.", "", "CAPQ-10") {
    cuMemRelease.plant([](Memory memory) { return without_context() ? CUDA_SUCCESS : cuMemRelease(memory); });
}

FAULT(unmap_bare, "unmap-without-context-keeps-memory",
      "What a thread without a context unmaps keeps its memory.", "", "CAPQ-10") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        if (without_context() && mapping_at(address)) {
            leak_reference(address);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(retain_bare, "retain-without-context-not-counted",
      "A thread without a context gets a handle by cuMemRetainAllocationHandle that holds no reference.", "",
      "CAPQ-10") {
    plant_uncounted_retain([](Memory, Address) { return without_context(); });
}

FAULT(unmap_older, "unmap-above-live-mapping-keeps-memory",
      "Memory of several granules that is unmapped above a live mapping of its reservation stays taken.", "",
      "REU-08") {
    track();
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const auto around = reservation_at(address);
        if (around && bytes > granule() && address > around->first &&
            !mappings_in(around->first, address - around->first).empty()) {
            leak_reference(address);
        }
        return tracked::unmap(address, bytes);
    });
}

FAULT(retain_leaks_host, "retain-leaks-host-memory",
      "Each pair of retaining and releasing a handle keeps 1 KiB of host memory.", "", "LIF-01") {
    cuMemRetainAllocationHandle.plant([](Memory* memory, void* address) {
        static std::vector<std::unique_ptr<Bytes>> kept;
        const Lock lock;
        kept.push_back(std::make_unique<Bytes>(1024, static_cast<unsigned char>(1)));
        return cuMemRetainAllocationHandle(memory, address);
    });
}

FAULT(attributes_leak_host, "pointer-attribute-leaks-host-memory",
      "Each question to cuPointerGetAttribute keeps 1 KiB of host memory.", "", "LIF-01") {
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        static std::vector<std::unique_ptr<Bytes>> kept;
        const Lock lock;
        kept.push_back(std::make_unique<Bytes>(1024, static_cast<unsigned char>(1)));
        return cuPointerGetAttribute(data, attribute, address);
    });
}

FAULT(import_leaks_host, "import-leaks-host-memory", "Each import keeps 16 KiB of host memory.", "",
      "LIF-01") {
    cuMemImportFromShareableHandle.plant([](Memory* memory, void* handle, CUmemAllocationHandleType type) {
        static std::vector<std::unique_ptr<Bytes>> kept;
        const Lock lock;
        kept.push_back(std::make_unique<Bytes>(16 << 10, static_cast<unsigned char>(1)));
        return cuMemImportFromShareableHandle(memory, handle, type);
    });
}

FAULT(read_after_none, "read-access-after-none-lets-kernels-write",
      "A mapping that had no access and gets read access can be written by kernels.", "", "ACC-05") {
    static std::set<Address> pretended;
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const auto mapping = mapping_at(address);
        const bool one = count == 1 && wanted != nullptr;
        Access more = one ? *wanted : Access{};
        const bool opens = mapping && mapping->base == address && mapping->bytes == bytes && one &&
                           wanted->flags == CU_MEM_ACCESS_FLAGS_PROT_READ &&
                           access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE;
        more.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        const CUresult result = cuMemSetAccess(address, bytes, opens ? &more : wanted, count);
        if (result == CUDA_SUCCESS) {
            pretended.erase(pretended.lower_bound(address), pretended.lower_bound(address + bytes));
            if (opens) {
                pretended.insert(address);
            }
        }
        return result;
    });
    const auto pretends = [](Address address) {
        const auto mapping = mapping_at(address);
        return mapping && pretended.contains(mapping->base);
    };
    cuMemUnmap.plant([](Address address, size_t bytes) {
        const Lock lock;
        const CUresult result = tracked::unmap(address, bytes);
        if (result == CUDA_SUCCESS) {
            pretended.erase(pretended.lower_bound(address), pretended.lower_bound(address + bytes));
        }
        return result;
    });
    cuMemGetAccess.plant([pretends](Flags* flags, const CUmemLocation* location, Address address) {
        const Lock lock;
        const CUresult result = cuMemGetAccess(flags, location, address);
        if (result == CUDA_SUCCESS && pretends(address)) {
            *flags = CU_MEM_ACCESS_FLAGS_PROT_READ;
        }
        return result;
    });
    cuMemcpyHtoD.plant([pretends](Address target, const void* source, size_t bytes) {
        const Lock lock;
        return pretends(target) || (bytes != 0 && pretends(target + bytes - 1))
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemcpyHtoD(target, source, bytes);
    });
    cuMemsetD32.plant([pretends](Address target, unsigned value, size_t count) {
        const Lock lock;
        return pretends(target) || (count != 0 && pretends(target + 4 * count - 1))
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemsetD32(target, value, count);
    });
    cuPointerGetAttribute.plant([pretends](void* data, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_ACCESS_FLAGS && pretends(address)) {
            *static_cast<unsigned*>(data) = CU_MEM_ACCESS_FLAGS_PROT_READ;
        }
        return result;
    });
}

} // namespace faults
