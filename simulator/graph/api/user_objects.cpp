#include "core/state.hpp"
#include "graph/api/api.hpp"
#include "graph/model/user_object.hpp"

namespace sim::graphs {

CUresult create_user_object(CUuserObject* made, void* resource, CUhostFn destroy, unsigned references,
                            unsigned flags) {
    const Lock lock;
    if (made == nullptr || destroy == nullptr || references == 0 ||
        flags != CU_USER_OBJECT_NO_DESTRUCTOR_SYNC) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    // Deleted with its last reference. NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks)
    *made = (new UserObject(resource, destroy, references))->handle;
    return CUDA_SUCCESS;
}

CUresult retain_user_object(CUuserObject object, unsigned count) {
    const Lock lock;
    UserObject* found = find_user_object(object);
    if (found == nullptr || count == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    found->retain(count);
    return CUDA_SUCCESS;
}

CUresult release_user_object(CUuserObject object, unsigned count) {
    const Lock lock;
    UserObject* found = find_user_object(object);
    return found != nullptr && count != 0 && found->release(count) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult graph_retain_user_object(CUgraph graph, CUuserObject object, unsigned count, unsigned flags) {
    const Lock lock;
    Graph* found = find_graph(graph);
    UserObject* kept = find_user_object(object);
    if (found == nullptr || kept == nullptr || count == 0 ||
        (flags & ~unsigned{CU_GRAPH_USER_OBJECT_MOVE}) != 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    if ((flags & CU_GRAPH_USER_OBJECT_MOVE) == 0) {
        kept->retain(count);
    }
    found->user_objects[kept] += count;
    return CUDA_SUCCESS;
}

CUresult graph_release_user_object(CUgraph graph, CUuserObject object, unsigned count) {
    const Lock lock;
    Graph* found = find_graph(graph);
    UserObject* kept = find_user_object(object);
    if (found == nullptr || kept == nullptr || count == 0) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    const auto held = found->user_objects.find(kept);
    if (held == found->user_objects.end() || held->second < count) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    held->second -= count;
    if (held->second == 0) {
        found->user_objects.erase(held);
    }
    kept->release(count);
    return CUDA_SUCCESS;
}

} // namespace sim::graphs
