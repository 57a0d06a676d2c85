// The first use of an address after a remap, by each road in turn: every road may have a cache of its own.
#include "tests/access/roads.hpp"

namespace cts {
namespace {

/// Two memories that take turns at at(0), and a granule at at(2) that takes part in copies.
class TurnsOnRoads : public Reserved {
  public:
    TurnsOnRoads() : other_memory_(allocate()), other_(map(at(2), other_memory_)) {
        for (uint32_t turn = 0; turn < 2; ++turn) {
            memories_.push_back(allocate());
            const Mapping passing = map(at(0), memories_[turn]);
            fill(at(0), granularity(), value(turn));
        }
    }

    static uint32_t value(uint32_t turn) { return 0x2100 + turn % 2; }
    CUdeviceptr other() const { return at(2); }
    Mapping map_turn(uint32_t turn) const { return map(at(0), memories_[turn % 2]); }

  private:
    Allocation other_memory_;
    Mapping other_;
    std::vector<Allocation> memories_;
};

constexpr size_t moved = 256; // words

} // namespace

TEST_CASE_METHOD(TurnsOnRoads, "MAP-21/reading_roads: each form of device copy reads the new memory at once",
                 "[mapping]") {
    uint32_t turn = 0;
    size_t tried = 0;
    for (const Road& road : reading_roads()) {
        if (std::string(road.name).find("DtoH") != std::string::npos) {
            continue; // they leave nothing at other(); below
        }
        for (int repeat = 0; repeat < 3; ++repeat) {
            CAPTURE(road.name, repeat);
            const Mapping mapped = map_turn(++turn);
            REQUIRE(road.take(at(0), other(), moved) == CUDA_SUCCESS);
            synchronize();
            CHECK(holds(other(), 4 * moved, value(turn)));
            CHECK_FALSE(holds(other(), 4 * moved, value(turn + 1)));
            ++tried;
        }
    }
    CHECK(tried >= 50);
}

TEST_CASE_METHOD(TurnsOnRoads, "MAP-21/streams: so does a copy on a stream, and one writes the new memory",
                 "[mapping]") {
    const Stream streams[] = {create_stream(), create_stream()};
    const PinnedMemory host = allocate_pinned(4 * moved);
    auto* const data = static_cast<uint32_t*>(host.get());
    for (uint32_t turn = 0; turn < 6; ++turn) {
        CAPTURE(turn);
        const Stream& stream = streams[turn / 2 % 2];
        Mapping mapped = map_turn(turn);
        std::fill_n(data, moved, 0U);
        REQUIRE(cuMemcpyDtoHAsync(data, at(0), 4 * moved, stream) == CUDA_SUCCESS);
        synchronize();
        CHECK(host_holds(data, 4 * moved, value(turn)));

        mapped.unmap(); // and the same memory after the other, for the write
        { const Mapping passing = map_turn(turn + 1); }
        mapped = map_turn(turn);
        std::fill_n(data, moved, 0x2200 + turn);
        REQUIRE(cuMemcpyHtoDAsync(at(0), data, 4 * moved, stream) == CUDA_SUCCESS);
        synchronize();
        CHECK(kernel_sees(at(0), 4 * moved, 0x2200 + turn));
        fill(at(0), 4 * moved, value(turn));
    }
}

namespace {

/// A kernel, copy or fill on a stream, between `place` and `other`.
struct OnStream {
    const char* name;
    bool writes; // to place
    void (*take)(CUdeviceptr place, CUdeviceptr other, cudaStream_t stream);
};

constexpr OnStream on_stream[] = {
    {"kernel that loads", false,
     [](CUdeviceptr place, CUdeviceptr other, cudaStream_t stream) {
         launch(copy_call(other, place, 4 * moved), stream);
     }},
    {"kernel that stores", true,
     [](CUdeviceptr place, CUdeviceptr, cudaStream_t stream) {
         launch(fill_call(place, 4 * moved, 0xbad), stream);
     }},
    {"cuMemcpyDtoDAsync from it", false,
     [](CUdeviceptr place, CUdeviceptr other, cudaStream_t stream) {
         must(cuMemcpyDtoDAsync(other, place, 4 * moved, stream), "cuMemcpyDtoDAsync");
     }},
    {"cuMemcpyDtoDAsync to it", true,
     [](CUdeviceptr place, CUdeviceptr other, cudaStream_t stream) {
         must(cuMemcpyDtoDAsync(place, other, 4 * moved, stream), "cuMemcpyDtoDAsync");
     }},
    {"cudaMemcpyAsync from it", false,
     [](CUdeviceptr place, CUdeviceptr other, cudaStream_t stream) {
         must(cudaMemcpyAsync(pointer(other), pointer(place), 4 * moved, cudaMemcpyDeviceToDevice, stream),
              "cudaMemcpyAsync");
     }},
    {"cudaMemcpyAsync to it", true,
     [](CUdeviceptr place, CUdeviceptr other, cudaStream_t stream) {
         must(cudaMemcpyAsync(pointer(place), pointer(other), 4 * moved, cudaMemcpyDeviceToDevice, stream),
              "cudaMemcpyAsync");
     }},
    {"cuMemsetD32Async", true,
     [](CUdeviceptr place, CUdeviceptr, cudaStream_t stream) {
         must(cuMemsetD32Async(place, 0xbad, moved, stream), "cuMemsetD32Async");
     }},
    {"cudaMemsetAsync", true,
     [](CUdeviceptr place, CUdeviceptr, cudaStream_t stream) {
         must(cudaMemsetAsync(pointer(place), 0xba, 4 * moved, stream), "cudaMemsetAsync");
     }},
};

} // namespace

TEST_CASE_METHOD(TurnsOnRoads,
                 "MAP-21/on_streams: what comes first on a stream after a remap meets the new memory",
                 "[mapping]") {
    const Stream streams[] = {create_stream(), create_stream()};
    uint32_t turn = 0;
    for (const OnStream& form : on_stream) {
        for (int repeat = 0; repeat < 3; ++repeat) {
            CAPTURE(form.name, repeat);
            const Mapping mapped = map_turn(++turn);
            fill(other(), 4 * moved, 0x2300);
            form.take(at(0), other(), streams[repeat % 2]);
            synchronize();
            CHECK(kernel_sees(other(), 4 * moved, form.writes ? 0x2300 : value(turn)));
            CHECK(static_cast<bool>(kernel_sees(at(0), 4, value(turn))) == !form.writes);
            CHECK(kernel_sees(at(0) + 4 * moved, granularity() - 4 * moved, value(turn)));
            fill(at(0), 4 * moved, value(turn));
        }
    }
}

TEST_CASE_METHOD(TurnsOnRoads,
                 "MAP-21/writing_roads: each form of copy and fill writes the new memory at once",
                 "[mapping]") {
    fill(other(), granularity(), 0x2300);
    uint32_t turn = 0;
    size_t tried = 0;
    for (const Road& road : writing_roads()) {
        for (int repeat = 0; repeat < 3; ++repeat) {
            CAPTURE(road.name, repeat);
            const Mapping mapped = map_turn(++turn);
            REQUIRE(road.take(at(0), other(), moved) == CUDA_SUCCESS);
            synchronize();
            CHECK_FALSE(kernel_sees(at(0), 4, value(turn))); // something new has arrived, and no more of it
            CHECK(kernel_sees(at(0) + 4 * moved, granularity() - 4 * moved, value(turn)));
            fill(at(0), 4 * moved, value(turn));
            ++tried;
        }
    }
    CHECK(tried >= 100);
}

} // namespace cts
