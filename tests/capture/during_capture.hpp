// One call while a capture is in progress: what it answers, and what becomes of the capture.
#pragma once

#include "fixtures/observe.hpp"
#include "tests/capture/capturing.hpp"

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <string>

namespace cts {

enum class Caller { same_thread, other_thread };

struct DuringCapture {
    CUresult result = CUDA_ERROR_UNKNOWN;
    bool survived = false;

    /// "CUDA_SUCCESS, capture active"
    std::string text() const;
};

/// Captures one launch, makes `call`, and captures another. Asserts what holds whatever the driver's policy
/// is: a call that succeeds does not invalidate the capture; a capture that is still active ends with a graph
/// of exactly the two launches, which replays; one that is not ends with an error and without a graph.
DuringCapture call_during_capture(CUcontext context, CUstreamCaptureMode mode, Caller caller,
                                  const std::function<CUresult()>& call);

/// Observes `Verb` in every mode, from the capturing thread and from another, under keys such as
/// "SCP-08/map/global/same-thread". A Verb prepares its call on construction, makes it in call(), tells in
/// took_effect() whether it did what it is for, and cleans up on destruction; all but call() run outside of
/// the capture.
template<typename Verb, typename Rung>
void observe_during_captures(const Rung& rung, const std::string& key) {
    for (const CUstreamCaptureMode mode : all_modes) {
        for (const Caller caller : {Caller::same_thread, Caller::other_thread}) {
            const std::string place = key + "/" + name_of(mode) +
                                      (caller == Caller::same_thread ? "/same-thread" : "/other-thread");
            INFO(place);
            Verb verb{rung};
            const DuringCapture answer =
                call_during_capture(rung.context(), mode, caller, [&] { return verb.call(); });
            CHECK(verb.took_effect() == (answer.result == CUDA_SUCCESS));
            observe(place, answer.text());
        }
    }
}

} // namespace cts
