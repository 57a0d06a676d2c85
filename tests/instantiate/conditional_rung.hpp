// The rung of the cases on conditional nodes: a graph, a device word that says what kernels set the condition
// to, and memory for the bodies to work on, filled with 1.
#pragma once

#include "fixtures/conditional.hpp"
#include "fixtures/contents.hpp"
#include "fixtures/graphs.hpp"
#include "fixtures/rungs/mapped.hpp"
#include "kernels/conditional.hpp"

namespace cts {

class Conditional : public Mapped {
  public:
    Conditional() : choice_(allocate_device(sizeof(uint32_t))) { fill(address(), bytes(), 1); }

    CUgraph graph() const { return graph_; }
    CUdeviceptr choice() const { return device_address(choice_); }
    void choose(uint32_t value) { fill(choice(), sizeof(uint32_t), value); }
    CUgraphConditionalHandle condition(unsigned value) { return create_condition(graph_, context(), value); }

    /// A node that sets `handle` to what choose() said.
    cudaGraphNode_t add_setter(CUgraphConditionalHandle handle) {
        return add_kernel(graph_,
                          call_once(kernels::set_condition_from, static_cast<unsigned long long>(handle),
                                    static_cast<const uint32_t*>(words(choice()))));
    }
    ConditionalNode add(CUgraphConditionalHandle handle, CUgraphConditionalNodeType type, unsigned size = 1,
                        const std::vector<cudaGraphNode_t>& after = {}) {
        return add_conditional(graph_, context(), handle, type, size, after);
    }

  private:
    DeviceMemory choice_;
    Graph graph_ = create_graph();
};

} // namespace cts
