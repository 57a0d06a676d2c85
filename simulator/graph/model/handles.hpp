// The opaque handles that applications hold. A handle is a number that is never used again, so that a stale
// one is recognised (INVALID_VALUE) and never names a newer object.
#pragma once

#include <cstdint>
#include <unordered_map>

namespace sim {

/// Numbers of all graph handles, whatever their type: a graph passed as a node is recognised as well.
uintptr_t next_handle();

template<typename Handle, typename Object>
class Handles {
  public:
    static Handle add(Object& object) {
        const auto handle = reinterpret_cast<Handle>(next_handle());
        table()[handle] = &object;
        return handle;
    }
    static void remove(Handle handle) { table().erase(handle); }
    /// Null for a handle that is unknown or whose object is gone.
    static Object* find(Handle handle) {
        const auto it = table().find(handle);
        return it == table().end() ? nullptr : it->second;
    }

  private:
    // Never destroyed: objects that outlive main still unregister themselves.
    static std::unordered_map<Handle, Object*>& table() {
        static auto* const objects = new std::unordered_map<Handle, Object*>;
        return *objects;
    }
};

} // namespace sim
