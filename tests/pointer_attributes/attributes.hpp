// Reading pointer attributes. Driver API, cuPointerGetAttribute; the types of the values are documented
// there.
#pragma once

#include "fixtures/driver/driver.hpp"
#include "fixtures/setup.hpp"

#include <cstring>

namespace cts {

/// One answer of cuPointerGetAttribute.
template<typename Value>
struct Answer {
    CUresult result = CUDA_ERROR_UNKNOWN;
    Value value{};
};

template<typename Value>
Answer<Value> ask(CUpointer_attribute attribute, CUdeviceptr address) {
    Answer<Value> answer;
    // Room for the widest value: not all widths are documented, and one that is wider must not hit the
    // caller.
    alignas(16) unsigned char room[64];
    std::memset(room, 0x5a, sizeof room); // so that a value that is not set shows
    static_assert(sizeof(Value) <= sizeof room);
    answer.result = cuPointerGetAttribute(room, attribute, address);
    std::memcpy(&answer.value, room, sizeof answer.value);
    return answer;
}

/// The value; throws SetupError when the call is refused.
template<typename Value>
Value value_of(CUpointer_attribute attribute, CUdeviceptr address,
               const std::source_location& where = std::source_location::current()) {
    const Answer<Value> answer = ask<Value>(attribute, address);
    must(answer.result, "cuPointerGetAttribute", where);
    return answer.value;
}

} // namespace cts
