// Whether the calls need a current context is not documented: cuMemCreate and cuMemSetAccess name their
// devices themselves.
#include "tests/prelude.hpp"

#include <functional>
#include <thread>

namespace cts {
namespace {

struct Answer {
    const char* call;
    std::string result; // its name, or "not reached"
};

/// A whole life of virtual memory. A call whose ground is missing is not made.
std::vector<Answer> live(const CUmemAllocationProp& properties, const CUmemAccessDesc& access) {
    std::vector<Answer> answers;
    const auto step = [&](const char* call, bool reached, const std::function<CUresult()>& run) {
        const CUresult result = reached ? run() : CUDA_ERROR_UNKNOWN;
        answers.push_back({call, reached ? name_of(result) : "not reached"});
        return reached && result == CUDA_SUCCESS;
    };
    size_t bytes = 0;
    unsigned long long flags = 0;
    CUdeviceptr address = 0;
    CUmemGenericAllocationHandle handle = 0;
    CUmemGenericAllocationHandle again = 0;
    CUmemAllocationProp found{};

    const bool sized = step("cuMemGetAllocationGranularity", true, [&] {
        return cuMemGetAllocationGranularity(&bytes, &properties, CU_MEM_ALLOC_GRANULARITY_MINIMUM);
    });
    const bool reserved =
        step("cuMemAddressReserve", sized, [&] { return cuMemAddressReserve(&address, bytes, 0, 0, 0); });
    const bool created =
        step("cuMemCreate", sized, [&] { return cuMemCreate(&handle, bytes, &properties, 0); });
    step("cuMemGetAllocationPropertiesFromHandle", created,
         [&] { return cuMemGetAllocationPropertiesFromHandle(&found, handle); });
    const bool mapped =
        step("cuMemMap", reserved && created, [&] { return cuMemMap(address, bytes, 0, handle, 0); });
    step("cuMemSetAccess", mapped, [&] { return cuMemSetAccess(address, bytes, &access, 1); });
    step("cuMemGetAccess", mapped, [&] { return cuMemGetAccess(&flags, &access.location, address); });
    if (step("cuMemRetainAllocationHandle", mapped,
             [&] { return cuMemRetainAllocationHandle(&again, pointer(address)); })) {
        (void)cuMemRelease(again);
    }
    step("cuMemUnmap", mapped, [&] { return cuMemUnmap(address, bytes); });
    step("cuMemRelease", created, [&] { return cuMemRelease(handle); });
    step("cuMemAddressFree", reserved, [&] { return cuMemAddressFree(address, bytes); });
    return answers;
}

/// Runs `work` on a thread that has no current context; false when one is current at its end.
bool without_context(const std::function<void()>& work) {
    CUcontext current = nullptr;
    std::thread thread([&] {
        (void)cuCtxSetCurrent(nullptr);
        work();
        (void)cuCtxGetCurrent(&current);
    });
    thread.join();
    return current == nullptr;
}

} // namespace

TEST_CASE_METHOD(Granule, "CAPQ-10: what the calls answer without a current context", "[capability]") {
    for (const Answer& answer : live(properties(), read_write())) {
        CAPTURE(answer.call);
        CHECK(answer.result == name_of(CUDA_SUCCESS)); // with a context
    }
    std::vector<Answer> answers;
    CHECK(without_context([&] { answers = live(properties(), read_write()); }));
    CHECK(answers.size() == 11);
    for (const Answer& answer : answers) {
        observe(std::string("CAPQ-10/") + answer.call, answer.result);
    }
}

TEST_CASE_METHOD(Reserved, "CAPQ-10/memory: what was mapped without a context is memory with one",
                 "[capability]") {
    const CUmemAllocationProp wanted = properties();
    const CUmemAccessDesc access = read_write();
    CUmemGenericAllocationHandle handle = 0;
    CUresult created = CUDA_ERROR_UNKNOWN;
    CUresult mapped = CUDA_ERROR_UNKNOWN;
    CUresult granted = CUDA_ERROR_UNKNOWN;
    CHECK(without_context([&] {
        created = cuMemCreate(&handle, granularity(), &wanted, 0);
        mapped = created == CUDA_SUCCESS ? cuMemMap(at(1), granularity(), 0, handle, 0) : created;
        granted = mapped == CUDA_SUCCESS ? cuMemSetAccess(at(1), granularity(), &access, 1) : mapped;
    }));
    observe("CAPQ-10/without a context", granted);
    // Where a call needs a context the rest happens with one: success must be whole either way.
    const Allocation memory = created == CUDA_SUCCESS ? Allocation(handle) : allocate();
    const Mapping mapping =
        mapped == CUDA_SUCCESS ? Mapping::adopt(at(1), granularity()) : Mapping(at(1), granularity(), memory);
    if (granted != CUDA_SUCCESS) {
        must(cuMemSetAccess(at(1), granularity(), &access, 1), "cuMemSetAccess");
    }
    CHECK(access_at(at(1)) == CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    fill(at(1), granularity(), 1);
    CHECK(holds(at(1), granularity(), 1));
    fill(at(1), granularity(), 2);
    CHECK(holds(at(1), granularity(), 2));
    CHECK(kernel_sees(at(1), granularity(), 2));
}

} // namespace cts
