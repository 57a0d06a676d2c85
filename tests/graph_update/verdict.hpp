// The outcome of one attempt to change an executable graph: everything that was not as it must be.
#pragma once

#include "fixtures/results.hpp"

#include <catch2/catch_tostring.hpp>
#include <cuda_runtime_api.h>

#include <string>
#include <vector>

namespace cts {

/// Converts to bool, so that it reads as CHECK(refused(...)); a failure prints the complaints.
class Verdict {
  public:
    void demand(bool condition, const std::string& complaint) {
        if (!condition) {
            complaints_.push_back(complaint);
        }
    }
    explicit operator bool() const { return complaints_.empty(); }
    std::string text() const {
        std::string all;
        for (const auto& complaint : complaints_) {
            all += (all.empty() ? "" : "; ") + complaint;
        }
        return all.empty() ? "as it must be" : all;
    }

    /// What the call answered; `result` only where the call was an update.
    cudaError_t error = cudaErrorUnknown;
    cudaGraphExecUpdateResult result = cudaGraphExecUpdateError;
    cudaGraphNode_t node = nullptr;

    bool accepted() const { return error == cudaSuccess; }

  private:
    std::vector<std::string> complaints_;
};

/// The answer in one word, for observations: the update's result, or the code of another call.
inline std::string answer_of_update(const Verdict& verdict) {
    return name_of(verdict.result);
}
/// Both, where neither is documented.
inline std::string whole_answer(cudaError_t error, cudaGraphExecUpdateResult result) {
    return name_of(error) + ", result " + name_of(result);
}
inline std::string whole_answer(const Verdict& verdict) {
    return whole_answer(verdict.error, verdict.result);
}
inline std::string answer_of_call(const Verdict& verdict) {
    return name_of(verdict.error);
}

} // namespace cts

template<>
struct Catch::StringMaker<cts::Verdict> {
    static std::string convert(const cts::Verdict& verdict) { return verdict.text(); }
};
