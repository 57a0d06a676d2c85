#include "tests/graph_reuse/captured_multiplication.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(CapturedMultiplication,
                 "GRU-03: the graph's product equals direct execution; first ten: 41880", "[graph_reuse]") {
    const auto by_graph = download_matrix(product());
    spoil_product();
    const auto directly = multiply();

    CHECK(by_graph == directly);
    CHECK(by_graph == product_of(first_data_set()));
    CHECK(leading_sum(by_graph, 10) == 41880);
}

TEST_CASE_METHOD(CapturedMultiplication, "GRU-04: memory is swapped under a live exec at unchanged addresses",
                 "[graph_reuse]") {
    const CUdeviceptr addresses[] = {left(), right(), product()};

    swap_operands();
    load(second_data_set());

    CHECK(left() == addresses[0]);
    CHECK(right() == addresses[1]);
    CHECK(product() == addresses[2]);
    CHECK(download_matrix(left()) == second_data_set().left);
    CHECK(download_matrix(right()) == second_data_set().right);
    CHECK_FALSE(download_matrix(left()) == first_data_set().left);
}

TEST_CASE_METHOD(CapturedMultiplication, "GRU-07: the exec computes the new data without any update",
                 "[graph_reuse]") {
    const auto before = replay();
    CHECK(leading_sum(before, 10) == 41880);
    swap_operands();
    load(second_data_set());

    const auto after = replay();

    CHECK(after == product_of(second_data_set()));
    CHECK(leading_sum(after, 10) == 365409);
    CHECK_FALSE(after == before);
}

} // namespace cts
