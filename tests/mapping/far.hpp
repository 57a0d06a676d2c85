// Memory at the start of a reservation and memory 4 GiB behind: one place to whoever keeps the offset in 32
// bits.
#pragma once

#include "fixtures/contents.hpp"
#include "fixtures/rungs/granule.hpp"

namespace cts {

/// One granule near the start and two at the far place; each has a memory of its own.
class Far : public Granule {
  public:
    static constexpr size_t distance = size_t{1} << 32;

    Far()
        : range_(distance + granules(2)), near_memory(allocate()), far_memory(allocate(2)),
          near_mapping(map(near(), near_memory)), far_mapping(map(far(), far_memory, 2)) {}

    const Reservation& range() const { return range_; }
    CUdeviceptr near() const { return range_.address(); }
    CUdeviceptr far() const { return range_.address(distance); }

  private:
    Reservation range_;

  protected:
    Allocation near_memory, far_memory;
    Mapping near_mapping, far_mapping;
};

} // namespace cts
