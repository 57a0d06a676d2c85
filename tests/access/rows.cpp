// Copies and fills of several rows of which only the first may be touched. That a driver checks all rows at
// once is not documented: it may find out by a fault, so that they are tried in a child, and those behind a
// fault in another one.
#include "tests/access/roads.hpp"

namespace cts {
namespace {

constexpr size_t row_words = 64;

/// Two rows a granule apart: of two granules, and of two others with full access.
struct TwoRows {
    CUdeviceptr place, other;
    size_t pitch;

    CUDA_MEMCPY2D between(CUdeviceptr target, CUdeviceptr source) const {
        CUDA_MEMCPY2D copy = row_of(target, source, row_words);
        copy.srcPitch = copy.dstPitch = pitch;
        copy.Height = 2;
        return copy;
    }
};

struct RowRoad {
    const char* name;
    bool writes;
    std::function<CUresult(const TwoRows& rows)> take;
};

const RowRoad row_roads[] = {
    {"copy into", true,
     [](const TwoRows& rows) {
         const CUDA_MEMCPY2D copy = rows.between(rows.place, rows.other);
         return cuMemcpy2D(&copy);
     }},
    {"copy out of", false,
     [](const TwoRows& rows) {
         const CUDA_MEMCPY2D copy = rows.between(rows.other, rows.place);
         return cuMemcpy2D(&copy);
     }},
    {"fill", true,
     [](const TwoRows& rows) { return cuMemsetD2D32(rows.place, rows.pitch, 0xbad, row_words, 2); }},
    {"fill by bytes", true,
     [](const TwoRows& rows) { return cuMemsetD2D8(rows.place, rows.pitch, 0xba, 4 * row_words, 2); }}};

/// Takes a road with full access to both rows, and again when the second row has `flags`. False when the
/// context is lost.
bool touch_second_row(Parent& parent, const RowRoad& road, CUmemAccess_flags flags) {
    const Granule room;
    const std::string name = road.name;
    const Reservation range = room.reserve(4);
    const Allocation memories[] = {room.allocate(), room.allocate(), room.allocate(2)};
    const Mapping mappings[] = {room.map(range.address(), memories[0]),
                                room.map(range.address(room.granules(1)), memories[1]),
                                room.map(range.address(room.granules(2)), memories[2], 2)};
    fill(range.address(), range.bytes(), 0x600d);
    const TwoRows rows{range.address(), range.address(room.granules(2)), room.granularity()};
    parent.report(name + ", open", road.take(rows));
    synchronize();
    CUmemAccessDesc access = room.read_write();
    access.flags = flags;
    parent.report(name + ", set access",
                  cuMemSetAccess(range.address(room.granules(1)), room.granularity(), &access, 1));
    const CUresult closed = road.take(rows);
    parent.report(name + ", closed", closed);
    const CUresult waited = cuCtxSynchronize();
    parent.report(name, closed != CUDA_SUCCESS ? closed : waited);
    return waited == CUDA_SUCCESS;
}

/// The roads that concern `flags`: what may be read can be copied out of.
std::vector<const RowRoad*> roads_for(CUmemAccess_flags flags) {
    std::vector<const RowRoad*> roads;
    for (const RowRoad& road : row_roads) {
        if (road.writes || flags == CU_MEM_ACCESS_FLAGS_PROT_NONE) {
            roads.push_back(&road);
        }
    }
    return roads;
}

/// From the road that the parent says on, until one has faulted.
CHILD(touch_second_rows) {
    const auto flags = static_cast<CUmemAccess_flags>(parent.receive_number());
    const auto roads = roads_for(flags);
    for (auto next = static_cast<size_t>(parent.receive_number()); next < roads.size(); ++next) {
        if (!touch_second_row(parent, *roads[next], flags)) {
            break;
        }
    }
}

void check_second_row(const std::string& id, CUmemAccess_flags flags) {
    const auto roads = roads_for(flags);
    for (size_t next = 0; next < roads.size();) {
        Child child(touch_second_rows);
        child.send_number(flags);
        child.send_number(static_cast<long long>(next));
        const ChildReport& report = child.wait();
        REQUIRE(report.finished); // at least one more road is reported
        for (; next < roads.size() && report.values.contains(roads[next]->name); ++next) {
            const std::string name = roads[next]->name;
            CAPTURE(name);
            CHECK(report.driver_result(name + ", open") == CUDA_SUCCESS);
            CHECK(report.driver_result(name + ", set access") == CUDA_SUCCESS);
            CHECK(report.driver_result(name) != CUDA_SUCCESS);
            observe(id + "/rows, " + name, report.driver_result(name + ", closed"));
        }
    }
}

} // namespace

TEST_CASE_METHOD(Granule, "ACC-05/rows: rows of which the second may not be written are refused or fault",
                 "[access][sacrifices]") {
    check_second_row("ACC-05", CU_MEM_ACCESS_FLAGS_PROT_READ);
}

TEST_CASE_METHOD(Granule, "ACC-06/rows: so are rows of which the second may not be touched",
                 "[access][sacrifices]") {
    check_second_row("ACC-06", CU_MEM_ACCESS_FLAGS_PROT_NONE);
}

} // namespace cts
