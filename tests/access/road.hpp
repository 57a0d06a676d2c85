// One way to reach memory: a form of copy or fill.
#pragma once

#include "tests/prelude.hpp"

#include <functional>

namespace cts {

struct Road {
    const char* name;
    /// Moves `words` words between `place`, the memory in question, and `other`, device memory with full
    /// access.
    std::function<CUresult(CUdeviceptr place, CUdeviceptr other, size_t words)> take;
};

/// The answer of an asynchronous call whose operands are to live until it is done.
inline CUresult finish(CUresult result) {
    synchronize();
    return result;
}

} // namespace cts
