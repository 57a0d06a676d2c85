// Defects of memory that lies with the host.
#include "faults/core/tracker.hpp"

#include <cerrno>
#include <cstdlib>
#include <sys/syscall.h>
#include <unistd.h>

namespace faults {
namespace {

constexpr auto host = CU_MEM_LOCATION_TYPE_HOST;
constexpr auto host_numa = CU_MEM_LOCATION_TYPE_HOST_NUMA;
constexpr auto numa_current = CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT;

bool is_host(const CUmemLocation& location) {
    return location.type == host || location.type == host_numa;
}

/// Plants a cuMemCreate that asks for what `change` makes of the request.
template<typename Change>
void plant_create(Change change) {
    cuMemCreate.plant([change](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        Properties changed = wanted == nullptr ? Properties{} : *wanted;
        change(changed);
        return cuMemCreate(memory, bytes, wanted == nullptr ? nullptr : &changed, flags);
    });
}

} // namespace

FAULT(numa_current_taken, "numa-current-accepted",
      "cuMemCreate takes the NUMA node of the calling thread for node 0.", "", "ALC-06 HST-03") {
    plant_create([](Properties& wanted) {
        if (wanted.location.type == numa_current) {
            wanted.location = {host_numa, 0};
        }
    });
}

FAULT(numa_on_device, "host-numa-on-device", "Memory of a host NUMA node is taken from the device.", "",
      "HST-01") {
    plant_create([](Properties& wanted) {
        if (wanted.location.type == host_numa && wanted.location.id >= 0 && wanted.location.id < 64) {
            wanted.location = here();
        }
    });
}

FAULT(numa_refused, "host-numa-refused",
      "Memory of a host NUMA node is announced and refused, as in a container without the right.",
      "dmlc/xgboost#10933", "CAPQ-04 HST-01") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return wanted != nullptr && wanted->location.type == host_numa
                   ? CUDA_ERROR_NOT_PERMITTED
                   : cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(numa_any_node, "host-numa-any-node", "A NUMA node that does not exist is taken for node 0.",
      "NVIDIA/nccl#2106", "HST-02") {
    plant_create([](Properties& wanted) {
        if (wanted.location.type == host_numa && wanted.location.id != 0) {
            wanted.location.id = 0;
        }
    });
}

FAULT(host_shareable, "host-memory-shareable",
      "Memory of the host, for which no handle type may be asked, drops the type that was.", "", "HST-04") {
    plant_create([](Properties& wanted) {
        if (wanted.location.type == host) {
            wanted.requestedHandleTypes = CU_MEM_HANDLE_TYPE_NONE;
        }
    });
}

FAULT(host_id, "host-id-not-ignored", "Memory of the host with an id other than 0 is refused.", "",
      "HST-04") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        return wanted != nullptr && wanted->location.type == host && wanted->location.id != 0
                   ? CUDA_ERROR_INVALID_VALUE
                   : cuMemCreate(memory, bytes, wanted, flags);
    });
}

FAULT(host_open, "host-memory-open-to-cpu",
      "The CPU can use a mapping of host memory before access is set for it.", "", "HST-05") {
    cuMemMap.plant([](Address address, size_t bytes, size_t offset, Memory memory, Flags flags) {
        const CUresult result = cuMemMap(address, bytes, offset, memory, flags);
        Properties properties{};
        if (result == CUDA_SUCCESS &&
            cuMemGetAllocationPropertiesFromHandle(&properties, memory) == CUDA_SUCCESS &&
            is_host(properties.location)) {
            const Access all{properties.location, CU_MEM_ACCESS_FLAGS_PROT_READWRITE};
            (void)cuMemSetAccess(address, bytes, &all, 1);
        }
        return result;
    });
}

FAULT(host_grants_device, "host-access-grants-device",
      "Access of the host to its memory is access of the device, too.", "", "HST-05") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const CUresult result = cuMemSetAccess(address, bytes, wanted, count);
        if (result == CUDA_SUCCESS && count == 1 && is_host(wanted->location)) {
            const Access device = access(wanted->flags);
            (void)cuMemSetAccess(address, bytes, &device, 1);
        }
        return result;
    });
}

FAULT(host_access_lost, "host-access-not-set",
      "Setting access of the host to its memory reports success and sets nothing.", "open-mpi/ompi#12751",
      "HST-05 HST-11") {
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        return wanted != nullptr && count == 1 && is_host(wanted->location)
                   ? CUDA_SUCCESS
                   : cuMemSetAccess(address, bytes, wanted, count);
    });
}

FAULT(numa_policy, "host-numa-crashes-without-policy",
      "Where memory policy is forbidden, creating memory of a host NUMA node ends the process.",
      "dmlc/xgboost#10933", "HST-08") {
    cuMemCreate.plant([](Memory* memory, size_t bytes, const Properties* wanted, Flags flags) {
        int mode = 0;
        if (wanted != nullptr && wanted->location.type == host_numa &&
            syscall(SYS_get_mempolicy, &mode, nullptr, 0UL, nullptr, 0UL) != 0 && errno == EPERM) {
            std::abort();
        }
        return cuMemCreate(memory, bytes, wanted, flags);
    });
}

} // namespace faults
