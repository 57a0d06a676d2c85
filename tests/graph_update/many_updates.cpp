#include "fixtures/size.hpp"
#include "tests/graph_update/update_rung.hpp"
#include "tests/prelude.hpp"

#include <fstream>
#include <unistd.h>

namespace cts {
namespace {

/// Resident memory of this process, in bytes.
size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    size_t total = 0;
    size_t resident = 0;
    statm >> total >> resident;
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// A driver may fill caches at first; what grows with the number of updates is the defect. 8 MiB are more than
// noise and less than 1000 updates that lose 8 KiB each.
constexpr size_t host_allowance = 8U << 20;
constexpr size_t updates_per_factor = 1000;

} // namespace

TEST_CASE_METHOD(UpdateRung, "UPD-37/accepted: many updates lose no memory, and the last one wins",
                 "[graph_update][accounting][timeout:120]") {
    const OneNode works[] = {one_kernel(fill_cell(first(0), 1)), one_kernel(fill_cell(first(1), 2)),
                             one_kernel(fill_cell(second(0), 3))};
    const Exec exec = instantiate(works[0].graph);
    const auto update_many = [&](size_t count) {
        for (size_t i = 0; i < count; ++i) {
            must(update(exec, works[i % 3].graph).error, "cudaGraphExecUpdate");
            if (i % 100 == 0) {
                must(cudaGraphLaunch(exec, nullptr), "cudaGraphLaunch");
            }
        }
        synchronize();
    };
    update_many(updates_per_factor); // warm: caches are full from here on
    const size_t device_before = free_memory();
    const size_t host_before = resident_bytes();

    update_many(updates_per_factor * size_factor());
    REQUIRE(update(exec, works[2].graph).error == cudaSuccess);

    CHECK(free_memory() == device_before);
    CHECK(resident_bytes() < host_before + host_allowance);
    launch_on_image(exec);
    CHECK(cell_holds(second(0), 3));
    CHECK(cell_holds_image_of(first(0), first(0)));
    CHECK(cell_holds_image_of(first(1), first(1)));
}

TEST_CASE_METHOD(UpdateRung,
                 "UPD-37/each: after every one of many updates the launch does that update's work",
                 "[graph_update][timeout:120]") {
    const size_t count = 220 * size_factor();
    const OneNode start = one_kernel(fill_cell(first(0), 0));
    const Exec exec = instantiate(start.graph);
    size_t wrong = 0;
    for (uint32_t i = 1; i <= count; ++i) {
        const OneNode next = one_kernel(fill_cell(first(i % cells), i));
        must(update(exec, next.graph).error, "cudaGraphExecUpdate");
        run(exec);
        wrong += cell_holds(first(i % cells), i) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE_METHOD(UpdateRung, "UPD-37/refused: many refused updates lose no memory",
                 "[graph_update][accounting][timeout:120]") {
    const OneNode old_work = one_kernel(fill_cell(first(0), 1));
    const OneNode new_work = one_memset(memset_words(first(0), cell_bytes, 2));
    const Exec exec = instantiate(old_work.graph);
    const auto refuse_many = [&](size_t count) {
        size_t refusals = 0;
        for (size_t i = 0; i < count; ++i) {
            refusals += update(exec, new_work.graph).error == cudaErrorGraphExecUpdateFailure ? 1 : 0;
        }
        return refusals;
    };
    CHECK(refuse_many(updates_per_factor) == updates_per_factor);
    const size_t device_before = free_memory();
    const size_t host_before = resident_bytes();

    CHECK(refuse_many(updates_per_factor * size_factor()) == updates_per_factor * size_factor());

    CHECK(free_memory() == device_before);
    CHECK(resident_bytes() < host_before + host_allowance);
    launch_on_image(exec);
    CHECK(cell_holds(first(0), 1));
}

} // namespace cts
