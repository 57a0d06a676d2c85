// A second context on the device under test, for functions that another context owns.
#pragma once

#include "fixtures/driver/driver.hpp"
#include "fixtures/setup.hpp"

namespace cts {

class OtherContext {
  public:
    explicit OtherContext(CUdevice device, std::source_location where = std::source_location::current())
        : where_(where) {
        must(cuCtxCreate(&context_, 0, device), "cuCtxCreate", where);
        CUcontext popped = nullptr;
        must(cuCtxPopCurrent(&popped), "cuCtxPopCurrent", where);
    }
    ~OtherContext() { expect_teardown(cuCtxDestroy(context_), "cuCtxDestroy", where_); }
    OtherContext(const OtherContext&) = delete;
    OtherContext& operator=(const OtherContext&) = delete;

    CUcontext get() const { return context_; }

    /// Does `work` with this context current, and returns what it returns.
    template<typename Work>
    auto within(Work work) const {
        const Current current(context_, where_);
        return work();
    }

  private:
    struct Current {
        Current(CUcontext context, std::source_location at) : where(at) {
            must(cuCtxPushCurrent(context), "cuCtxPushCurrent", where);
        }
        ~Current() {
            CUcontext popped = nullptr;
            expect_teardown(cuCtxPopCurrent(&popped), "cuCtxPopCurrent", where);
        }
        std::source_location where;
    };

    CUcontext context_ = nullptr;
    std::source_location where_;
};

} // namespace cts
