// Copies and fills of several rows of which only the first may be touched. That a driver checks all rows at
// once is not documented: it may find out by a fault, so that each is tried in a child.
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

/// Takes the road with full access to both rows, and again when the second row has what the parent says.
CHILD(touch_second_row) {
    const Granule room;
    const RowRoad& road = row_roads[parent.receive_number()];
    const auto flags = static_cast<CUmemAccess_flags>(parent.receive_number());
    const Reservation range = room.reserve(4);
    const Allocation memories[] = {room.allocate(), room.allocate(), room.allocate(2)};
    const Mapping mappings[] = {room.map(range.address(), memories[0]),
                                room.map(range.address(room.granules(1)), memories[1]),
                                room.map(range.address(room.granules(2)), memories[2], 2)};
    fill(range.address(), range.bytes(), 0x600d);
    const TwoRows rows{range.address(), range.address(room.granules(2)), room.granularity()};
    parent.report("open", road.take(rows));
    synchronize();
    CUmemAccessDesc access = room.read_write();
    access.flags = flags;
    parent.report("set access",
                  cuMemSetAccess(range.address(room.granules(1)), room.granularity(), &access, 1));
    const CUresult closed = road.take(rows);
    parent.report("closed", closed);
    parent.report("both", closed != CUDA_SUCCESS ? closed : cuCtxSynchronize());
}

void check_second_row(CUmemAccess_flags flags, bool writing_only) {
    long long index = 0;
    for (const RowRoad& road : row_roads) {
        CAPTURE(road.name);
        const long long number = index++;
        if (writing_only && !road.writes) {
            continue;
        }
        Child child(touch_second_row);
        child.send_number(number);
        child.send_number(flags);
        const ChildReport& report = child.wait();
        CHECK(report.finished);
        CHECK(report.driver_result("open") == CUDA_SUCCESS);
        CHECK(report.driver_result("set access") == CUDA_SUCCESS);
        CHECK(report.driver_result("both") != CUDA_SUCCESS);
        observe(std::string("ACC-06/rows, ") + road.name, report.driver_result("closed"));
    }
}

} // namespace

TEST_CASE_METHOD(Granule, "ACC-05/rows: rows of which the second may not be written are refused or fault",
                 "[access][sacrifices]") {
    check_second_row(CU_MEM_ACCESS_FLAGS_PROT_READ, true);
}

TEST_CASE_METHOD(Granule, "ACC-06/rows: so are rows of which the second may not be touched",
                 "[access][sacrifices]") {
    check_second_row(CU_MEM_ACCESS_FLAGS_PROT_NONE, false);
}

} // namespace cts
