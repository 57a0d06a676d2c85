// One entry point between the suite and the driver. Calling a hook calls the real function; planting a
// replacement in it changes what the suite reaches.
#pragma once

#include <functional>
#include <utility>

namespace faults {

/// The real function behind a name: of the runtime library next in line, or of the driver in the ABI of
/// `version`.
void* real_runtime_function(const char* name);
void* real_driver_function(const char* name, int version);

template<typename Function>
class Hook;

template<typename Result, typename... Arguments>
class Hook<Result (*)(Arguments...)> {
  public:
    using Pointer = Result (*)(Arguments...);

    /// `version` 0 means a function of the runtime.
    constexpr Hook(const char* name, int version) : name_(name), version_(version) {}

    /// The real function. Usable in a replacement, which is how a defect changes just a little.
    Result operator()(Arguments... arguments) { return real()(arguments...); }

    template<typename Replacement>
    void plant(Replacement replacement) {
        replacement_ =
            new std::function<Result(Arguments...)>(std::move(replacement)); // for the process's life
    }
    /// What the suite calls.
    Result dispatch(Arguments... arguments) {
        return replacement_ != nullptr ? (*replacement_)(arguments...) : real()(arguments...);
    }

    Pointer real() {
        if (real_ == nullptr) {
            real_ = reinterpret_cast<Pointer>(version_ == 0 ? real_runtime_function(name_)
                                                            : real_driver_function(name_, version_));
        }
        return real_;
    }

  private:
    const char* name_;
    int version_;
    Pointer real_ = nullptr;
    std::function<Result(Arguments...)>* replacement_ = nullptr;
};

/// The plain function that enters a hook.
template<auto* hook, typename Function>
struct Gate;

template<auto* hook, typename Result, typename... Arguments>
struct Gate<hook, Result (*)(Arguments...)> {
    static Result enter(Arguments... arguments) { return hook->dispatch(arguments...); }
};

} // namespace faults
