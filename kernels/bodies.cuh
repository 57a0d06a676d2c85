// Device code of the suite, written once and compiled twice: by nvcc for the GPU (kernels.cu) and by the host
// compiler for the simulator. Only what both understand may appear here: no <<<>>>, no CUDA headers, no warp
// intrinsics.
//
// Every kernel works for any grid: a thread takes the elements i, i + threads, i + 2 threads, ...
#pragma once

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

/// Does nothing: for empty launches and for kernels of another signature.
__global__ void nothing() {}

} // namespace cts::kernels
