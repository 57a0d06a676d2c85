// A virtual address outlives the memory behind it: three reservations hold the matrices A, B and C = A x B.
// After the first product the physical memory of A and B is given back, new memory with other data is mapped
// at the same addresses, and the second product runs without anybody having to learn a new pointer.
//
// Build: nvcc -o reuse_virtual_address reuse_virtual_address.cu -lcuda
// Exit:  0 everything as shown; 1 a result differs or a call failed; 3 no usable GPU
#include <cuda.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

constexpr unsigned int n = 256;
constexpr std::size_t elements = std::size_t{n} * n;
constexpr std::size_t bytes = elements * sizeof(float);

__global__ void matrix_multiply(const float* left, const float* right, float* product, unsigned int size) {
    const unsigned int row = blockIdx.y * blockDim.y + threadIdx.y;
    const unsigned int column = blockIdx.x * blockDim.x + threadIdx.x;
    float sum = 0.0F;
    for (unsigned int k = 0; k < size; ++k) {
        sum += left[row * size + k] * right[k * size + column];
    }
    product[row * size + column] = sum;
}

using Matrix = std::vector<float>;

// Both APIs number their errors alike.
const char* name_of(int result) {
    return cudaGetErrorName(static_cast<cudaError_t>(result));
}

void check(int result, const char* call) {
    if (result != 0) {
        throw std::runtime_error(std::string(call) + " answered " + name_of(result));
    }
}
#define CHECK(call) check(call, #call)

// A destructor cannot throw: it says what failed, and the exit code tells.
bool everything_released = true;

bool released(int result, const char* call) {
    if (result != 0) {
        std::fprintf(stderr, "error: %s answered %s\n", call, name_of(result));
        everything_released = false;
    }
    return result == 0;
}

int attribute(CUdevice device, CUdevice_attribute which) {
    int value = 0;
    CHECK(cuDeviceGetAttribute(&value, which, device));
    return value;
}

class PrimaryContext {
  public:
    explicit PrimaryContext(CUdevice device) : device_(device) {
        const int supported = attribute(device, CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED);
        std::printf("GPU Compute Capability: %d.%d\n",
                    attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                    attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
        std::printf("Virtual Memory Management Supported: %s\n", supported != 0 ? "YES" : "NO");
        if (supported == 0) {
            throw std::runtime_error("device 0 has no virtual memory management");
        }
        std::printf("Creating context using cuDevicePrimaryCtxRetain...\n");
        CUcontext context = nullptr;
        CHECK(cuDevicePrimaryCtxRetain(&context, device_));
        if (const CUresult result = cuCtxSetCurrent(context); result != CUDA_SUCCESS) {
            cuDevicePrimaryCtxRelease(device_);
            CHECK(result);
        }
    }
    ~PrimaryContext() { released(cuDevicePrimaryCtxRelease(device_), "cuDevicePrimaryCtxRelease"); }
    PrimaryContext& operator=(PrimaryContext&&) = delete; // neither copied nor moved

  private:
    CUdevice device_;
};

// One reservation, and the memory mapped over the whole of it, if any.
class VirtualRange {
  public:
    VirtualRange(CUdevice device, std::size_t wanted) : context_(device) {
        properties_.type = CU_MEM_ALLOCATION_TYPE_PINNED;
        properties_.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
        properties_.location.id = device;
        std::size_t granularity = 0;
        CHECK(cuMemGetAllocationGranularity(&granularity, &properties_, CU_MEM_ALLOC_GRANULARITY_MINIMUM));
        size_ = (wanted + granularity - 1) / granularity * granularity;
        CHECK(cuMemAddressReserve(&address_, size_, 0, 0, 0));
        std::printf("Successfully reserved virtual address: 0x%llx (size: %zu bytes)\n", address_, size_);
    }
    ~VirtualRange() {
        if (mapped_ && released(cuMemUnmap(address_, size_), "cuMemUnmap")) {
            std::printf("Unmapped virtual address\n");
        }
        if (released(cuMemAddressFree(address_, size_), "cuMemAddressFree")) {
            std::printf("Freed virtual address space\n");
        }
    }
    VirtualRange& operator=(VirtualRange&&) = delete; // neither copied nor moved

    // The handle is released at once: the mapping alone keeps the memory, so that unmap() gives it back.
    void map() {
        CUmemGenericAllocationHandle memory = 0;
        CHECK(cuMemCreate(&memory, size_, &properties_, 0));
        const CUresult mapped = cuMemMap(address_, size_, 0, memory, 0);
        mapped_ = mapped == CUDA_SUCCESS;
        CHECK(cuMemRelease(memory));
        CHECK(mapped);
        CUmemAccessDesc access{};
        access.location = properties_.location;
        access.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        CHECK(cuMemSetAccess(address_, size_, &access, 1));
        std::printf("Physical memory mapped to virtual address 0x%llx\n", address_);
    }

    void unmap() {
        CHECK(cuMemUnmap(address_, size_));
        mapped_ = false;
        std::printf("Unmapped virtual address\n");
    }

    void upload(const Matrix& values) { CHECK(cuMemcpyHtoD(address_, values.data(), bytes)); }

