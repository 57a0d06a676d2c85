#include "fixtures/rungs/matrix_operands.hpp"
#include "tests/prelude.hpp"

namespace cts {

TEST_CASE_METHOD(MatrixOperands,
                 "REU-07: the first product equals the host's, and its first five sum to 20940", "[reuse]") {
    const auto expected = product_of(first_data_set());
    load(first_data_set());
    spoil_product();
    CHECK_FALSE(download_matrix(product()) == expected);

    const auto result = multiply();

    CHECK(result == expected);
    CHECK(leading_sum(result, 5) == 20940);
}

TEST_CASE_METHOD(MatrixOperands,
                 "REU-10: after the swap the product is the second data set's; first five: 182698",
                 "[reuse]") {
    load(first_data_set());
    const auto first = multiply();
    swap_operands();
    load(second_data_set());
    spoil_product();

    const auto second = multiply();

    CHECK(second == product_of(second_data_set()));
    CHECK(leading_sum(second, 5) == 182698);
    CHECK_FALSE(second == first);
}

} // namespace cts
