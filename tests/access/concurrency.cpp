// cuMemSetAccess under load. A driver was seen to answer CUDA_ERROR_NOT_READY, a code that its page does not
// list (AtomicBot-ai/atomic-llama-cpp-turboquant#27).
#include "fixtures/size.hpp"
#include "tests/prelude.hpp"

#include <array>
#include <thread>

namespace cts {

TEST_CASE_METHOD(Granule,
                 "ACC-17: setting access succeeds every time while other threads and streams are at work",
                 "[access]") {
    constexpr size_t workers = 4;
    const size_t rounds = 50 * size_factor();
    const Reservation range = reserve(workers + 1);
    const Allocation memory = allocate();
    std::vector<Mapping> mappings;
    for (size_t index = 0; index <= workers; ++index) {
        mappings.push_back(map(range.address(granules(index)), memory));
    }
    const CUdeviceptr busy = range.address(granules(workers)); // an alias that streams keep writing
    std::array<CUresult, workers> failure{};
    std::array<size_t, workers> wrong{};

    const auto work = [&](size_t worker) { // no assertion in here: Catch2's are for one thread
        (void)cuCtxSetCurrent(context());
        const CUdeviceptr mine = range.address(granules(worker));
        const CUmemLocation here = properties().location;
        for (size_t round = 0; round < rounds; ++round) {
            const std::array steps{read_only(), read_write(), no_access()};
            const CUmemAccessDesc& access = steps[round % steps.size()];
            if (const CUresult result = cuMemSetAccess(mine, granularity(), &access, 1);
                result != CUDA_SUCCESS) {
                failure[worker] = result;
            }
            unsigned long long flags = ~0ULL;
            (void)cuMemGetAccess(&flags, &here, mine);
            wrong[worker] += flags != static_cast<unsigned long long>(access.flags);
        }
    };
    const Stream stream = create_stream();
    {
        std::vector<std::jthread> threads;
        for (size_t worker = 0; worker < workers; ++worker) {
            threads.emplace_back(work, worker);
        }
        for (uint32_t value = 0; value < rounds; ++value) {
            launch(fill_call(busy, granularity() / 16, value), stream);
        }
    }
    REQUIRE(cudaStreamSynchronize(stream) == cudaSuccess);
    for (size_t worker = 0; worker < workers; ++worker) {
        CAPTURE(worker);
        CHECK(failure[worker] == CUDA_SUCCESS);
        CHECK(wrong[worker] == 0);
    }
    CHECK(kernel_sees(busy, granularity() / 16, static_cast<uint32_t>(rounds - 1)));
}

} // namespace cts
