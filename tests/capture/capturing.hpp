// A capture in progress, for cases whose point is what happens meanwhile. Driver calls are used because a
// refused one leaves no last error behind.
#pragma once

#include "fixtures/driver/driver.hpp"
#include "fixtures/graphs.hpp"
#include "fixtures/results.hpp"

#include <future>
#include <string>

namespace cts {

struct EndedCapture {
    CUresult result = CUDA_ERROR_UNKNOWN;
    bool gave_graph = false;
    Graph graph;
};

/// Captures into a stream of its own (non-blocking unless one is given) and ends the capture when it goes,
/// whatever has become of it.
class Capturing {
  public:
    explicit Capturing(CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL,
                       Where where = Where::current());
    Capturing(Stream stream, CUstreamCaptureMode mode, Where where = Where::current());
    ~Capturing();
    Capturing(const Capturing&) = delete;
    Capturing& operator=(const Capturing&) = delete;

    CUstream stream() const { return stream_; }
    operator CUstream() const { return stream_; }
    CUstreamCaptureStatus status(Where where = Where::current()) const;

    /// cuStreamEndCapture on the calling thread. A refusal by the wrong thread leaves the capture to the
    /// destructor.
    EndedCapture end(Where where = Where::current());

  private:
    Stream stream_;
    bool ended_ = false;
};

/// Runs `work` on a new thread, whose capture mode is the default and whose current context is `context`.
template<typename Work>
auto on_another_thread(CUcontext context, Work work) {
    return std::async(std::launch::async,
                      [&] {
                          must(cuCtxSetCurrent(context), "cuCtxSetCurrent");
                          return work();
                      })
        .get();
}

inline constexpr CUstreamCaptureMode all_modes[] = {
    CU_STREAM_CAPTURE_MODE_GLOBAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_RELAXED};
std::string name_of(CUstreamCaptureMode mode);

} // namespace cts

template<>
struct Catch::StringMaker<CUstreamCaptureMode> {
    static std::string convert(CUstreamCaptureMode mode) { return cts::name_of(mode); }
};
