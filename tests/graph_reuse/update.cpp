#include "tests/graph_reuse/captured_multiplication.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <chrono>

namespace cts {

TEST_CASE_METHOD(CapturedMultiplication,
                 "GRU-05: a graph captured again on unchanged addresses updates the exec", "[graph_reuse]") {
    swap_operands();
    load(second_data_set());
    const Graph again = capture_multiplication();
    cudaGraphExecUpdateResultInfo info{};
    info.result = cudaGraphExecUpdateError;

    REQUIRE(cudaGraphExecUpdate(exec(), again, &info) == cudaSuccess);

    CHECK(info.result == cudaGraphExecUpdateSuccess);
    CHECK(info.errorNode == nullptr);
    CHECK(info.errorFromNode == nullptr);
    CHECK(cudaGetLastError() == cudaSuccess);
}

TEST_CASE_METHOD(CapturedMultiplication, "GRU-06: the updated exec computes the new data; first ten: 365409",
                 "[graph_reuse]") {
    const auto first = replay();
    swap_operands();
    load(second_data_set());
    const Graph again = capture_multiplication();
    REQUIRE(update(exec(), again).error == cudaSuccess);

    const auto second = replay();
    spoil_product();
    const auto directly = multiply();

    CHECK(second == directly);
    CHECK(second == product_of(second_data_set()));
    CHECK(leading_sum(second, 10) == 365409);
    CHECK(leading_sum(second, 10) - leading_sum(first, 10) == 323529);
}

namespace {

/// Median duration of `work` in microseconds.
template<typename Work>
double median_us(int repetitions, Work work) {
    std::vector<double> samples;
    for (int i = 0; i < repetitions; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        samples.push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(samples.begin(), samples.begin() + repetitions / 2, samples.end());
    return samples[static_cast<size_t>(repetitions) / 2];
}

} // namespace

TEST_CASE_METHOD(CapturedMultiplication, "GRU-08: updating is cheaper than capturing and instantiating",
                 "[graph_reuse][timing]") {
    constexpr int repetitions = 201;
    const double anew = median_us(repetitions, [&] { (void)instantiate(capture_multiplication()); });
    const Graph again = capture_multiplication();
    const double updating = median_us(repetitions, [&] { (void)update(exec(), again); });

    measure("capture_and_instantiate_us", anew, "us");
    measure("update_us", updating, "us");
    measure("update_to_instantiate_ratio", updating / anew, "1");
    CHECK(updating < anew);
}

} // namespace cts
