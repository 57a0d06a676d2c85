// Driver API: user objects.
#include "graph/abi/driver_call.hpp"

using namespace sim::graphs;

extern "C" {

CUresult CUDAAPI cuUserObjectCreate(CUuserObject* made, void* resource, CUhostFn destroy, unsigned references,
                                    unsigned flags) {
    return driver_call([&] { return create_user_object(made, resource, destroy, references, flags); });
}

CUresult CUDAAPI cuUserObjectRetain(CUuserObject object, unsigned count) {
    return driver_call([&] { return retain_user_object(object, count); });
}

CUresult CUDAAPI cuUserObjectRelease(CUuserObject object, unsigned count) {
    return driver_call([&] { return release_user_object(object, count); });
}

CUresult CUDAAPI cuGraphRetainUserObject(CUgraph graph, CUuserObject object, unsigned count, unsigned flags) {
    return driver_call([&] { return graph_retain_user_object(graph, object, count, flags); });
}

CUresult CUDAAPI cuGraphReleaseUserObject(CUgraph graph, CUuserObject object, unsigned count) {
    return driver_call([&] { return graph_release_user_object(graph, object, count); });
}

} // extern "C"