    Matrix download() const {
        Matrix values(elements);
        CHECK(cuMemcpyDtoH(values.data(), address_, bytes));
        return values;
    }

    unsigned long long address() const { return address_; }
    float* data() const { return reinterpret_cast<float*>(address_); }

  private:
    PrimaryContext context_; // each range keeps the context that its memory belongs to
    CUmemAllocationProp properties_{};
    std::size_t size_ = 0;
    CUdeviceptr address_ = 0;
    bool mapped_ = false;
};

// values[i] = i % period + first
Matrix sequence(unsigned int period, unsigned int first) {
    Matrix values(elements);
    for (std::size_t i = 0; i < elements; ++i) {
        values[i] = static_cast<float>(i % period + first);
    }
    return values;
}

// Every sum stays below 2^24, so float is exact and the GPU must agree to the last bit.
Matrix product_on_cpu(const Matrix& left, const Matrix& right) {
    Matrix product(elements, 0.0F);
    for (std::size_t row = 0; row < n; ++row) {
        for (std::size_t k = 0; k < n; ++k) {
            for (std::size_t column = 0; column < n; ++column) {
                product[row * n + column] += left[row * n + k] * right[k * n + column];
            }
        }
    }
    return product;
}

float sum_of_first(const Matrix& values, std::ptrdiff_t count) {
    return std::accumulate(values.begin(), values.begin() + count, 0.0F);
}

Matrix multiply_on_gpu(const VirtualRange& a, const VirtualRange& b, const VirtualRange& c) {
    const dim3 block(16, 16);
    const dim3 grid((n + block.x - 1) / block.x, (n + block.y - 1) / block.y);
    matrix_multiply<<<grid, block>>>(a.data(), b.data(), c.data(), n);
    CHECK(cudaGetLastError());
    CHECK(cudaDeviceSynchronize());
    return c.download();
}

void require_equal(const Matrix& result, const Matrix& expected, const char* phase) {
    if (result != expected) {
        throw std::runtime_error(std::string(phase) + ": the GPU's product differs from the CPU's");
    }
}

bool report_same(const char* name, unsigned long long before, unsigned long long after) {
    std::printf("%s: 0x%llx -> 0x%llx (same: %s)\n", name, before, after, before == after ? "YES" : "NO");
    return before == after;
}

void demonstrate(CUdevice device) {
    const Matrix a1 = sequence(10, 1), b1 = sequence(5, 1);
    const Matrix a2 = sequence(7, 10), b2 = sequence(3, 10);

    std::printf("--- Phase 1: Using first dataset ---\n");
    VirtualRange a(device, bytes), b(device, bytes), c(device, bytes);
    a.map();
    b.map();
    c.map();
    std::printf("Virtual addresses: A=0x%llx, B=0x%llx, C=0x%llx\n", a.address(), b.address(), c.address());
    const unsigned long long a_before = a.address(), b_before = b.address();
    a.upload(a1);
    b.upload(b1);
    std::printf("Executing matrix multiplication (first dataset)...\n");
    const Matrix first = multiply_on_gpu(a, b, c);
    require_equal(first, product_on_cpu(a1, b1), "phase 1");
    std::printf("Phase 1 computation complete\n");
    std::printf("Phase 1 result sum (first 5 elements): %.0f\n", sum_of_first(first, 5));

    std::printf("\n--- Phase 2: Dynamic switch to second dataset ---\n");
    a.unmap();
    b.unmap();
    a.map();
    b.map();
    std::printf("Virtual addresses comparison:\n");
    const bool a_same = report_same("A", a_before, a.address());
    const bool b_same = report_same("B", b_before, b.address());
    if (!a_same || !b_same) {
        throw std::runtime_error("an address changed");
    }
    std::printf("Virtual address consistency verified!\n");
    a.upload(a2);
    b.upload(b2);
    std::printf("Executing matrix multiplication (second dataset)...\n");
    const Matrix second = multiply_on_gpu(a, b, c);
    require_equal(second, product_on_cpu(a2, b2), "phase 2");
    std::printf("Phase 2 computation complete\n");

    std::printf("\n--- Result Verification ---\n");
    std::printf("Phase 1 result sum (first 5 elements): %.0f\n", sum_of_first(first, 5));
    std::printf("Phase 2 result sum (first 5 elements): %.0f\n", sum_of_first(second, 5));
    if (first == second) {
        throw std::runtime_error("both phases have the same result: the new data was not used");
    }
    std::printf("Results are different - new data was successfully used!\n");
}

int main() {
    std::printf("=== Dynamic Virtual Memory Matrix Multiplication Demo ===\n");
    std::printf("Matrix size: %ux%u\n", n, n);
    std::printf("Elements per matrix: %zu\n", elements);
    std::printf("Original matrix size: %zu bytes\n\n", bytes);
    if (const int result = cuInit(0); result != 0) {
        std::fprintf(stderr, "no usable GPU: cuInit answered %s\n", name_of(result));
        return 3;
    }
    try {
        CUdevice device = 0;
        CHECK(cuDeviceGet(&device, 0));
        demonstrate(device);
        if (!everything_released) {
            return 1;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    std::printf("\n --- Demo completed successfully! ---\n");
    return 0;
}
