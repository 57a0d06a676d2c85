// The second document's ground: the first data set is loaded and its product is captured, instantiated and
// launched once.
#pragma once

#include "fixtures/graphs.hpp"
#include "fixtures/rungs/matrix_operands.hpp"

namespace cts {

class CapturedMultiplication : public MatrixOperands {
  public:
    CapturedMultiplication() : stream_(create_stream()) {
        load(first_data_set());
        graph_ = capture_multiplication();
        exec_ = instantiate(graph_);
        spoil_product();
        run(exec_, stream_);
    }

    cudaStream_t stream() const { return stream_; }
    cudaGraphExec_t exec() const { return exec_; }

    Graph capture_multiplication(Where where = Where::current()) {
        return capture(
            stream_, [&](cudaStream_t s) { launch(multiplication(), s, where); },
            cudaStreamCaptureModeThreadLocal, where);
    }
    /// Spoils the product, replays the exec, and returns what it computed.
    std::vector<float> replay(Where where = Where::current()) {
        spoil_product(where);
        run(exec_, stream_, where);
        return download_matrix(product(), where);
    }

  private:
    Stream stream_;
    Graph graph_;
    Exec exec_;
};

} // namespace cts
