// A reservation is address space and nothing else: no memory, no access, and nobody else's addresses.
#include "tests/mapping/attempt.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

namespace cts {
namespace {

struct Span {
    CUdeviceptr begin, end;
};

/// The number of pairs that overlap.
size_t overlaps(std::vector<Span> spans) {
    std::ranges::sort(spans, {}, &Span::begin);
    size_t count = 0;
    for (size_t i = 1; i < spans.size(); ++i) {
        count += spans[i].begin < spans[i - 1].end;
    }
    return count;
}

CHILD(load_from_reservation) {
    const Reserved room;
    const PinnedMemory target = allocate_pinned(sizeof(uint32_t));
    launch(copy_call(device_address(target.get()), room.at(1), sizeof(uint32_t)));
    parent.report("load", cudaDeviceSynchronize());
}

} // namespace

TEST_CASE_METHOD(Granule, "RSV-09: a reservation takes no device memory", "[reservation][accounting]") {
    const size_t before = free_memory();
    {
        const Reservation range = reserve(4096);
        CHECK(free_memory() == before);
        const Allocation memory = allocate();
        CHECK(free_memory() == before - granularity()); // the question can be answered otherwise
    }
    CHECK(free_memory() == before);
}

TEST_CASE_METHOD(Granule,
                 "RSV-09/large: more than the device's memory can be reserved, and both ends be used",
                 "[reservation]") {
    size_t total = 0;
    must(cuDeviceTotalMem(&total, device()), "cuDeviceTotalMem");
    const size_t bytes = (8 * total + granularity() - 1) / granularity() * granularity();
    CUdeviceptr address = 0;
    REQUIRE(cuMemAddressReserve(&address, bytes, 0, 0, 0) == CUDA_SUCCESS);
    const Reservation range = Reservation::adopt(address, bytes);
    const Allocation memory = allocate();
    for (const CUdeviceptr place :
         {range.address(), range.address() + bytes / granularity() / 2 * granularity(),
          range.end() - granularity()}) {
        const Mapping mapped = map(place, memory);
        fill(place, granularity(), static_cast<uint32_t>(place >> 21));
        CHECK(kernel_sees(place, granularity(), static_cast<uint32_t>(place >> 21)));
    }
}

TEST_CASE_METHOD(Granule,
                 "RSV-09/absurd: more than the address space is refused, and the next reservation works",
                 "[reservation]") {
    for (const size_t bytes :
         {size_t{1} << 56, size_t{1} << 62, ~size_t{0} / granularity() * granularity()}) {
        CAPTURE(bytes);
        CUdeviceptr address = 0;
        const CUresult result = cuMemAddressReserve(&address, bytes, 0, 0, 0);
        const Reservation unwanted = Reservation::adopt(result == CUDA_SUCCESS ? address : 0, bytes);
        CHECK(result != CUDA_SUCCESS);
        observe("RSV-09/absurd size", result);
    }
    const Reservation range = reserve(1);
    CHECK(range.address() != 0);
}

TEST_CASE_METHOD(Granule, "RSV-10: reservations and all other allocations are disjoint", "[reservation]") {
    std::vector<Reservation> reservations;
    std::vector<DeviceMemory> allocations;
    std::vector<PinnedMemory> pinned;
    std::vector<Span> spans;
    const bool pools = attribute(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0;
    for (size_t i = 0; i < 24; ++i) { // in turns, with holes: every third reservation is freed again
        reservations.push_back(reserve(1 + i % 5));
        const size_t bytes = granularity() / 2 + i * 4096;
        allocations.push_back(i % 2 == 0 || !pools ? allocate_device(bytes) : allocate_from_pool(bytes));
        spans.push_back(
            {device_address(allocations.back().get()), device_address(allocations.back().get()) + bytes});
        pinned.push_back(allocate_pinned(bytes));
        spans.push_back({device_address(pinned.back().get()), device_address(pinned.back().get()) + bytes});
        if (i % 3 == 2) {
            reservations.pop_back();
        }
    }
    for (const Reservation& range : reservations) {
        spans.push_back({range.address(), range.end()});
    }
    CHECK(overlaps(spans) == 0);
    spans.push_back({reservations[3].end() - 1, reservations[3].end()});
    CHECK(overlaps(spans) == 1);
}

TEST_CASE_METHOD(Granule,
                 "RSV-10/hole: a reservation that is larger than a hole between live ones goes elsewhere",
                 "[reservation]") {
    constexpr size_t count = 6; // granules of each, and reservations
    for (size_t hole = 0; hole < count; ++hole) {
        for (const size_t larger : {count + 1, count + 3, 3 * count}) {
            CAPTURE(hole, larger);
            std::vector<Reservation> live;
            while (live.size() < count) {
                live.push_back(reserve(count));
            }
            live.erase(live.begin() + static_cast<ptrdiff_t>(hole));
            live.push_back(reserve(larger));
            std::vector<Span> spans;
            for (const Reservation& range : live) {
                spans.push_back({range.address(), range.end()});
            }
            CHECK(overlaps(spans) == 0);
        }
    }
}

TEST_CASE_METHOD(Granule, "RSV-10/threads: reservations that threads make and hold at one time are disjoint",
                 "[reservation]") {
    constexpr size_t workers = 4;
    constexpr size_t count = 8; // of each
    std::array<std::vector<Reservation>, workers> live;
    std::array<CUresult, workers> results{};
    std::atomic<size_t> ready = 0;
    const auto work = [&](size_t worker) { // no assertion in here: Catch2's are for one thread
        (void)cuCtxSetCurrent(context());
        ++ready;
        while (ready < workers) {
            std::this_thread::yield();
        }
        for (size_t i = 0; i < count && results[worker] == CUDA_SUCCESS; ++i) {
            const size_t bytes = granules(1 + i % 3);
            CUdeviceptr address = 0;
            results[worker] = cuMemAddressReserve(&address, bytes, 0, 0, 0);
            if (results[worker] == CUDA_SUCCESS) {
                live[worker].push_back(Reservation::adopt(address, bytes));
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (size_t worker = 0; worker < workers; ++worker) {
            threads.emplace_back(work, worker);
        }
    }
    std::vector<Span> spans;
    for (size_t worker = 0; worker < workers; ++worker) {
        CHECK(results[worker] == CUDA_SUCCESS);
        CHECK(live[worker].size() == count);
        for (const Reservation& range : live[worker]) {
            spans.push_back({range.address(), range.end()});
        }
    }
    CHECK(overlaps(spans) == 0);
    spans.push_back(spans.front());
    CHECK(overlaps(spans) == 1);
}

TEST_CASE_METHOD(Mapped, "RSV-10/beside: what the other allocators give and take leaves mapped memory alone",
                 "[reservation]") {
    ramp(address(), bytes(), 0x10);
    const Mapping readable(at(2), bytes(), memory(), read_only());
    const auto check_alone = [&](const char* after) {
        CAPTURE(after);
        synchronize();
        CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
        CHECK(access_at(at(2)) == CU_MEM_ACCESS_FLAGS_PROT_READ);
        CHECK(kernel_sees_ramp(address(), bytes(), 0x10));
        CHECK(holds_ramp(at(2), bytes(), 0x10));
    };
    for (const size_t size : {size_t{4096}, bytes()}) {
        CAPTURE(size);
        DeviceMemory device = allocate_device(size);
        fill(device_address(device.get()), size, 0xd0);
        check_alone("cudaMalloc");
        REQUIRE(cudaFree(device.release()) == cudaSuccess);
        check_alone("cudaFree");
        PinnedMemory pinned = allocate_pinned(size);
        check_alone("cudaMallocHost");
        REQUIRE(cudaFreeHost(pinned.release()) == cudaSuccess);
        check_alone("cudaFreeHost");
        if (attribute(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0) {
            void* pool = nullptr;
            REQUIRE(cudaMallocAsync(&pool, size, nullptr) == cudaSuccess);
            DeviceMemory owner(pool);
            fill(device_address(pool), size, 0xd1);
            check_alone("cudaMallocAsync");
            REQUIRE(cudaFreeAsync(owner.release(), nullptr) == cudaSuccess);
            check_alone("cudaFreeAsync");
        }
    }
    CHECK_FALSE(kernel_sees_ramp(address(), bytes(), 0x11));
}

TEST_CASE_METHOD(Reserved, "RSV-17: copies and fills of a reservation without memory are refused",
                 "[reservation]") {
    uint32_t word = 7;
    for (const CUdeviceptr address : {at(0), at(2) + 4096, range().end() - sizeof word}) {
        CHECK(cuMemcpyDtoH(&word, address, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemcpyHtoD(address, &word, sizeof word) == CUDA_ERROR_INVALID_VALUE);
        CHECK(cuMemsetD32(address, 0, 1) == CUDA_ERROR_INVALID_VALUE);
    }
    CHECK(word == 7);
    const Allocation memory = allocate(4);
    const Mapping mapped = map(at(0), memory, 4);
    CHECK(cuMemcpyHtoD(at(2) + 4096, &word, sizeof word) == CUDA_SUCCESS);
    CHECK(word_at(at(2) + 4096) == 7);
}

TEST_CASE_METHOD(Granule, "RSV-17/fault: a kernel that loads from a reservation without memory faults",
                 "[reservation][sacrifices]") {
    Child child(load_from_reservation);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    CHECK(report.result("load") == cudaErrorIllegalAddress);
}

} // namespace cts
