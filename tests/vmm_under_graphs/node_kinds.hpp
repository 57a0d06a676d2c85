// Every kind of graph node that holds an address, as a type: how to add one whose operand is the VMM range
// under test, and which way the data goes. A Writer's launch leaves `Operands::value` in every word of the
// subject; a Reader's copies the subject to where `arrived` looks.
#pragma once

#include "fixtures/conditional.hpp"
#include "fixtures/contents.hpp"
#include "fixtures/graphs.hpp"

namespace cts {

struct Operands {
    CUdeviceptr subject; // VMM memory, `bytes` long
    CUdeviceptr other;   // ordinary device memory of the same size
    uint32_t* pinned;    // pinned host memory of the same size
    size_t bytes;

    static constexpr uint32_t value = 0x5EEDBEEF;
};

/// Rows of 64 KiB: 2D and 3D operands that together cover the whole range.
inline constexpr size_t row_bytes = size_t{64} << 10;

inline cudaGraphNode_t add_copy_nd(cudaGraph_t graph, CUdeviceptr target, CUdeviceptr source, size_t bytes,
                                   size_t depth, Where where = Where::current()) {
    const size_t rows = bytes / row_bytes / depth;
    cudaMemcpy3DParms parameters{};
    parameters.srcPtr = cudaPitchedPtr{pointer(source), row_bytes, row_bytes, rows};
    parameters.dstPtr = cudaPitchedPtr{pointer(target), row_bytes, row_bytes, rows};
    parameters.extent = cudaExtent{row_bytes, rows, depth};
    parameters.kind = cudaMemcpyDefault;
    cudaGraphNode_t node = nullptr;
    must(cudaGraphAddMemcpyNode(&node, graph, nullptr, 0, &parameters), "cudaGraphAddMemcpyNode", where);
    return node;
}

struct Writer {
    static constexpr bool writes = true;
    static constexpr uint32_t value = Operands::value;
    static void prepare(const Operands&) {}
};
struct Reader {
    static constexpr bool writes = false;
    static void prepare(const Operands&) {}
    static Comparison arrived(const Operands& operands, uint32_t first) {
        return holds_ramp(operands.other, operands.bytes, first);
    }
};

struct KernelStore : Writer {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_kernel(graph, fill_call(o.subject, o.bytes, value));
    }
};
struct KernelLoad : Reader {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_kernel(graph, copy_call(o.other, o.subject, o.bytes));
    }
};
struct CopyFromHost : Writer {
    static void prepare(const Operands& o) {
        for (size_t i = 0; i < word_count(o.bytes); ++i) {
            o.pinned[i] = value;
        }
    }
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy(graph, pointer(o.subject), o.pinned, o.bytes);
    }
};
struct CopyToHost : Reader {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy(graph, o.pinned, pointer(o.subject), o.bytes);
    }
    static Comparison arrived(const Operands& o, uint32_t first) {
        return host_holds_ramp(o.pinned, o.bytes, first);
    }
};
struct CopyFromDevice : Writer {
    static void prepare(const Operands& o) { fill(o.other, o.bytes, value); }
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy(graph, pointer(o.subject), pointer(o.other), o.bytes);
    }
};
struct CopyToDevice : Reader {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy(graph, pointer(o.other), pointer(o.subject), o.bytes);
    }
};
struct Copy2DFromDevice : CopyFromDevice {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy_nd(graph, o.subject, o.other, o.bytes, 1);
    }
};
struct Copy2DToDevice : Reader {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy_nd(graph, o.other, o.subject, o.bytes, 1);
    }
};
struct Copy3DFromDevice : CopyFromDevice {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy_nd(graph, o.subject, o.other, o.bytes, 4);
    }
};
struct Copy3DToDevice : Reader {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_copy_nd(graph, o.other, o.subject, o.bytes, 4);
    }
};
struct Memset1D : Writer {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        return add_memset(graph, memset_words(o.subject, o.bytes, value));
    }
};
struct Memset2D : Writer {
    static constexpr uint32_t value = 0x5E5E5E5E;
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        cudaMemsetParams parameters{};
        parameters.dst = pointer(o.subject);
        parameters.elementSize = 1;
        parameters.value = 0x5E;
        parameters.width = row_bytes;
        parameters.height = o.bytes / row_bytes;
        parameters.pitch = row_bytes;
        return add_memset(graph, parameters);
    }
};
/// A child graph of one node of another kind.
template<typename Kind>
struct InChild : Kind {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        const Graph child = create_graph();
        Kind::add(child, o);
        cudaGraphNode_t node = nullptr;
        must(cudaGraphAddChildGraphNode(&node, graph, nullptr, 0, child), "cudaGraphAddChildGraphNode");
        return node;
    }
};
using ChildKernelStore = InChild<KernelStore>;
using ChildKernelLoad = InChild<KernelLoad>;
using ChildCopyToDevice = InChild<CopyToDevice>;
using ChildMemset = InChild<Memset1D>;

/// A conditional node whose body, one node of another kind, runs at every launch: the condition's default
/// is 1.
template<typename Kind>
struct InBody : Kind {
    static cudaGraphNode_t add(cudaGraph_t graph, const Operands& o) {
        CUcontext context = nullptr;
        must(cuCtxGetCurrent(&context), "cuCtxGetCurrent");
        const CUgraphConditionalHandle always = create_condition(graph, context, 1);
        const ConditionalNode node = add_conditional(graph, context, always, CU_GRAPH_COND_TYPE_IF);
        Kind::add(node.bodies.at(0), o);
        return node.node;
    }
};
using BodyKernelStore = InBody<KernelStore>;
using BodyKernelLoad = InBody<KernelLoad>;
using BodyCopyToDevice = InBody<CopyToDevice>;
using BodyMemset = InBody<Memset1D>;

#define CTS_COPY_KINDS                                                                                       \
    CopyFromHost, CopyToHost, CopyFromDevice, CopyToDevice, Copy2DFromDevice, Copy2DToDevice,                \
        Copy3DFromDevice, Copy3DToDevice
#define CTS_CHILD_KINDS ChildKernelStore, ChildKernelLoad, ChildCopyToDevice, ChildMemset
#define CTS_BODY_KINDS BodyKernelStore, BodyKernelLoad, BodyCopyToDevice, BodyMemset
#define CTS_NODE_KINDS KernelStore, KernelLoad, CTS_COPY_KINDS, Memset1D, Memset2D, CTS_CHILD_KINDS

} // namespace cts
