// Runtime API: user objects.
#include "graph/abi/runtime_call.hpp"

using namespace sim::graphs;

extern "C" {

cudaError_t CUDARTAPI cudaUserObjectCreate(cudaUserObject_t* made, void* resource, cudaHostFn_t destroy,
                                           unsigned references, unsigned flags) {
    return runtime_call([&] { return create_user_object(made, resource, destroy, references, flags); });
}

cudaError_t CUDARTAPI cudaUserObjectRetain(cudaUserObject_t object, unsigned count) {
    return runtime_call([&] { return retain_user_object(object, count); });
}

cudaError_t CUDARTAPI cudaUserObjectRelease(cudaUserObject_t object, unsigned count) {
    return runtime_call([&] { return release_user_object(object, count); });
}

cudaError_t CUDARTAPI cudaGraphRetainUserObject(cudaGraph_t graph, cudaUserObject_t object, unsigned count,
                                                unsigned flags) {
    return runtime_call([&] { return graph_retain_user_object(graph, object, count, flags); });
}

cudaError_t CUDARTAPI cudaGraphReleaseUserObject(cudaGraph_t graph, cudaUserObject_t object, unsigned count) {
    return runtime_call([&] { return graph_release_user_object(graph, object, count); });
}

} // extern "C"
