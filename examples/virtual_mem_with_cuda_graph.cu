// A CUDA graph keeps the addresses that it captured. While those stay the same, the memory behind them can be
// swapped: cudaGraphExecUpdate accepts the newly captured graph and nothing is instantiated again. Had it
// refused, the way out would be to destroy the executable graph and to instantiate the new one.
//
// Build: nvcc -o virtual_mem_with_cuda_graph virtual_mem_with_cuda_graph.cu -lcuda
// Exit:  0 everything as shown; 1 a result differs, the update is refused or a call failed; 3 no usable GPU
#include <cuda.h>
#include <cuda_runtime.h>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

constexpr unsigned int n = 256;
constexpr std::size_t elements = std::size_t{n} * n;
constexpr std::size_t bytes = elements * sizeof(float);

__global__ void matrix_product(const float* left, const float* right, float* product, unsigned int size) {
    const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
    const unsigned int row = i / size, column = i % size;
    float sum = 0.0F;
    for (unsigned int k = 0; k < size; ++k) {
        sum += left[row * size + k] * right[k * size + column];
    }
    product[i] = sum;
}

using Matrix = std::vector<float>;

struct Stopwatch {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    long long microseconds() const {
        return (std::chrono::steady_clock::now() - start) / std::chrono::microseconds(1);
    }
};

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

void released(int result, const char* call) {
    if (result != 0) {
        std::fprintf(stderr, "error: %s answered %s\n", call, name_of(result));
        everything_released = false;
    }
}

// One reservation on device 0, as large as a matrix, and the memory mapped over the whole of it, if any.
class VirtualRange {
  public:
    VirtualRange() {
        properties_.type = CU_MEM_ALLOCATION_TYPE_PINNED;
        properties_.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
        properties_.location.id = 0;
        std::size_t granularity = 0;
        CHECK(cuMemGetAllocationGranularity(&granularity, &properties_, CU_MEM_ALLOC_GRANULARITY_MINIMUM));
        size_ = (bytes + granularity - 1) / granularity * granularity;
        CHECK(cuMemAddressReserve(&address_, size_, 0, 0, 0));
        std::printf("Reserved VA: 0x%llx (aligned: %zu bytes)\n", address_, size_);
    }
    ~VirtualRange() {
        if (mapped_) {
            released(cuMemUnmap(address_, size_), "cuMemUnmap");
        }
        released(cuMemAddressFree(address_, size_), "cuMemAddressFree");
    }
    VirtualRange& operator=(VirtualRange&&) = delete; // neither copied nor moved

    // Replaces what is mapped. The handle is released at once: the mapping alone keeps the memory.
    void map_new_memory() {
        if (mapped_) {
            CHECK(cuMemUnmap(address_, size_));
            mapped_ = false;
        }
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
        std::printf("Mapped physical memory to VA: 0x%llx\n", address_);
    }

    float* data() const { return reinterpret_cast<float*>(address_); }

  private:
    CUmemAllocationProp properties_{};
    std::size_t size_ = 0;
    CUdeviceptr address_ = 0;
    bool mapped_ = false;
};

// Runtime objects: unique_ptr, which calls `destroy`.
template<auto destroy>
struct Destroyer {
    template<typename Handle>
    void operator()(Handle handle) const {
        released(destroy(handle), "destroying a runtime object");
    }
};
using DeviceMatrix = std::unique_ptr<float, Destroyer<cudaFree>>;
using Stream = std::unique_ptr<CUstream_st, Destroyer<cudaStreamDestroy>>;
using Graph = std::unique_ptr<CUgraph_st, Destroyer<cudaGraphDestroy>>;
using ExecutableGraph = std::unique_ptr<CUgraphExec_st, Destroyer<cudaGraphExecDestroy>>;

void upload(float* target, const Matrix& values) {
    CHECK(cudaMemcpy(target, values.data(), bytes, cudaMemcpyHostToDevice));
}

// Ordinary device memory, for the direct execution that the graph is compared with.
DeviceMatrix device_matrix(const Matrix& values) {
    float* data = nullptr;
    CHECK(cudaMalloc(&data, bytes));
    DeviceMatrix matrix(data);
    upload(data, values);
    return matrix;
}

Matrix download(const float* source) {
    Matrix values(elements);
    CHECK(cudaMemcpy(values.data(), source, bytes, cudaMemcpyDeviceToHost));
    return values;
}

void launch_product(cudaStream_t stream, const float* left, const float* right, float* product) {
    matrix_product<<<elements / 256, 256, 0, stream>>>(left, right, product, n);
    CHECK(cudaGetLastError());
}

Graph capture(const Stream& stream, const VirtualRange& a, const VirtualRange& b, const VirtualRange& c) {
    cudaGraph_t graph = nullptr;
    CHECK(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeGlobal));
    launch_product(stream.get(), a.data(), b.data(), c.data());
    CHECK(cudaStreamEndCapture(stream.get(), &graph));
    return Graph(graph);
}

ExecutableGraph instantiate(const Graph& graph) {
    cudaGraphExec_t exec = nullptr;
    CHECK(cudaGraphInstantiate(&exec, graph.get(), 0));
    return ExecutableGraph(exec);
}

cudaGraphExecUpdateResult update(const ExecutableGraph& exec, const Graph& graph) {
    cudaGraphExecUpdateResultInfo info{};
    const cudaError_t answer = cudaGraphExecUpdate(exec.get(), graph.get(), &info);
    cudaGetLastError(); // a refusal stays there until it is read
    if (answer != cudaErrorGraphExecUpdateFailure) {
        CHECK(answer);
    }
    return info.result;
}

