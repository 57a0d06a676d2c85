// Several threads change disjoint ranges of one reservation at once (the driver API is thread safe).
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

#include <array>
#include <atomic>
#include <thread>

namespace cts {
namespace {

constexpr size_t workers = 4;

struct Tally {
    size_t failures = 0; // calls that did not succeed
    size_t wrong = 0;    // words that were not this thread's
    CUresult last_failure = CUDA_SUCCESS;

    void note(CUresult result) {
        if (result != CUDA_SUCCESS) {
            ++failures;
            last_failure = result;
        }
    }
};

} // namespace

TEST_CASE_METHOD(Granule,
                 "MAP-28: threads that map, use and unmap disjoint ranges at once do not disturb each other",
                 "[mapping]") {
    const Reservation range = reserve(workers);
    const size_t rounds = 25 * size_factor();
    std::array<Tally, workers> tallies;
    std::atomic<size_t> ready = 0;

    const auto work = [&](size_t worker) { // no assertion in here: Catch2's are for one thread
        Tally& tally = tallies[worker];
        tally.note(cuCtxSetCurrent(context()));
        const CUdeviceptr address = range.address(granules(worker));
        const CUmemAllocationProp wanted = properties();
        const CUmemAccessDesc access = read_write();
        ++ready;
        while (ready < workers) {
            std::this_thread::yield();
        }
        for (size_t round = 0; round < rounds; ++round) {
            const auto value = static_cast<uint32_t>(worker << 16 | round);
            uint32_t seen = ~value;
            CUmemGenericAllocationHandle memory = 0;
            tally.note(cuMemCreate(&memory, granularity(), &wanted, 0));
            tally.note(cuMemMap(address, granularity(), 0, memory, 0));
            tally.note(cuMemSetAccess(address, granularity(), &access, 1));
            tally.note(cuMemcpyHtoD(address + granularity() - 4, &value, sizeof value));
            tally.note(cuMemcpyDtoH(&seen, address + granularity() - 4, sizeof seen));
            tally.wrong += seen != value;
            tally.note(cuMemUnmap(address, granularity()));
            tally.note(cuMemRelease(memory));
        }
    };
    std::vector<std::jthread> threads;
    for (size_t worker = 0; worker < workers; ++worker) {
        threads.emplace_back(work, worker);
    }
    threads.clear();

    for (const Tally& tally : tallies) {
        CHECK(tally.last_failure == CUDA_SUCCESS);
        CHECK(tally.failures == 0);
        CHECK(tally.wrong == 0);
    }
    const Allocation memory = allocate(workers);
    CHECK(cuMemMap(range.address(), range.bytes(), 0, memory, 0) == CUDA_SUCCESS); // nothing was left behind
    const Mapping mapped = Mapping::adopt(range.address(), range.bytes());
}

TEST_CASE_METHOD(Granule, "MAP-28/handed_on: what one thread has made another uses, changes and takes away",
                 "[mapping]") {
    CUdeviceptr address = 0;
    CUmemGenericAllocationHandle memory = 0;
    const CUmemAllocationProp wanted = properties();
    const CUmemAccessDesc access = read_write();
    std::vector<CUresult> results;
    std::thread([&] { // no assertion in here, as above
        const Context current;
        results = {cuMemAddressReserve(&address, granules(2), 0, 0, 0),
                   cuMemCreate(&memory, granularity(), &wanted, 0),
                   cuMemMap(address, granularity(), 0, memory, 0),
                   cuMemSetAccess(address, granularity(), &access, 1)};
    })
        .join();
    REQUIRE(results == std::vector(4, CUDA_SUCCESS));
    Reservation range = Reservation::adopt(address, granules(2));
    Allocation created(memory);
    Mapping first = Mapping::adopt(address, granularity());
    ramp(address, granularity(), 0x28);
    CHECK(holds_ramp(address, granularity(), 0x28));
    CUmemGenericAllocationHandle retained = 0;
    CHECK(cuMemRetainAllocationHandle(&retained, pointer(address)) == CUDA_SUCCESS);
    CHECK(retained == memory);
    const Allocation reference(retained);
    CHECK(cuMemMap(address + granularity(), granularity(), 0, memory, 0) == CUDA_SUCCESS);
    Mapping second = Mapping::adopt(address + granularity(), granularity());
    CHECK(cuMemSetAccess(address, granules(2), &access, 1) == CUDA_SUCCESS);
    CHECK(kernel_sees_ramp(address + granularity(), granularity(), 0x28));
    CHECK(cuMemUnmap(first.release(), granularity()) == CUDA_SUCCESS);
    std::thread([&] { // and a third takes away what the two have made
        const Context current;
        results = {cuMemUnmap(second.release(), granularity()), cuMemRelease(created.release())};
    })
        .join();
    CHECK(results == std::vector(2, CUDA_SUCCESS));
    CHECK(cuMemAddressFree(range.release(), granules(2)) == CUDA_SUCCESS);
}

namespace {

/// Lets all threads map memories of their own at one address at the same moment; how many succeeded.
size_t race(const Granule& rung, CUdeviceptr address, const std::vector<Allocation>& memories) {
    std::atomic<size_t> ready = 0;
    std::atomic<size_t> succeeded = 0;
    std::vector<std::jthread> threads;
    for (const Allocation& memory : memories) {
        threads.emplace_back([&] {
            (void)cuCtxSetCurrent(rung.context());
            ++ready;
            while (ready < memories.size()) {
                std::this_thread::yield();
            }
            succeeded += cuMemMap(address, rung.granularity(), 0, memory, 0) == CUDA_SUCCESS;
        });
    }
    threads.clear();
    return succeeded;
}

} // namespace

// In a child: a driver that lets two threads win leaves a range that cannot be cleaned up.
CHILD(map_one_address_from_many_threads) {
    const Granule rung;
    const Reservation range = rung.reserve(1);
    std::vector<Allocation> memories;
    for (size_t worker = 0; worker < workers; ++worker) {
        memories.push_back(rung.allocate());
    }
    long long without_winner = 0;
    long long with_several = 0;
    for (size_t round = 0; round < 25 * size_factor(); ++round) {
        const size_t winners = race(rung, range.address(), memories);
        without_winner += winners == 0;
        with_several += winners > 1;
        (void)cuMemUnmap(range.address(), rung.granularity());
    }
    parent.report("rounds without a winner", without_winner);
    parent.report("rounds with several winners", with_several);
}

TEST_CASE_METHOD(Granule, "MAP-28/one_address: of threads that map one address at once exactly one succeeds",
                 "[mapping][sacrifices]") {
    Child child(map_one_address_from_many_threads);
    const ChildReport& report = child.wait();
    CHECK(report.number("rounds without a winner") == 0);
    const bool several_won = report.number("rounds with several winners") > 0;
    CHECK_FALSE(several_won);
}

TEST_CASE_METHOD(Reserved,
                 "MAP-28/handed_over: memory that goes from thread to thread is used and freed as by one",
                 "[mapping][accounting]") {
    const CUmemAllocationProp wanted = properties();
    const CUmemAccessDesc access = read_write();
    CUmemGenericAllocationHandle memory = 0;
    CUresult result = CUDA_ERROR_UNKNOWN;
    const auto on_other_thread = [&](auto call) { // every call on a thread of its own
        std::jthread([&] {
            (void)cuCtxSetCurrent(context());
            result = call();
        }).join();
        return result;
    };
    const size_t before = free_memory();
    for (int round = 0; round < 3; ++round) {
        CAPTURE(round);
        REQUIRE(on_other_thread([&] { return cuMemCreate(&memory, granularity(), &wanted, 0); }) ==
                CUDA_SUCCESS);
        REQUIRE(on_other_thread([&] { return cuMemMap(at(1), granularity(), 0, memory, 0); }) ==
                CUDA_SUCCESS);
        REQUIRE(on_other_thread([&] { return cuMemSetAccess(at(1), granularity(), &access, 1); }) ==
                CUDA_SUCCESS);
        CHECK(free_memory() + granularity() <= before);
        size_t seen = 0;
        size_t total = 0;
        REQUIRE(on_other_thread([&] { return cuMemGetInfo(&seen, &total); }) == CUDA_SUCCESS);
        CHECK(seen == free_memory());
        ramp(at(1), granularity(), 28);
        CHECK(holds_ramp(at(1), granularity(), 28));
        CHECK(kernel_sees_ramp(at(1), granularity(), 28));
        CHECK(on_other_thread([&] { return cuMemUnmap(at(1), granularity()); }) == CUDA_SUCCESS);
        CHECK(on_other_thread([&] { return cuMemRelease(memory); }) == CUDA_SUCCESS);
        CHECK(free_memory() == before);
    }
}

} // namespace cts
