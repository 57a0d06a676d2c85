// Device code of the suite, written once and compiled twice: by nvcc for the GPU (kernels.cu) and by the host
// compiler for the simulator. Only what both understand may appear here: no <<<>>>, no CUDA headers, no warp
// intrinsics.
//
// Every kernel works for any grid: a thread takes the elements i, i + threads, i + 2 threads, ...
#pragma once

#include "kernels/parcel.hpp"

#include <stddef.h>
#include <stdint.h>

namespace cts::kernels {

#define CTS_FOR_EACH_INDEX(i, count)                                                                         \
    for (size_t i = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < (count);                 \
         i += static_cast<size_t>(gridDim.x) * blockDim.x)

/// data[i] = value
__global__ void fill(uint32_t* data, size_t count, uint32_t value) {
    CTS_FOR_EACH_INDEX(i, count) {
        data[i] = value;
    }
}

/// data[i] = first + i: every word differs, so a shifted or stale page shows.
__global__ void ramp(uint32_t* data, size_t count, uint32_t first) {
    CTS_FOR_EACH_INDEX(i, count) {
        data[i] = first + static_cast<uint32_t>(i);
    }
}

/// target[i] = source[i]
__global__ void copy(uint32_t* target, const uint32_t* source, size_t count) {
    CTS_FOR_EACH_INDEX(i, count) {
        target[i] = source[i];
    }
}

/// target[i * target_stride] = source[i * source_stride], strides in words: one word of each page of a large
/// range.
__global__ void copy_strided(uint32_t* target, size_t target_stride, const uint32_t* source,
                             size_t source_stride, size_t count) {
    CTS_FOR_EACH_INDEX(i, count) {
        target[i * target_stride] = source[i * source_stride];
    }
}

/// data[i * stride] = first + i: one mark a page, say, where writing every word would take too long.
__global__ void mark(uint32_t* data, size_t count, size_t stride, uint32_t first) {
    CTS_FOR_EACH_INDEX(i, count) {
        data[i * stride] = first + static_cast<uint32_t>(i);
    }
}

/// *mismatches += number of i with data[i * stride] != first + i
__global__ void count_off_marks(const uint32_t* data, size_t count, size_t stride, uint32_t first,
                                unsigned int* mismatches) {
    unsigned int here = 0;
    CTS_FOR_EACH_INDEX(i, count) {
        if (data[i * stride] != first + static_cast<uint32_t>(i)) {
            ++here;
        }
    }
    if (here > 0) {
        atomicAdd(mismatches, here); // one a thread: the counter may lie across the bus
    }
}

/// data[i] = data[i] * factor + addend (mod 2^32). Does not commute with itself, so it shows the order of
/// launches.
__global__ void multiply_add(uint32_t* data, size_t count, uint32_t factor, uint32_t addend) {
    CTS_FOR_EACH_INDEX(i, count) {
        data[i] = data[i] * factor + addend;
    }
}

/// *mismatches += number of i with data[i] != expected
__global__ void count_unequal(const uint32_t* data, size_t count, uint32_t expected,
                              unsigned int* mismatches) {
    unsigned int here = 0;
    CTS_FOR_EACH_INDEX(i, count) {
        if (data[i] != expected) {
            ++here;
        }
    }
    if (here > 0) {
        atomicAdd(mismatches, here); // one a thread: the counter may lie across the bus
    }
}

/// *mismatches += number of i with data[i] != first + i
__global__ void count_off_ramp(const uint32_t* data, size_t count, uint32_t first, unsigned int* mismatches) {
    unsigned int here = 0;
    CTS_FOR_EACH_INDEX(i, count) {
        if (data[i] != first + static_cast<uint32_t>(i)) {
            ++here;
        }
    }
    if (here > 0) {
        atomicAdd(mismatches, here); // one a thread: the counter may lie across the bus
    }
}

/// product = left * right, n x n, row-major. One thread an element; the order of the sum is fixed, so that
/// the result is the same on every device as long as the sums are exact in float.
__global__ void matrix_multiply(const float* left, const float* right, float* product, unsigned int n) {
    CTS_FOR_EACH_INDEX(i, static_cast<size_t>(n) * n) {
        const size_t row = i / n;
        const size_t column = i % n;
        float sum = 0.0F;
        for (size_t k = 0; k < n; ++k) {
            sum += left[row * n + k] * right[k * n + column];
        }
        product[i] = sum;
    }
}

/// Returns once *flag is not zero, or after about `limit_ns` nanoseconds, whichever is first.
/// `flag` must be memory that host and device share. Launch with one thread.
__global__ void wait_for_flag(const volatile uint32_t* flag, uint64_t limit_ns) {
    const uint64_t start = cts_nanoseconds();
    while (*flag == 0 && cts_nanoseconds() - start < limit_ns) {
    }
}

/// Keeps reading data[0 .. count) until *flag is not zero or the limit has passed; *sum keeps the reads
/// alive.
__global__ void read_until_flag(const volatile uint32_t* data, size_t count, const volatile uint32_t* flag,
                                uint64_t limit_ns, uint32_t* sum) {
    const uint64_t start = cts_nanoseconds();
    uint32_t total = 0;
    while (*flag == 0 && cts_nanoseconds() - start < limit_ns) {
        for (size_t i = 0; i < count; i += 1024) {
            total += data[i];
        }
    }
    *sum = total;
}

/// Writes through one alias and reads through the other, with the alias fence between (Programming Guide,
/// virtual aliasing support). *seen receives what the second address shows. Launch with one thread.
__global__ void write_then_read_alias(uint32_t* written, const uint32_t* read, uint32_t value,
                                      uint32_t* seen) {
    *reinterpret_cast<volatile uint32_t*>(written) = value;
    cts_alias_fence();
    *seen = *reinterpret_cast<const volatile uint32_t*>(read);
}

/// data[0 .. 5] = the grid's and the block's extent (x, y, z each); data[6] += the number of threads.
__global__ void describe_launch(uint32_t* data) {
    atomicAdd(&data[6], 1U);
    if (blockIdx.x + blockIdx.y + blockIdx.z + threadIdx.x + threadIdx.y + threadIdx.z == 0) {
        const uint32_t extents[6] = {gridDim.x, gridDim.y, gridDim.z, blockDim.x, blockDim.y, blockDim.z};
        for (int i = 0; i < 6; ++i) {
            data[i] = extents[i];
        }
    }
}

/// data[0 .. 16] = the arguments behind `data`, word by word, the lower half of a long one first. They are of
/// every size, behind padding, and behind the first 64 bytes.
__global__ void list_arguments(uint32_t* data, uint8_t small, uint64_t large, Parcel parcel, uint16_t half,
                               uint64_t far, uint8_t last) {
    if (blockIdx.x + threadIdx.x == 0) {
        data[0] = small;
        data[1] = static_cast<uint32_t>(large);
        data[2] = static_cast<uint32_t>(large >> 32);
        for (int i = 0; i < 10; ++i) {
            data[3 + i] = parcel.words[i];
        }
        data[13] = half;
        data[14] = static_cast<uint32_t>(far);
        data[15] = static_cast<uint32_t>(far >> 32);
        data[16] = last;
    }
}

/// data[0] = the bytes of dynamic shared memory that a block has
__global__ void tell_shared_memory(uint32_t* data) {
    data[0] = cts_dynamic_shared_bytes();
}

/// Does nothing: for empty launches and for kernels of another signature.
__global__ void nothing() {}

} // namespace cts::kernels
