// What both ABIs share: every graph call, with handles as the applications hold them and with node parameters
// already translated (params/). All functions take the lock themselves; they return what the Driver API
// documents for the entry point of the same meaning.
#pragma once

#include "core/stream.hpp"
#include "graph/exec/exec.hpp"

namespace sim::graphs {

// Graphs (structure.cpp)
CUresult create(CUgraph* made, unsigned flags);
CUresult destroy(CUgraph graph);
CUresult clone(CUgraph* made, CUgraph original);
CUresult find_in_clone(CUgraphNode* found, CUgraphNode original, CUgraph clone);
CUresult get_nodes(CUgraph graph, CUgraphNode* nodes, size_t* count);
CUresult get_roots(CUgraph graph, CUgraphNode* nodes, size_t* count);
CUresult debug_print(CUgraph graph, const char* path);
/// Hands the graph to the application, which destroys it.
void own(std::shared_ptr<Graph> graph);

// Edges (edges.cpp). A null `data` stands for zero edge data, and in queries gives LOSSY_QUERY when some edge
// has other data.
CUresult get_edges(CUgraph graph, CUgraphNode* from, CUgraphNode* to, CUgraphEdgeData* data, size_t* count);
CUresult get_dependencies(CUgraphNode node, CUgraphNode* from, CUgraphEdgeData* data, size_t* count);
CUresult get_dependents(CUgraphNode node, CUgraphNode* to, CUgraphEdgeData* data, size_t* count);
CUresult add_dependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                          const CUgraphEdgeData* data, size_t count);
CUresult remove_dependencies(CUgraph graph, const CUgraphNode* from, const CUgraphNode* to,
                             const CUgraphEdgeData* data, size_t count);
/// INVALID_VALUE: null array with a count, or unknown nodes.
CUresult edges_of(const CUgraphNode* from, const CUgraphEdgeData* data, size_t count,
                  std::vector<Edge>& edges);

/// Where a new node goes.
struct Place {
    CUgraph graph = nullptr;
    const CUgraphNode* dependencies = nullptr;
    const CUgraphEdgeData* data = nullptr;
    size_t count = 0;
};

// Nodes (nodes.cpp)
CUresult add_node(CUgraphNode* added, const Place& place, NodeContent content);
enum class Ownership { clone, move }; // CUgraphChildGraphNodeOwnership, which CUDA 12.9 introduced
CUresult add_child(CUgraphNode* added, const Place& place, CUgraph child, Ownership ownership);
CUresult add_allocation(CUgraphNode* added, const Place& place, size_t bytes,
                        const CUmemPoolProps& properties, Address* address);
CUresult add_free(CUgraphNode* added, const Place& place, Address address);
CUresult add_conditional(CUgraphNode* added, const Place& place, CUDA_CONDITIONAL_NODE_PARAMS& params);
CUresult create_condition(CUgraphConditionalHandle* made, CUgraph graph, unsigned value, unsigned flags);
CUresult destroy_node(CUgraphNode node);
CUresult get_type(CUgraphNode node, CUgraphNodeType* type);
CUresult get_child(CUgraphNode node, CUgraph* child);
/// The content of a node of this type; INVALID_VALUE for another type.
CUresult get_content(CUgraphNode node, CUgraphNodeType type, NodeContent& content);
/// Pointers to the arguments of a kernel node, valid until its parameters change.
CUresult get_arguments(CUgraphNode node, void*** arguments);
CUresult set_content(CUgraphNode node, NodeContent content);

// Attributes of kernel nodes (attributes.cpp)
CUresult get_attribute(CUgraphNode node, CUlaunchAttributeID id, CUlaunchAttributeValue* value);
CUresult set_attribute(CUgraphNode node, CUlaunchAttributeID id, const CUlaunchAttributeValue* value);
CUresult copy_attributes(CUgraphNode target, CUgraphNode source);

// Executable graphs (execs.cpp, launch.cpp)
CUresult instantiate(CUgraphExec* made, CUgraph graph, unsigned long long flags, Outcome& outcome);
CUresult get_flags(CUgraphExec exec, unsigned long long* flags);
CUresult update(CUgraphExec exec, CUgraph graph, CUgraphExecUpdateResultInfo* info);
CUresult exec_set_content(CUgraphExec exec, CUgraphNode node, NodeContent content);
CUresult exec_set_child(CUgraphExec exec, CUgraphNode node, CUgraph child);
CUresult set_enabled(CUgraphExec exec, CUgraphNode node, unsigned enabled);
CUresult get_enabled(CUgraphExec exec, CUgraphNode node, unsigned* enabled);
CUresult destroy_exec(CUgraphExec exec);
CUresult upload(CUgraphExec exec, CUstream stream);
CUresult launch(CUgraphExec exec, CUstream stream);

// Graph memory of the device (memory.cpp)
CUresult trim(CUdevice device);
CUresult get_memory_attribute(CUdevice device, CUgraphMem_attribute attribute, void* value);
CUresult set_memory_attribute(CUdevice device, CUgraphMem_attribute attribute, const void* value);

// User objects (user_objects.cpp)
CUresult create_user_object(CUuserObject* made, void* resource, CUhostFn destroy, unsigned references,
                            unsigned flags);
CUresult retain_user_object(CUuserObject object, unsigned count);
CUresult release_user_object(CUuserObject object, unsigned count);
CUresult graph_retain_user_object(CUgraph graph, CUuserObject object, unsigned count, unsigned flags);
CUresult graph_release_user_object(CUgraph graph, CUuserObject object, unsigned count);

/// What cuStreamGetCaptureInfo reports; null members are not asked for.
struct CaptureInfo {
    CUstreamCaptureStatus* status = nullptr;
    cuuint64_t* id = nullptr;
    CUgraph* graph = nullptr;
    const CUgraphNode** nodes = nullptr;
    const CUgraphEdgeData** data = nullptr;
    size_t* count = nullptr;
};

// Capture (capture.cpp)
CUresult begin_capture(CUstream stream, CUstreamCaptureMode mode);
CUresult begin_capture_to_graph(CUstream stream, const Place& place, CUstreamCaptureMode mode);
CUresult end_capture(CUstream stream, CUgraph* graph);
CUresult is_capturing(CUstream stream, CUstreamCaptureStatus* status);
CUresult get_capture_info(CUstream stream, const CaptureInfo& info);
CUresult update_dependencies(CUstream stream, CUgraphNode* nodes, const CUgraphEdgeData* data, size_t count,
                             unsigned flags);
CUresult exchange_mode(CUstreamCaptureMode* mode);

} // namespace sim::graphs
