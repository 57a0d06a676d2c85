// Physical memory lives as long as the last of its mappings and references (Driver API, cuMemRelease). Every
// order of letting go is tried: the memory must come back with the last, and not before.
#include "tests/prelude.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace cts {
namespace {

constexpr size_t count = 8; // granules of one allocation

enum class Reference { creation, retained, mapping, alias, descriptor, import };

const char* name_of(Reference reference) {
    switch (reference) {
    case Reference::creation:
        return "creation";
    case Reference::retained:
        return "retained";
    case Reference::mapping:
        return "mapping";
    case Reference::alias:
        return "alias";
    case Reference::descriptor:
        return "descriptor";
    default:
        return "import";
    }
}

/// One allocation and all that keeps it alive.
class Life {
  public:
    Life(const Granule& room, const Reservation& range) : room_(room), range_(range) {}
    ~Life() { close_descriptor(); }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    void create(const CUmemAllocationProp& properties) {
        creation_ = create_allocation(room_.granules(count), properties);
    }
    void take(Reference reference) {
        switch (reference) {
        case Reference::creation:
            break; // it is the first
        case Reference::mapping:
            mapping_ = room_.map(range_.address(), creation_, count);
            break;
        case Reference::alias:
            alias_ = room_.map(range_.address(room_.granules(count)), creation_, count);
            break;
        case Reference::retained: {
            CUmemGenericAllocationHandle handle = 0;
            must(cuMemRetainAllocationHandle(&handle, pointer(range_.address())),
                 "cuMemRetainAllocationHandle");
            retained_ = Allocation(handle);
            break;
        }
        case Reference::descriptor:
            must(cuMemExportToShareableHandle(&descriptor_, creation_,
                                              CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR, 0),
                 "cuMemExportToShareableHandle");
            break;
        case Reference::import: {
            CUmemGenericAllocationHandle handle = 0;
            must(cuMemImportFromShareableHandle(&handle,
                                                reinterpret_cast<void*>(static_cast<intptr_t>(descriptor_)),
                                                CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR),
                 "cuMemImportFromShareableHandle");
            import_ = Allocation(handle);
            break;
        }
        }
    }
    CUresult drop(Reference reference) {
        switch (reference) {
        case Reference::creation:
            return cuMemRelease(creation_.release());
        case Reference::retained:
            return cuMemRelease(retained_.release());
        case Reference::import:
            return cuMemRelease(import_.release());
        case Reference::mapping:
            return cuMemUnmap(mapping_->release(), room_.granules(count));
        case Reference::alias:
            return cuMemUnmap(alias_->release(), room_.granules(count));
        default:
            close_descriptor();
            return CUDA_SUCCESS;
        }
    }

  private:
    void close_descriptor() {
        if (descriptor_ >= 0) {
            close(std::exchange(descriptor_, -1));
        }
    }

    const Granule& room_;
    const Reservation& range_;
    Allocation creation_, retained_, import_;
    std::optional<Mapping> mapping_, alias_;
    int descriptor_ = -1;
};

class Orders : public Granule {
  public:
    Orders() : range_(reserve(2 * count)) {}

    template<size_t size>
    void check_every_order(const std::array<Reference, size>& taken, const CUmemAllocationProp& properties) {
        std::array<Reference, size> order = taken;
        std::sort(order.begin(), order.end());
        live(taken, order, properties); // what the driver needs once, it has then
        const size_t before = free_memory();
        do {
            std::string sequence;
            for (const Reference reference : order) {
                sequence += std::string(name_of(reference)) + " ";
            }
            CAPTURE(sequence);
            live(taken, order, properties);
            CHECK(free_memory() == before);
        } while (std::next_permutation(order.begin(), order.end()));
    }

  private:
    template<typename References>
    void live(const References& taken, const References& order, const CUmemAllocationProp& properties) {
        const size_t before = free_memory();
        Life life(*this, range_);
        life.create(properties);
        for (const Reference reference : taken) {
            life.take(reference);
        }
        const size_t held = free_memory();
        CHECK(held + granules(count) <= before);
        for (const Reference reference : order) {
            CHECK(free_memory() == held);
            CHECK(life.drop(reference) == CUDA_SUCCESS);
        }
        CHECK(free_memory() >= held + granules(count));
    }

    Reservation range_;
};

} // namespace

TEST_CASE_METHOD(Orders,
                 "ALC-11: memory goes with its last mapping or handle, whatever the order of the rest",
                 "[allocation][accounting]") {
    using enum Reference;
    check_every_order(std::array{creation, mapping, alias, retained}, properties());
}

TEST_CASE_METHOD(Orders, "ALC-11/shared: an exported descriptor and an imported handle keep the memory, too",
                 "[allocation][accounting]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    using enum Reference;
    check_every_order(std::array{creation, mapping, descriptor, import}, shareable_properties());
}

TEST_CASE_METHOD(Orders, "ALC-13: unmapping and releasing return the memory in either order, again and again",
                 "[allocation][accounting]") {
    using enum Reference;
    for (int round = 0; round < 10; ++round) {
        check_every_order(std::array{creation, mapping}, properties());
    }
}

TEST_CASE_METHOD(Granule, "ALC-13/freed: memory returns, too, whose reservation was freed before its handle",
                 "[allocation][accounting]") {
    const auto live = [this] {
        Allocation memory = allocate(count);
        for (int home = 0; home < 2; ++home) {
            const Reservation range = reserve(count);
            const Mapping mapped = map(range.address(), memory, count);
        }
        CHECK(cuMemRelease(memory.release()) == CUDA_SUCCESS);
    };
    live(); // what the driver needs once, it has then
    const size_t before = free_memory();
    for (int round = 0; round < 3; ++round) {
        live();
        CHECK(free_memory() + granules(count) > before); // page tables of other addresses may have come
    }
}

} // namespace cts
