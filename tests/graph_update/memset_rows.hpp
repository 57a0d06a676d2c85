// Memsets of several rows, with room between them.
#pragma once

#include "tests/graph_update/update_rung.hpp"

namespace cts {

/// 8 rows of 128 words, 1 KiB from row to row: half of 8 KiB.
inline cudaMemsetParams memset_rows(CUdeviceptr target, uint32_t value) {
    cudaMemsetParams parameters{};
    parameters.dst = pointer(target);
    parameters.pitch = 1024;
    parameters.value = value;
    parameters.elementSize = sizeof(uint32_t);
    parameters.width = 128;
    parameters.height = 8;
    return parameters;
}

/// A change of one dimension, from memset_rows and with another value.
struct RowsChange {
    const char* name;
    void (*apply)(cudaMemsetParams& parameters);
};
inline constexpr RowsChange dimension_changes[] = {
    {"narrower", [](cudaMemsetParams& rows) { rows.width = 64; }},
    {"wider", [](cudaMemsetParams& rows) { rows.width = 192; }},
    {"lower", [](cudaMemsetParams& rows) { rows.height = 4; }},
    {"higher", [](cudaMemsetParams& rows) { rows.height = 12; }},
    {"pitch", [](cudaMemsetParams& rows) { rows.pitch = 768; }},
    {"element",
     [](cudaMemsetParams& rows) {
         rows.elementSize = 1;
         rows.width = 512;
     }},
};
inline cudaMemsetParams changed_rows(CUdeviceptr target, uint32_t value, const RowsChange& change) {
    cudaMemsetParams parameters = memset_rows(target, value);
    change.apply(parameters);
    return parameters;
}

} // namespace cts
