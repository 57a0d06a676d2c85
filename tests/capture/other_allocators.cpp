// The calls of the other allocators during a capture. Which of them are potentially unsafe is nowhere listed,
// and a driver that changes its mind breaks applications (cuopt#1748, cccl#11360, pytorch#159594).
#include "tests/capture/during_capture.hpp"
#include "tests/prelude.hpp"

namespace cts {

namespace {

struct DefaultPool {
    const Context& rung;
    CUmemoryPool pool = nullptr;

    CUresult call() { return cuDeviceGetDefaultMemPool(&pool, rung.device()); }
    bool took_effect() const { return pool != nullptr; }
};

CUmemoryPool default_pool(const Context& rung) {
    CUmemoryPool pool = nullptr;
    must(cuDeviceGetDefaultMemPool(&pool, rung.device()), "cuDeviceGetDefaultMemPool");
    return pool;
}

struct PoolGet {
    const Context& rung;
    CUmemoryPool pool = default_pool(rung);
    int reuse = -1;

    CUresult call() { return cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC, &reuse); }
    bool took_effect() const { return reuse == 0 || reuse == 1; }
};

struct PoolSet {
    explicit PoolSet(const Context& rung) : pool(default_pool(rung)) { before = threshold(); }
    ~PoolSet() { (void)cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &before); }
    CUresult call() {
        cuuint64_t wanted = before + 4096;
        return cuMemPoolSetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &wanted);
    }
    bool took_effect() const { return threshold() == before + 4096; }

  private:
    cuuint64_t threshold() const {
        cuuint64_t value = 0;
        must(cuMemPoolGetAttribute(pool, CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &value), "cuMemPoolGetAttribute");
        return value;
    }

    CUmemoryPool pool;
    cuuint64_t before = 0;
};

struct Malloc {
    const Context& rung;
    DeviceMemory memory;

    CUresult call() {
        CUdeviceptr address = 0;
        const CUresult result = cuMemAlloc(&address, 4096);
        memory = DeviceMemory(pointer(address));
        return result;
    }
    bool took_effect() const { return memory.get() != nullptr; }
};

struct Free {
    const Context& rung;
    DeviceMemory memory = allocate_device(4096);
    CUdeviceptr address = device_address(memory);

    CUresult call() {
        const CUresult result = cuMemFree(address);
        if (result == CUDA_SUCCESS) {
            memory.release();
        }
        return result;
    }
    bool took_effect() const {
        unsigned type = 0; // known to the driver as long as it is allocated
        return cuPointerGetAttribute(&type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address) != CUDA_SUCCESS;
    }
};

struct Managed {
    const Context& rung;
    DeviceMemory memory;

    CUresult call() {
        CUdeviceptr address = 0;
        const CUresult result = cuMemAllocManaged(&address, 4096, CU_MEM_ATTACH_GLOBAL);
        memory = DeviceMemory(pointer(address));
        return result;
    }
    bool took_effect() const { return memory.get() != nullptr; }
};

struct PinnedHost {
    const Context& rung;
    PinnedMemory memory;

    CUresult call() {
        void* address = nullptr;
        const CUresult result = cuMemHostAlloc(&address, 4096, 0);
        memory = PinnedMemory(address);
        return result;
    }
    bool took_effect() const { return memory.get() != nullptr; }
};

struct Information {
    const Context& rung;
    size_t free = 0, total = 0;

    CUresult call() { return cuMemGetInfo(&free, &total); }
    bool took_effect() const { return total > 0; }
};

} // namespace

TEST_CASE_METHOD(Context, "SCP-10/default: looking up the default pool during a capture", "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    observe_during_captures<DefaultPool>(*this, "SCP-10/default");
}

TEST_CASE_METHOD(Context, "SCP-10/get: reading an attribute of a pool during a capture", "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    observe_during_captures<PoolGet>(*this, "SCP-10/get");
}

TEST_CASE_METHOD(Context, "SCP-10/set: setting an attribute of a pool during a capture", "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, "MEMORY_POOLS_SUPPORTED");
    observe_during_captures<PoolSet>(*this, "SCP-10/set");
}

TEST_CASE_METHOD(Context, "SCP-19/device: allocating device memory during a capture", "[capture]") {
    observe_during_captures<Malloc>(*this, "SCP-19/device");
}

TEST_CASE_METHOD(Context, "SCP-19/free: freeing device memory during a capture", "[capture]") {
    observe_during_captures<Free>(*this, "SCP-19/free");
}

TEST_CASE_METHOD(Context, "SCP-19/managed: allocating managed memory during a capture", "[capture]") {
    need(CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, "MANAGED_MEMORY");
    observe_during_captures<Managed>(*this, "SCP-19/managed");
}

TEST_CASE_METHOD(Context, "SCP-19/host: allocating pinned host memory during a capture", "[capture]") {
    observe_during_captures<PinnedHost>(*this, "SCP-19/host");
}

TEST_CASE_METHOD(Context, "SCP-19/information: asking for free memory during a capture", "[capture]") {
    observe_during_captures<Information>(*this, "SCP-19/information");
}

} // namespace cts
