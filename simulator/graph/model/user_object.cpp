#include "graph/model/user_object.hpp"

#include "graph/model/handles.hpp"

namespace sim {

UserObject::UserObject(void* resource, CUhostFn destroy, unsigned references)
    : handle(Handles<CUuserObject, UserObject>::add(*this)), resource_(resource), destroy_(destroy),
      references_(references) {}

UserObject::~UserObject() {
    Handles<CUuserObject, UserObject>::remove(handle);
}

bool UserObject::release(unsigned count) {
    if (count > references_) {
        return false;
    }
    references_ -= count;
    if (references_ == 0) {
        destroy_(resource_);
        delete this;
    }
    return true;
}

UserObject* find_user_object(CUuserObject handle) {
    return Handles<CUuserObject, UserObject>::find(handle);
}

} // namespace sim
