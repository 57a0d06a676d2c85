// A kernel that keeps reading memory while the host acts.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/owners/runtime.hpp"

#include <chrono>
#include <cstdint>
#include <thread>

namespace cts {

class RunningKernel {
  public:
    /// Reads one word of each 4 KiB of [data, data + bytes) again and again, until stopped or for `limit`.
    /// Returns when the kernel runs.
    RunningKernel(CUdeviceptr data, size_t bytes, std::chrono::milliseconds limit)
        : stream_(create_stream()), shared_(allocate_pinned(3 * sizeof(uint32_t))),
          words_(static_cast<volatile uint32_t*>(shared_.get())) {
        for (const size_t word : {started, flag, sum}) {
            words_[word] = 0;
        }
        const CUdeviceptr base = device_address(shared_.get());
        launch(fill_call(base + started * sizeof(uint32_t), sizeof(uint32_t), 1), stream_);
        launch(call_once(kernels::read_until_flag, words(data), word_count(bytes), words(base) + flag,
                         static_cast<uint64_t>(std::chrono::nanoseconds(limit).count()), words(base) + sum),
               stream_);
        while (words_[started] == 0 && runs()) {
            std::this_thread::yield();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2)); // the reading kernel is next in the stream
    }
    ~RunningKernel() {
        words_[flag] = 1;
        (void)cudaStreamSynchronize(stream_);
    }
    RunningKernel(const RunningKernel&) = delete;
    RunningKernel& operator=(const RunningKernel&) = delete;

    bool runs() const { return cudaStreamQuery(stream_) == cudaErrorNotReady; }
    /// Ends the kernel and returns what its stream reports.
    cudaError_t stop() {
        words_[flag] = 1;
        return cudaStreamSynchronize(stream_);
    }
    /// The sum of all words read (mod 2^32), after stop().
    uint32_t words_summed() const { return words_[sum]; }

  private:
    enum : size_t { started, flag, sum };

    Stream stream_;
    PinnedMemory shared_;
    volatile uint32_t* words_;
};

} // namespace cts
