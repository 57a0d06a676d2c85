// Defects of what an address tells about its memory.
#include "faults/catalogue/pointer_answer.hpp"

#include <set>

namespace faults {

FAULT(access_flags_stale, "access-flags-without-read-only",
      "ACCESS_FLAGS says read and write where the access is read only.", "", "PTR-04") {
    plant_answer<unsigned long long>(CU_POINTER_ATTRIBUTE_ACCESS_FLAGS,
                                     [](unsigned long long& flags, Address) {
                                         if ((flags & 0xffffffffU) == CU_MEM_ACCESS_FLAGS_PROT_READ) {
                                             flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
                                         }
                                     });
}

FAULT(types_lost, "allowed-types-need-access", "ALLOWED_HANDLE_TYPES is none while a mapping has no access.",
      "openucx/ucx#11550", "PTR-05") {
    plant_answer<unsigned long long>(
        CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES, [](unsigned long long& types, Address address) {
            types = access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE ? 0 : types;
        });
}

FAULT(types_at_address, "allowed-types-stick-to-address",
      "ALLOWED_HANDLE_TYPES is answered from a cache by address that a remap does not clear.", "", "PTR-05") {
    static std::map<Address, unsigned long long> cache;
    plant_answer<unsigned long long>(CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES,
                                     [](unsigned long long& types, Address address) {
                                         const Lock lock;
                                         types = cache.emplace(address, types).first->second;
                                     });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        cache.erase(cache.lower_bound(address), cache.lower_bound(address + bytes));
        return tracked::free(address, bytes);
    });
}

FAULT(block_of_address, "block-id-of-address",
      "MEMORY_BLOCK_ID goes with the address: new memory has the id of the old.", "openxla/xla#41626",
      "PTR-06") {
    static std::map<Address, unsigned long long> cache;
    plant_answer<unsigned long long>(
        CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, [](unsigned long long& block, Address address) {
            const Lock lock;
            block = cache.emplace(mapping_at(address)->base, block).first->second;
        });
    cuMemAddressFree.plant([](Address address, size_t bytes) {
        const Lock lock;
        cache.erase(cache.lower_bound(address), cache.lower_bound(address + bytes));
        return tracked::free(address, bytes);
    });
}

FAULT(block_of_handle, "block-id-of-handle",
      "MEMORY_BLOCK_ID is made of the handle: memory whose handle comes again has the id of the old.",
      "openxla/xla#41626", "PTR-06") {
    plant_answer<unsigned long long>(
        CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
        [](unsigned long long& block, Address address) { block = mapping_at(address)->memory % 16; });
}

FAULT(buffer_again, "buffer-id-comes-again", "BUFFER_ID counts to sixteen and starts again.", "", "PTR-07") {
    plant_answer<unsigned long long>(CU_POINTER_ATTRIBUTE_BUFFER_ID,
                                     [](unsigned long long& buffer, Address) { buffer %= 16; });
}

FAULT(type_host, "memory-type-needs-access", "MEMORY_TYPE of a mapping without access is host memory.",
      "open-mpi/ompi#13773", "PTR-08") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_MEMORY_TYPE, [](unsigned& type, Address address) {
        if (access_at(address) == CU_MEM_ACCESS_FLAGS_PROT_NONE) {
            type = CU_MEMORYTYPE_HOST;
        }
    });
}

FAULT(ordinal, "device-ordinal-off-by-one", "DEVICE_ORDINAL of virtual memory counts from one.", "",
      "PTR-08") {
    plant_answer<int>(CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, [](int& ordinal, Address) { ++ordinal; });
}

FAULT(managed, "is-managed", "IS_MANAGED is 1 for virtual memory.", "", "PTR-08") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_IS_MANAGED, [](unsigned& managed, Address) { managed = 1; });
}

FAULT(device_pointer, "device-pointer-of-mapping",
      "DEVICE_POINTER is the start of the mapping and not the address.", "", "PTR-08") {
    plant_answer<Address>(CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
                          [](Address& pointer, Address address) { pointer = mapping_at(address)->base; });
}

