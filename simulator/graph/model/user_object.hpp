// User objects: resources of the application that graphs keep alive (Programming Guide, CUDA user objects).
#pragma once

#include <cuda.h>

namespace sim {

class UserObject {
  public:
    UserObject(void* resource, CUhostFn destroy, unsigned references);
    UserObject(const UserObject&) = delete;
    UserObject& operator=(const UserObject&) = delete;

    void retain(unsigned count) { references_ += count; }
    /// Calls the destructor callback and deletes the object with the last reference. False: more references
    /// than there are; nothing has changed.
    bool release(unsigned count);

    const CUuserObject handle;

  private:
    ~UserObject();
    void* resource_;
    CUhostFn destroy_;
    unsigned references_;
};

UserObject* find_user_object(CUuserObject handle);

} // namespace sim
