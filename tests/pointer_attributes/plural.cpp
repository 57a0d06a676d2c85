#include "tests/pointer_attributes/attributes.hpp"
#include "tests/prelude.hpp"

#include <algorithm>
#include <array>

namespace cts {

TEST_CASE_METHOD(Reserved, "PTR-17: attributes asked for together answer as each does alone",
                 "[pointer_attributes]") {
    need(CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
         "HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED");
    const Allocation memory = create_allocation(granules(2), shareable_properties());
    const Mapping mapped = map(at(1), memory, 2);
    const CUdeviceptr asked = at(2) + 12;
    unsigned type = 77;
    CUdeviceptr device_pointer = 0;
    unsigned long long buffer = 0;
    unsigned managed = 77;
    int ordinal = -77;
    CUdeviceptr start = 0;
    size_t size = 0;
    unsigned is_mapped = 77;
    unsigned long long types = 77;
    CUmemoryPool pool = reinterpret_cast<CUmemoryPool>(1);
    CUpointer_attribute attributes[] = {CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                        CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
                                        CU_POINTER_ATTRIBUTE_BUFFER_ID,
                                        CU_POINTER_ATTRIBUTE_IS_MANAGED,
                                        CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
                                        CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
                                        CU_POINTER_ATTRIBUTE_RANGE_SIZE,
                                        CU_POINTER_ATTRIBUTE_MAPPED,
                                        CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES,
                                        CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE};
    void* values[] = {&type,  &device_pointer, &buffer,    &managed, &ordinal,
                      &start, &size,           &is_mapped, &types,   &pool};
    REQUIRE(cuPointerGetAttributes(10, attributes, values, asked) == CUDA_SUCCESS);
    CHECK(type == CU_MEMORYTYPE_DEVICE);
    CHECK(device_pointer == asked);
    CHECK(buffer == value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_BUFFER_ID, asked));
    CHECK((managed & 0xff) == 0);
    CHECK(ordinal == device());
    CHECK(start == at(0));
    CHECK(size == range().bytes());
    CHECK((is_mapped & 0xff) == 1);
    CHECK((types & 0xffffffffULL) == CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR);
    CHECK(pool == nullptr);
}

TEST_CASE_METHOD(Reserved,
                 "PTR-17/order: every attribute is answered as alone, in whatever order they are asked",
                 "[pointer_attributes]") {
    const Allocation memory = allocate(2);
    const Reservation elsewhere = reserve(4); // aliases with another access, on either side perhaps
    const Mapping before = map(elsewhere.address(), memory, 2);
    const Mapping mapped(at(1), granules(2), memory, read_only());
    const Mapping behind = map(elsewhere.address(granules(2)), memory, 2);
    const CUdeviceptr asked = at(2) + 12;
    std::vector<CUpointer_attribute> attributes = {CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
                                                   CU_POINTER_ATTRIBUTE_DEVICE_POINTER,
                                                   CU_POINTER_ATTRIBUTE_BUFFER_ID,
                                                   CU_POINTER_ATTRIBUTE_IS_MANAGED,
                                                   CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
                                                   CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
                                                   CU_POINTER_ATTRIBUTE_RANGE_SIZE,
                                                   CU_POINTER_ATTRIBUTE_MAPPED,
                                                   CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES,
                                                   CU_POINTER_ATTRIBUTE_ACCESS_FLAGS,
                                                   CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE,
                                                   CU_POINTER_ATTRIBUTE_MAPPING_SIZE,
                                                   CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR,
                                                   CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
                                                   CU_POINTER_ATTRIBUTE_HOST_POINTER};
    for (int order = 0; order < 2; ++order) {
        std::vector<std::array<unsigned char, 16>> found(attributes.size());
        std::vector<void*> places;
        for (auto& place : found) {
            places.push_back(place.data());
        }
        REQUIRE(cuPointerGetAttributes(static_cast<unsigned>(attributes.size()), attributes.data(),
                                       places.data(), asked) == CUDA_SUCCESS);
        for (size_t i = 0; i < attributes.size(); ++i) {
            CAPTURE(order, static_cast<int>(attributes[i]));
            std::array<unsigned char, 16> alone{}; // stays null where the attribute is refused alone
            (void)cuPointerGetAttribute(alone.data(), attributes[i], asked);
            CHECK(found[i] == alone);
        }
        std::reverse(attributes.begin(), attributes.end());
    }
}

TEST_CASE_METHOD(Mapped, "PTR-17/repeated: an attribute that is asked for twice is answered twice",
                 "[pointer_attributes]") {
    CUpointer_attribute attributes[] = {CU_POINTER_ATTRIBUTE_RANGE_SIZE, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
                                        CU_POINTER_ATTRIBUTE_RANGE_SIZE};
    size_t sizes[] = {1, 1};
    int ordinal = -77;
    void* values[] = {&sizes[0], &ordinal, &sizes[1]};
    REQUIRE(cuPointerGetAttributes(3, attributes, values, address()) == CUDA_SUCCESS);
    CHECK(sizes[0] == range().bytes());
    CHECK(sizes[1] == range().bytes());
    CHECK(ordinal == device());
    CHECK(access_at(address()) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE); // asking changes nothing
}

TEST_CASE_METHOD(Reserved,
                 "PTR-17/remap: after a remap attributes asked for together are those of the new mapping",
                 "[pointer_attributes]") {
    const Allocation memories[] = {allocate(1), allocate(3), allocate(2)};
    size_t count = 0;
    for (const size_t granules_mapped : {1, 3, 2}) {
        const Mapping mapped = map(at(0), memories[count++], granules_mapped);
        for (const CUmemAccessDesc& access : {read_write(), read_only(), read_write()}) { // and its access
            CAPTURE(granules_mapped, access.flags);
            REQUIRE(cuMemSetAccess(at(0), granules(granules_mapped), &access, 1) == CUDA_SUCCESS);
            CUpointer_attribute attributes[] = {CU_POINTER_ATTRIBUTE_MAPPING_SIZE,
                                                CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID,
                                                CU_POINTER_ATTRIBUTE_ACCESS_FLAGS};
            size_t size = 0;
            unsigned long long block = 0;
            unsigned long long flags = 0; // its width is not documented
            void* values[] = {&size, &block, &flags};
            REQUIRE(cuPointerGetAttributes(3, attributes, values, at(0)) == CUDA_SUCCESS);
            CHECK(size == granules(granules_mapped));
            CHECK(block == value_of<unsigned long long>(CU_POINTER_ATTRIBUTE_MEMORY_BLOCK_ID, at(0)));
            CHECK((flags & 0xffffffffULL) == static_cast<unsigned long long>(access.flags));
        }
    }
}

} // namespace cts
