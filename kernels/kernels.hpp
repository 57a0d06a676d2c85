// The kernels as the host sees them. nvcc gives the host stub of a kernel the kernel's own name, so these
// declarations name exactly what cudaLaunchKernel and kernel node parameters want as function; calling one
// directly is never right.
#pragma once

#include "kernels/parcel.hpp"

#include <cstddef>
#include <cstdint>

namespace cts::kernels {

void fill(uint32_t* data, size_t count, uint32_t value);
void ramp(uint32_t* data, size_t count, uint32_t first);
void copy(uint32_t* target, const uint32_t* source, size_t count);
void copy_strided(uint32_t* target, size_t target_stride, const uint32_t* source, size_t source_stride,
                  size_t count);
void mark(uint32_t* data, size_t count, size_t stride, uint32_t first);
void count_off_marks(const uint32_t* data, size_t count, size_t stride, uint32_t first,
                     unsigned int* mismatches);
void multiply_add(uint32_t* data, size_t count, uint32_t factor, uint32_t addend);
void count_unequal(const uint32_t* data, size_t count, uint32_t expected, unsigned int* mismatches);
void count_off_ramp(const uint32_t* data, size_t count, uint32_t first, unsigned int* mismatches);
void matrix_multiply(const float* left, const float* right, float* product, unsigned int n);
void wait_for_flag(const volatile uint32_t* flag, uint64_t limit_ns);
void read_until_flag(const volatile uint32_t* data, size_t count, const volatile uint32_t* flag,
                     uint64_t limit_ns, uint32_t* sum);
void write_then_read_alias(uint32_t* written, const uint32_t* read, uint32_t value, uint32_t* seen);
void describe_launch(uint32_t* data);
void list_arguments(uint32_t* data, uint8_t small, uint64_t large, Parcel parcel, uint16_t half, uint64_t far,
                    uint8_t last);
void tell_shared_memory(uint32_t* data);
void nothing();

} // namespace cts::kernels
