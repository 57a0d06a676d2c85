// What the defects of pointer attributes share: a change to one answer.
#pragma once

#include "faults/core/tracker.hpp"

#include <functional>

namespace faults {

/// Plants `change(value, address)` on the answers to one attribute, where memory is mapped.
template<typename Value>
void plant_answer(CUpointer_attribute changed, const std::function<void(Value&, Address)>& change) {
    track();
    cuPointerGetAttribute.plant(
        [changed, change](void* data, CUpointer_attribute attribute, Address address) {
            const CUresult result = cuPointerGetAttribute(data, attribute, address);
            if (result == CUDA_SUCCESS && attribute == changed && mapping_at(address)) {
                change(*static_cast<Value*>(data), address);
            }
            return result;
        });
}

} // namespace faults
