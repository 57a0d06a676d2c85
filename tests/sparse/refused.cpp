// Operations that cuMemMapArrayAsync must refuse. Where the text gives no code the refusal is asserted and
// the code recorded.
#include "tests/prelude.hpp"
#include "tests/sparse/sparse.hpp"

#include <functional>

namespace cts {
namespace {

struct Wrong {
    const char* name;
    std::function<void(CUarrayMapInfo&)> spoil;
};

/// An array of two by two tiles, its pool, and the right operations on its first tile.
class FourTiles : public Sparse {
  public:
    FourTiles() : pool_(create_pool()), array_(create_four_tiles()), tile_(tile_of(array_)) {}

    const Box& tile() const { return tile_; }
    CUmemGenericAllocationHandle pool() const { return pool_; }
    CUarray array() const { return array_; }
    CUarrayMapInfo right_map() const { return map_of(array_, tile_, pool_); }
    CUarrayMapInfo right_unmap() const { return unmap_of(array_, tile_); }

    /// Each spoilt operation is refused; between them the right ones succeed, and data is where it belongs.
    void check_refused(const std::string& id, const CUarrayMapInfo& right, const std::vector<Wrong>& table) {
        for (const Wrong& wrong : table) {
            CAPTURE(wrong.name);
            CUarrayMapInfo operation = right;
            wrong.spoil(operation);
            const CUresult result = submit(operation);
            CHECK(result != CUDA_SUCCESS);
            observe(id + "/" + wrong.name, result);
            REQUIRE(submit(right_map()) == CUDA_SUCCESS);
            write_ramp(array_, tile_, 50);
            CHECK(holds_ramp(array_, tile_, 50));
            REQUIRE(submit(right_unmap()) == CUDA_SUCCESS);
            synchronize();
        }
    }

