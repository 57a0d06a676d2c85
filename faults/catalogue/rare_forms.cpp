// Defects of what is asked or done in a rarer form: of an alias, an aligned range, several mappings at once,
// a copy within one mapping.
#include "faults/catalogue/imported.hpp"

namespace faults {

FAULT(rare_alias, "runtime-device-pointer-of-first-alias",
      "cudaPointerGetAttributes gives, in an alias, the address in the lowest mapping of the memory.", "",
      "PTR-14") {
    track();
    cudaPointerGetAttributes.plant([](cudaPointerAttributes* found, const void* asked) {
        const Lock lock;
        const cudaError_t result = cudaPointerGetAttributes(found, asked);
        const auto address = reinterpret_cast<Address>(asked);
        const auto mapping = mapping_at(address);
        if (result == cudaSuccess && mapping) {
            const Address first = mappings_of(mapping->memory).front().base;
            found->devicePointer = reinterpret_cast<void*>(first + (address - mapping->base));
        }
        return result;
    });
}

FAULT(rare_alignment, "range-size-of-aligned-reservation-rounded",
      "RANGE_SIZE of a reservation that was asked to be aligned is rounded up to the alignment.", "",
      "PTR-01 RSV-04") {
    static std::map<Address, size_t> alignments;
    cuMemAddressReserve.plant(
        [](Address* address, size_t bytes, size_t alignment, Address hint, Flags flags) {
            const Lock lock;
            const CUresult result = cuMemAddressReserve(address, bytes, alignment, hint, flags);
            if (result == CUDA_SUCCESS) {
                alignments[*address] = alignment;
            }
            return result;
        });
    cuPointerGetAttribute.plant([](void* value, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(value, attribute, address);
        Address start = 0;
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_RANGE_SIZE &&
            cuPointerGetAttribute(&start, CU_POINTER_ATTRIBUTE_RANGE_START_ADDR, address) == CUDA_SUCCESS &&
            alignments.contains(start) && alignments[start] != 0) {
            auto* const bytes = static_cast<size_t*>(value);
            *bytes = (*bytes + alignments[start] - 1) / alignments[start] * alignments[start];
        }
        return result;
    });
}

FAULT(rare_grant, "host-grant-reaches-first-mapping",
      "A grant for the processor over several mappings is set for the first of them.", "", "HST-05") {
    track();
    cuMemSetAccess.plant([](Address address, size_t bytes, const Access* wanted, size_t count) {
        const Lock lock;
        const std::vector<Mapped> all = mappings_in(address, bytes);
        const bool short_of = wanted != nullptr && count == 1 && all.size() > 1 &&
                              wanted->location.type != CU_MEM_LOCATION_TYPE_DEVICE;
        return cuMemSetAccess(address, short_of ? all.front().end() - address : bytes, wanted, count);
    });
}

FAULT(rare_peer, "runtime-peer-copy-writes-read-only",
      "cudaMemcpyPeerAsync into read-only memory reports success and copies nothing.", "", "ACC-05") {
    track();
    cudaMemcpyPeerAsync.plant([](void* target, int target_device, const void* source, int source_device,
                                 size_t bytes, cudaStream_t stream) {
        const Lock lock;
        const auto mapping = mapping_at(reinterpret_cast<Address>(target));
        return mapping && access_at(mapping->base) == CU_MEM_ACCESS_FLAGS_PROT_READ
                   ? cudaSuccess
                   : cudaMemcpyPeerAsync(target, target_device, source, source_device, bytes, stream);
    });
}

FAULT(rare_within, "copy-within-mapping-drops-last-word",
      "A copy between device addresses of one mapping leaves out the last word.", "", "MAP-12") {
    track();
    cuMemcpyDtoD.plant([](Address target, Address source, size_t bytes) {
        const Lock lock;
        const auto into = mapping_at(target);
        const auto from = mapping_at(source);
        const bool within = into && from && into->base == from->base && bytes > 4;
        return cuMemcpyDtoD(target, source, within ? bytes - 4 : bytes);
    });
}

FAULT(rare_packed, "row-copy-without-gaps-copies-one-row",
      "An asynchronous two-dimensional copy whose rows have no gaps on either side copies the first.", "",
      "MAP-12") {
    cuMemcpy2DAsync.plant([](const CUDA_MEMCPY2D* wanted, CUstream stream) {
        CUDA_MEMCPY2D copy = *wanted;
        const bool packed = copy.srcPitch == copy.WidthInBytes && copy.dstPitch == copy.WidthInBytes;
        copy.Height = packed ? 1 : copy.Height;
        return cuMemcpy2DAsync(&copy, stream);
    });
}

FAULT(rare_odd, "async-device-copy-of-odd-bytes-drops-last",
      "An asynchronous copy between device addresses of an odd number of bytes leaves out those beyond the "
      "last whole word.",
      "", "MAP-12") {
    cuMemcpyDtoDAsync.plant([](Address target, Address source, size_t bytes, CUstream stream) {
        return cuMemcpyDtoDAsync(target, source, bytes > 4 ? bytes / 4 * 4 : bytes, stream);
    });
}

FAULT(rare_import, "memory-type-of-import-is-host", "MEMORY_TYPE of imported memory is host memory.", "",
      "PTR-08") {
    track_imports();
    cuPointerGetAttribute.plant([](void* value, CUpointer_attribute attribute, Address address) {
        const Lock lock;
        const CUresult result = cuPointerGetAttribute(value, attribute, address);
        const auto mapping = mapping_at(address);
        if (result == CUDA_SUCCESS && attribute == CU_POINTER_ATTRIBUTE_MEMORY_TYPE && mapping &&
            imported().contains(mapping->memory)) {
            *static_cast<unsigned*>(value) = CU_MEMORYTYPE_HOST;
        }
        return result;
    });
}

} // namespace faults
