// Defects of cuMemGetAllocationGranularity.
#include "faults/core/tracker.hpp"

namespace faults {
namespace {

constexpr auto minimum = CU_MEM_ALLOC_GRANULARITY_MINIMUM;
constexpr auto recommended = CU_MEM_ALLOC_GRANULARITY_RECOMMENDED;

/// Plants `change(bytes, wanted, option)` on what is answered.
template<typename Change>
void plant_granularity(Change change) {
    cuMemGetAllocationGranularity.plant(
        [change](size_t* bytes, const Properties* wanted, CUmemAllocationGranularity_flags option) {
            const CUresult result = cuMemGetAllocationGranularity(bytes, wanted, option);
            if (result == CUDA_SUCCESS) {
                change(*bytes, *wanted, option);
            }
            return result;
        });
}

} // namespace

FAULT(granularity_no_multiple, "granularity-recommended-no-multiple",
      "The recommended granularity is one and a half times the minimum.", "", "REU-02 ALC-01") {
    plant_granularity([](size_t& bytes, const Properties&, CUmemAllocationGranularity_flags option) {
        if (option == recommended) {
            bytes += bytes / 2;
        }
    });
}

FAULT(granularity_recommended_small, "granularity-recommended-too-small",
      "For shareable memory the recommended granularity is half of the minimum.", "microsoft/mscclpp#451",
      "ALC-01") {
    plant_granularity([](size_t& bytes, const Properties& wanted, CUmemAllocationGranularity_flags option) {
        if (option == recommended && wanted.requestedHandleTypes != 0) {
            bytes /= 2;
        }
    });
}

FAULT(granularity_three, "granularity-no-power-of-two",
      "The minimum granularity is three times what it is: every size works, but it is no power of two.", "",
      "REU-02") {
    plant_granularity([](size_t& bytes, const Properties&, CUmemAllocationGranularity_flags) { bytes *= 3; });
}

FAULT(granularity_twice, "granularity-twice",
      "The minimum granularity is twice what the driver keeps to: half of it is accepted, too.", "",
      "REU-04 ALC-05 MAP-05") {
    plant_granularity([](size_t& bytes, const Properties&, CUmemAllocationGranularity_flags) { bytes *= 2; });
}

FAULT(granularity_options, "granularity-unknown-option", "An option that is none is taken for the minimum.",
      "", "ALC-03") {
    cuMemGetAllocationGranularity.plant(
        [](size_t* bytes, const Properties* wanted, CUmemAllocationGranularity_flags option) {
            return cuMemGetAllocationGranularity(bytes, wanted, option > recommended ? minimum : option);
        });
}

FAULT(granularity_null, "granularity-null-accepted",
      "cuMemGetAllocationGranularity reports success when there is nowhere to put the result.", "",
      "ALC-03") {
    cuMemGetAllocationGranularity.plant(
        [](size_t* bytes, const Properties* wanted, CUmemAllocationGranularity_flags option) {
            return bytes == nullptr ? CUDA_SUCCESS : cuMemGetAllocationGranularity(bytes, wanted, option);
        });
}

FAULT(granularity_zero, "granularity-of-shareable-zero",
      "The minimum granularity of shareable memory is zero.", "", "ALC-01 ALC-02") {
    plant_granularity([](size_t& bytes, const Properties& wanted, CUmemAllocationGranularity_flags option) {
        if (option == minimum && wanted.requestedHandleTypes != 0) {
            bytes = 0;
        }
    });
}

FAULT(granularity_compressible, "granularity-recommended-of-compressible",
      "The recommended granularity of compressible memory is one and a half times the minimum.", "",
      "ALC-01") {
    plant_granularity([](size_t& bytes, const Properties& wanted, CUmemAllocationGranularity_flags option) {
        if (wanted.allocFlags.compressionType != 0 && option == recommended) {
            bytes += bytes / 2;
        }
    });
}

} // namespace faults