FAULT(pool_handle, "pool-of-virtual-memory", "MEMPOOL_HANDLE of virtual memory is not null.", "", "PTR-08") {
    plant_answer<Address>(CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE, [](Address& pool, Address) { pool = 1; });
}

FAULT(host_pointer, "host-pointer-of-device-memory",
      "HOST_POINTER of virtual device memory is the address itself.", "open-mpi/ompi#12751", "PTR-09") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        if (attribute == CU_POINTER_ATTRIBUTE_HOST_POINTER && mapping_at(address)) {
            *static_cast<Address*>(data) = address;
            return CUDA_SUCCESS;
        }
        return cuPointerGetAttribute(data, attribute, address);
    });
}

FAULT(context_of_memory, "context-of-virtual-memory", "CONTEXT of virtual memory is the current context.",
      "open-mpi/ompi#13773", "PTR-10") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        return attribute == CU_POINTER_ATTRIBUTE_CONTEXT && mapping_at(address)
                   ? cuCtxGetCurrent(static_cast<CUcontext*>(data))
                   : cuPointerGetAttribute(data, attribute, address);
    });
}

FAULT(sync_swallowed, "sync-memops-swallowed",
      "Setting SYNC_MEMOPS on virtual memory reports success and changes nothing.", "openucx/ucx#9895",
      "PTR-11") {
    track();
    cuPointerSetAttribute.plant([](const void* value, CUpointer_attribute attribute, Address address) {
        return mapping_at(address) ? CUDA_SUCCESS : cuPointerSetAttribute(value, attribute, address);
    });
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const CUresult result = cuPointerGetAttribute(data, attribute, address);
        if (attribute == CU_POINTER_ATTRIBUTE_SYNC_MEMOPS && mapping_at(address)) {
            *static_cast<unsigned*>(data) = 0;
            return CUDA_SUCCESS;
        }
        return result;
    });
}

FAULT(plural_refuses, "plural-refuses-unknown",
      "cuPointerGetAttributes fails for an address that CUDA does not know.", "", "PTR-13") {
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** values, Address address) {
            unsigned type = 0;
            const CUresult known = cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address);
            return known != CUDA_SUCCESS ? known : cuPointerGetAttributes(count, attributes, values, address);
        });
}

FAULT(plural_last, "plural-forgets-last", "cuPointerGetAttributes of many leaves the last one unset.", "",
      "PTR-13 PTR-17") {
    cuPointerGetAttributes.plant(
        [](unsigned count, CUpointer_attribute* attributes, void** values, Address address) {
            return cuPointerGetAttributes(count > 3 ? count - 1 : count, attributes, values, address);
        });
}

FAULT(runtime_type, "runtime-type-unregistered",
      "cudaPointerGetAttributes takes the last page of a mapping for memory that it does not know.", "",
      "PTR-14") {
    track();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* found, const void* pointer) {
        const cudaError_t result = cudaPointerGetAttributes(found, pointer);
        const auto mapping = mapping_at(reinterpret_cast<Address>(pointer));
        if (result == cudaSuccess && mapping && reinterpret_cast<Address>(pointer) >= mapping->end() - 4096) {
            found->type = cudaMemoryTypeUnregistered;
        }
        return result;
    });
}

FAULT(legacy_capable, "legacy-capable-says-yes",
      "IS_LEGACY_CUDA_IPC_CAPABLE is 1 for virtual memory, which cuIpcGetMemHandle refuses.", "",
      "IPC-15 PTR-16") {
    plant_answer<unsigned>(CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE,
                           [](unsigned& capable, Address) { capable = 1; });
}

FAULT(block_of_neighbour, "block-id-of-neighbour",
      "MEMORY_BLOCK_ID of an address where nothing is mapped is that of the mapping behind it.", "",
      "PTR-15") {
    track();
    cuPointerGetAttribute.plant([](void* data, CUpointer_attribute attribute, Address address) {
        const auto next = mapping_at(address + granule());
        const bool strays = attribute == CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID && next && !mapping_at(address);
        return cuPointerGetAttribute(data, attribute, strays ? next->base : address);
    });
}

} // namespace faults