void launch(const ExecutableGraph& exec, const Stream& stream) {
    CHECK(cudaGraphLaunch(exec.get(), stream.get()));
    CHECK(cudaStreamSynchronize(stream.get()));
}

// values[i] = i % period + first
Matrix sequence(unsigned int period, unsigned int first) {
    Matrix values(elements);
    for (std::size_t i = 0; i < elements; ++i) {
        values[i] = static_cast<float>(i % period + first);
    }
    return values;
}

// The same product without a graph and without virtual memory management.
Matrix direct_execution(const Stream& stream, const Matrix& left, const Matrix& right) {
    const DeviceMatrix a = device_matrix(left), b = device_matrix(right), c = device_matrix(left);
    launch_product(stream.get(), a.get(), b.get(), c.get());
    CHECK(cudaStreamSynchronize(stream.get()));
    return download(c.get());
}

void report_same(const char* name, const float* before, const float* after) {
    std::printf("  %s: %p -> %p (same: %s)\n", name, before, after, before == after ? "YES" : "NO");
}

// Tells whether the first executable graph could be used again, and computed with the new data.
bool demonstrate() {
    const Matrix a1 = sequence(10, 1), b1 = sequence(5, 1), a2 = sequence(7, 10), b2 = sequence(3, 10);
    CHECK(cudaSetDevice(0)); // its primary context becomes current, which the driver API then uses
    cudaStream_t new_stream = nullptr;
    CHECK(cudaStreamCreate(&new_stream));
    const Stream stream(new_stream);

    std::printf("--- Phase 1: Initial Graph Capture ---\n");
    VirtualRange a, b, c;
    a.map_new_memory();
    b.map_new_memory();
    c.map_new_memory();
    const float *const a_before = a.data(), *const b_before = b.data();
    std::printf("Virtual addresses:\n  A: %p\n  B: %p\n  C: %p\n", a.data(), b.data(), c.data());
    upload(a.data(), a1);
    upload(b.data(), b1);
    std::printf("Capturing CUDA Graph...\n");
    const Stopwatch capture_time;
    const Graph graph = capture(stream, a, b, c);
    ExecutableGraph exec = instantiate(graph);
    std::printf("Graph capture+instantiate time: %lldus\nExecuting captured Graph...\n",
                capture_time.microseconds());
    launch(exec, stream);
    const Matrix first = download(c.data());
    if (first != direct_execution(stream, a1, b1)) {
        throw std::runtime_error("phase 1: the graph's result differs from direct execution");
    }
    std::printf("Phase 1: Graph execution matches direct execution\n");

    std::printf("\n--- Phase 2: Data Switching and Graph Update Check ---\n"
                "Switching datasets while keeping virtual addresses unchanged...\n");
    a.map_new_memory();
    b.map_new_memory();
    upload(a.data(), a2);
    upload(b.data(), b2);
    std::printf("Virtual address verification:\n");
    report_same("A", a_before, a.data());
    report_same("B", b_before, b.data());
    std::printf("\nCapturing new graph with updated data...\n");
    const Graph new_graph = capture(stream, a, b, c);
    std::printf("New graph captured successfully\n\nChecking if existing graph_exec can be updated with new "
                "graph...\n");
    const Stopwatch update_time;
    const cudaGraphExecUpdateResult result = update(exec, new_graph);
    std::printf("Update check completed in %lldus\n", update_time.microseconds());
    const bool reused = result == cudaGraphExecUpdateSuccess;
    std::printf("Update result: %s (code: %d)\n", reused ? "Success" : "Refused", static_cast<int>(result));
    if (reused) {
        std::printf("\ncudaGraphExecUpdate SUCCESS!\n"
                    "Meaning: The existing graph_exec can handle the new data without recompilation.\n"
                    "Reason: Only memory content changed, addresses remain identical.\n"
                    "\nReusing existing graph_exec with new data...\n");
    } else {
        std::printf("\ncudaGraphExecUpdate refused: instantiating the new graph instead...\n");
        exec.reset();
        exec = instantiate(new_graph);
    }
    const Stopwatch launch_time;
    launch(exec, stream);
    std::printf("Graph %s execution time: %lldus\n", reused ? "reuse" : "rebuilt",
                launch_time.microseconds());

    std::printf("\nVerifying results with new data...\n");
    const Matrix second = download(c.data());
    if (second != direct_execution(stream, a2, b2)) {
        throw std::runtime_error("phase 2: the graph's result differs from direct execution");
    }
    std::printf("Phase 2: Results are correct\n");

    const float first_sum = std::accumulate(&first[0], &first[10], 0.0F);
    const float second_sum = std::accumulate(&second[0], &second[10], 0.0F);
    std::printf("\nData change verification:\n  Phase 1 result sum (first 10): %.0f\n"
                "  Phase 2 result sum (first 10): %.0f\n  Difference: %.0f\n",
                first_sum, second_sum, second_sum - first_sum);
    std::printf("%s\nGraph successfully reused: %s\n",
                first != second ? "Confirmed: Computation used new dataset"
                                : "Computation used the old dataset",
                reused ? "YES" : "NO");
    return reused && first != second;
}

int main() {
    std::printf("=== CUDA Graph with Virtual Memory and Update Check ===\n"
                "Matrix size: %ux%u\nMatrix size: %zu MB\n\n",
                n, n, bytes >> 20);
    if (const int result = cuInit(0); result != 0) {
        std::fprintf(stderr, "no usable GPU: cuInit answered %s\n", name_of(result));
        return 3;
    }
    try {
        if (!demonstrate() || !everything_released) {
            return 1;
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
    std::printf("\nDemo completed successfully!\n");
    return 0;
}
