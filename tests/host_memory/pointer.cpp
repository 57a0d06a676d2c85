// What pointers to host memory say of themselves. Libraries read "host" as "the processor may touch it",
// which it may not before it has a grant (open-mpi/ompi#12751). Not documented for this memory.
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

namespace cts {
namespace {

std::string memory_type(CUdeviceptr address) {
    unsigned type = 0;
    const CUresult result = cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address);
    if (result != CUDA_SUCCESS) {
        return name_of(result);
    }
    return type == CU_MEMORYTYPE_HOST     ? "host"
           : type == CU_MEMORYTYPE_DEVICE ? "device"
                                          : "type " + std::to_string(type);
}

/// "itself" where the pointer that the attribute gives is the address.
std::string alias(CUpointer_attribute attribute, CUdeviceptr address) {
    CUdeviceptr found = 0;
    const CUresult result = cuPointerGetAttribute(&found, attribute, address);
    return result != CUDA_SUCCESS ? name_of(result) : found == address ? "itself" : "another";
}

std::string ordinal(CUdeviceptr address, CUdevice device) {
    int found = 0;
    const CUresult result = cuPointerGetAttribute(&found, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL, address);
    return result != CUDA_SUCCESS ? name_of(result)
           : found == device      ? "the device's"
                                  : std::to_string(found);
}

void note(const HostMemory& room, const std::string& when) {
    const std::string key = "HST-06/" + when + "/";
    observe(key + "memory type", memory_type(room.at(0)));
    observe(key + "host pointer", alias(CU_POINTER_ATTRIBUTE_HOST_POINTER, room.at(0)));
    observe(key + "device pointer", alias(CU_POINTER_ATTRIBUTE_DEVICE_POINTER, room.at(0)));
    observe(key + "ordinal", ordinal(room.at(0), room.device()));
}

void check_notes(const HostMemory& room, const std::string& place) {
    const Allocation memory = room.allocate_host();
    const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write()});
    note(room, place + ", device only");
    const CUmemAccessDesc access = room.processor();
    must(cuMemSetAccess(room.at(0), room.chunk(), &access, 1), "cuMemSetAccess");
    note(room, place + ", processor too");
    int legacy = -1;
    CHECK(cuPointerGetAttribute(&legacy, CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE, room.at(0)) ==
          CUDA_SUCCESS);
    CHECK(legacy == 0);
    ramp(room.at(0), room.chunk(), 6); // asking has changed nothing
    CHECK(host_holds_ramp(words(room.at(0)), room.chunk(), 6));
}

} // namespace

TEST_CASE_METHOD(OnNode, "HST-06/node: what pointers to memory of a node say of themselves",
                 "[host_memory]") {
    check_notes(*this, "node");
}

TEST_CASE_METHOD(OnHost, "HST-06/host: what pointers to memory of the host say of themselves",
                 "[host_memory]") {
    check_notes(*this, "host");
}

} // namespace cts