  private:
    Allocation pool_; // outlives the array
    Array array_;
    Box tile_;
};

// Not among them: a null memory handle. Driver 580.159.04 does not survive it, and no document says what it
// should do.
std::vector<Wrong> wrong_memory(const FourTiles& room, CUmemGenericAllocationHandle plain) {
    return {
        {"memory that is no tile pool", [=](auto& it) { it.memHandle.memHandle = plain; }},
        {"handle type", [](auto& it) { it.memHandleType = static_cast<CUmemHandleType>(1); }},
        {"operation 0", [](auto& it) { it.memOperationType = static_cast<CUmemOperationType>(0); }},
        {"operation 3", [](auto& it) { it.memOperationType = static_cast<CUmemOperationType>(3); }},
        {"offset past the pool", [&room](auto& it) { it.offset = room.granularity(); }},
        {"flags", [](auto& it) { it.flags = 1; }},
        {"first reserved word", [](auto& it) { it.reserved[0] = 1; }},
        {"second reserved word", [](auto& it) { it.reserved[1] = 1; }},
    };
}

/// In a child: a driver that follows a handle which is none may well crash.
CHILD(map_wrong_memory) {
    FourTiles room;
    const Allocation plain = room.allocate();
    for (const Wrong& wrong : wrong_memory(room, plain)) {
        CUarrayMapInfo operation = room.right_map();
        wrong.spoil(operation);
        parent.report(wrong.name, room.submit(operation));
    }
    parent.report("map", room.submit(room.right_map()));
    room.write_ramp(room.array(), room.tile(), 6);
    parent.report("right", static_cast<bool>(room.holds_ramp(room.array(), room.tile(), 6)));
    parent.report("unmap", room.submit(room.right_unmap()));
    synchronize();
}

} // namespace

TEST_CASE_METHOD(FourTiles,
                 "SPA-03: an array that is not sparse and a level of a mipmapped array are refused",
                 "[sparse]") {
    const Array ordinary = create_array(array_of(tile().width, tile().height, 0, 0));
    const Mipmap mipmap = create_mipmap(
        array_of(size_t{tile().width} * 2, size_t{tile().height} * 2, 0, CUDA_ARRAY3D_SPARSE), 2);
    CUarray level = nullptr;
    REQUIRE(cuMipmappedArrayGetLevel(&level, mipmap, 0) == CUDA_SUCCESS);
    CHECK(submit(map_of(level, tile(), pool())) == CUDA_ERROR_INVALID_VALUE);
    check_refused("SPA-03", right_map(),
                  {{"not sparse", [&](auto& it) { it.resource.array = ordinary; }},
                   {"level", [&](auto& it) { it.resource.array = level; }}});
}

TEST_CASE_METHOD(FourTiles,
                 "SPA-04: a part that is off the tiles, past the array, or of no such level is refused",
                 "[sparse]") {
    const std::vector<Wrong> table = {
        {"x", [](auto& it) { it.subresource.sparseLevel.offsetX = 1; }},
        {"y", [](auto& it) { it.subresource.sparseLevel.offsetY = 1; }},
        {"z", [](auto& it) { it.subresource.sparseLevel.offsetZ = 1; }},
        {"width", [](auto& it) { it.subresource.sparseLevel.extentWidth -= 1; }},
        {"height", [](auto& it) { it.subresource.sparseLevel.extentHeight += 1; }},
        {"depth 0", [](auto& it) { it.subresource.sparseLevel.extentDepth = 0; }},
        {"depth 2", [](auto& it) { it.subresource.sparseLevel.extentDepth = 2; }},
        {"level", [](auto& it) { it.subresource.sparseLevel.level = 1; }},
        {"layer", [](auto& it) { it.subresource.sparseLevel.layer = 1; }},
        {"behind the array", [this](auto& it) { it.subresource.sparseLevel.offsetX = 2 * tile().width; }},
        {"wider than the array",
         [this](auto& it) { it.subresource.sparseLevel.extentWidth = 3 * tile().width; }},
    };
    check_refused("SPA-04/map", right_map(), table);
    check_refused("SPA-04/unmap", right_unmap(), table);
}

TEST_CASE_METHOD(FourTiles, "SPA-05: the device mask names exactly one device, which is the stream's",
                 "[sparse]") {
    const unsigned mine = 1U << device();
    const std::vector<Wrong> table = {
        {"no device", [](auto& it) { it.deviceBitMask = 0; }},
        {"one more", [=](auto& it) { it.deviceBitMask = mine | 1U << 31; }},
        {"another", [](auto& it) { it.deviceBitMask = 1U << 31; }},
        {"all", [](auto& it) { it.deviceBitMask = ~0U; }},
    };
    check_refused("SPA-05/map", right_map(), table);
    check_refused("SPA-05/unmap", right_unmap(), table);
}

TEST_CASE_METHOD(FourTiles,
                 "SPA-06: mapping needs a tile pool that reaches far enough, and reserved fields are zero",
                 "[sparse][sacrifices]") {
    const Allocation plain = allocate();
    Peer child(map_wrong_memory);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    for (const Wrong& wrong : wrong_memory(*this, plain)) {
        CAPTURE(wrong.name);
        CHECK(report.driver_result(wrong.name) != CUDA_SUCCESS);
        observe(std::string("SPA-06/") + wrong.name, report.driver_result(wrong.name));
    }
    CHECK(report.driver_result("map") == CUDA_SUCCESS);
    CHECK(report.number("right") == 1);
    CHECK(report.driver_result("unmap") == CUDA_SUCCESS);
}

TEST_CASE_METHOD(FourTiles, "SPA-06/unmap: unmapping a tile with a memory handle is refused", "[sparse]") {
    CUarrayMapInfo unmap = right_unmap();
    unmap.memHandle.memHandle = pool();
    const CUresult result = submit(unmap);
    CHECK(result != CUDA_SUCCESS);
    observe("SPA-06/unmap with memory", result);
    REQUIRE(submit(right_map()) == CUDA_SUCCESS);
    write_ramp(array(), tile(), 6);
    CHECK(holds_ramp(array(), tile(), 6));
    CHECK(submit(right_unmap()) == CUDA_SUCCESS);
    synchronize();
}

TEST_CASE_METHOD(FourTiles,
                 "SPA-08: what mapping tiles in a capturing stream answers, and does to the capture",
                 "[sparse]") {
    must(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
    const CUresult result = submit(right_map());
    const cudaStreamCaptureStatus status = capture_status(stream());
    cudaGraph_t graph = nullptr;
    const cudaError_t ended = cudaStreamEndCapture(stream(), &graph);
    const Graph owner(ended == cudaSuccess ? graph : nullptr);
    (void)cudaGetLastError();
    observe("SPA-08/map", result);
    observe("SPA-08/capture", status);
    observe("SPA-08/end", ended);
    REQUIRE(submit(right_map()) == CUDA_SUCCESS); // the stream is as good as before
    write_ramp(array(), tile(), 8);
    CHECK(holds_ramp(array(), tile(), 8));
    CHECK(submit(right_unmap()) == CUDA_SUCCESS);
    synchronize();
}

} // namespace cts
