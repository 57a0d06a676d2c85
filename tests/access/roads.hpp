// Every form of copy and fill that the driver has: each checks access by itself, so one that looks less
// closely than the others is found only by trying it.
#pragma once

#include "tests/access/runtime_roads.hpp"

namespace cts {

/// One row of `words` words.
inline CUDA_MEMCPY2D row_of(CUdeviceptr target, CUdeviceptr source, size_t words) {
    CUDA_MEMCPY2D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = source;
    copy.dstDevice = target;
    copy.srcPitch = copy.dstPitch = copy.WidthInBytes = 4 * words;
    copy.Height = 1;
    return copy;
}

inline CUresult copy_rows(CUdeviceptr target, CUdeviceptr source, size_t words) {
    const CUDA_MEMCPY2D copy = row_of(target, source, words);
    return cuMemcpy2D(&copy);
}

inline CUresult copy_rows_unaligned(CUdeviceptr target, CUdeviceptr source, size_t words) {
    const CUDA_MEMCPY2D copy = row_of(target, source, words);
    return cuMemcpy2DUnaligned(&copy);
}

inline CUDA_MEMCPY3D box_of(CUdeviceptr target, CUdeviceptr source, size_t words) {
    CUDA_MEMCPY3D copy{};
    copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
    copy.srcDevice = source;
    copy.dstDevice = target;
    copy.srcPitch = copy.dstPitch = copy.WidthInBytes = 4 * words;
    copy.srcHeight = copy.dstHeight = copy.Height = copy.Depth = 1;
    return copy;
}

inline CUresult copy_box(CUdeviceptr target, CUdeviceptr source, size_t words) {
    const CUDA_MEMCPY3D copy = box_of(target, source, words);
    return cuMemcpy3D(&copy);
}

inline CUresult copy_box_async(CUdeviceptr target, CUdeviceptr source, size_t words) {
    const CUDA_MEMCPY3D copy = box_of(target, source, words);
    return finish(cuMemcpy3DAsync(&copy, nullptr));
}

inline CUresult copy_async(CUdeviceptr target, CUdeviceptr source, size_t words) {
    return finish(cuMemcpyDtoDAsync(target, source, 4 * words, nullptr));
}

inline CUresult copy_peer(CUdeviceptr target, CUdeviceptr source, size_t words) {
    CUcontext here = nullptr;
    must(cuCtxGetCurrent(&here), "cuCtxGetCurrent");
    return cuMemcpyPeer(target, here, source, here, 4 * words);
}

inline CUresult copy_rows_async(CUdeviceptr target, CUdeviceptr source, size_t words) {
    const CUDA_MEMCPY2D copy = row_of(target, source, words);
    return finish(cuMemcpy2DAsync(&copy, nullptr));
}

inline CUresult copy_peer_async(CUdeviceptr target, CUdeviceptr source, size_t words) {
    CUcontext here = nullptr;
    must(cuCtxGetCurrent(&here), "cuCtxGetCurrent");
    return finish(cuMemcpyPeerAsync(target, here, source, here, 4 * words, nullptr));
}

inline std::vector<Road> writing_roads() {
    std::vector<Road> roads = {
        {"cuMemcpyHtoD",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const std::vector<uint32_t> data(words, 0xbadbad);
             return cuMemcpyHtoD(place, data.data(), 4 * words);
         }},
        {"cuMemcpyDtoD", [](CUdeviceptr place, CUdeviceptr other,
                            size_t words) { return cuMemcpyDtoD(place, other, 4 * words); }},
        {"cuMemcpy2D", &copy_rows},
        {"cuMemcpy2DUnaligned", &copy_rows_unaligned},
        {"cuMemcpy3D", &copy_box},
        {"cuMemcpyPeer", &copy_peer},
        {"cuMemcpy2DAsync", &copy_rows_async},
        {"cuMemcpyPeerAsync", &copy_peer_async},
        {"cuMemcpy3DAsync", &copy_box_async},
        {"cuMemcpyDtoDAsync", &copy_async},
        {"cuMemsetD8Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD8Async(place, 0xba, 4 * words, nullptr));
         }},
        {"cuMemsetD16Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD16Async(place, 0xbad, 2 * words, nullptr));
         }},
        {"cuMemsetD2D8Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD2D8Async(place, 4 * words, 0xba, 4 * words, 1, nullptr));
         }},
        {"cuMemsetD2D16Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD2D16Async(place, 4 * words, 0xbad, 2 * words, 1, nullptr));
         }},
        {"cuMemsetD2D32Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD2D32Async(place, 4 * words, 0xbad, words, 1, nullptr));
         }},
        {"cuMemcpyHtoDAsync",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             const std::vector<uint32_t> data(words, 0xbadbad);
             return finish(cuMemcpyHtoDAsync(place, data.data(), 4 * words, nullptr));
         }},
        {"cuMemsetD32Async",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return finish(cuMemsetD32Async(place, 0xbad, words, nullptr));
         }},
        {"cuMemsetD2D8", [](CUdeviceptr place, CUdeviceptr,
                            size_t words) { return cuMemsetD2D8(place, 4 * words, 0xba, 4 * words, 1); }},
        {"cuMemsetD2D16", [](CUdeviceptr place, CUdeviceptr,
                             size_t words) { return cuMemsetD2D16(place, 4 * words, 0xbad, 2 * words, 1); }},
        {"cuMemsetD8",
         [](CUdeviceptr place, CUdeviceptr, size_t words) { return cuMemsetD8(place, 0xba, 4 * words); }},
        {"cuMemsetD16",
         [](CUdeviceptr place, CUdeviceptr, size_t words) { return cuMemsetD16(place, 0xbad, 2 * words); }},
        {"cuMemsetD32",
         [](CUdeviceptr place, CUdeviceptr, size_t words) { return cuMemsetD32(place, 0xbad, words); }},
        {"cuMemsetD2D32", [](CUdeviceptr place, CUdeviceptr, size_t words) {
             return cuMemsetD2D32(place, 4 * words, 0xbad, words, 1);
         }}};
    for (Road& road : runtime_writing_roads()) {
        roads.push_back(std::move(road));
    }
    return roads;
}

inline std::vector<Road> reading_roads() {
    std::vector<Road> roads = {
        {"cuMemcpyDtoH",
         [](CUdeviceptr place, CUdeviceptr, size_t words) {
             std::vector<uint32_t> data(words);
             return cuMemcpyDtoH(data.data(), place, 4 * words);
         }},
        {"cuMemcpyDtoD", [](CUdeviceptr place, CUdeviceptr other,
                            size_t words) { return cuMemcpyDtoD(other, place, 4 * words); }},
        {"cuMemcpy2D",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) { return copy_rows(other, place, words); }},
        {"cuMemcpy2DUnaligned", [](CUdeviceptr place, CUdeviceptr other,
                                   size_t words) { return copy_rows_unaligned(other, place, words); }},
        {"cuMemcpy3D",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) { return copy_box(other, place, words); }},
        {"cuMemcpyPeer",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) { return copy_peer(other, place, words); }},
        {"cuMemcpy2DAsync", [](CUdeviceptr place, CUdeviceptr other,
                               size_t words) { return copy_rows_async(other, place, words); }},
        {"cuMemcpyPeerAsync", [](CUdeviceptr place, CUdeviceptr other,
                                 size_t words) { return copy_peer_async(other, place, words); }},
        {"cuMemcpy3DAsync", [](CUdeviceptr place, CUdeviceptr other,
                               size_t words) { return copy_box_async(other, place, words); }},
        {"cuMemcpyDtoDAsync",
         [](CUdeviceptr place, CUdeviceptr other, size_t words) { return copy_async(other, place, words); }},
        {"cuMemcpyDtoHAsync", [](CUdeviceptr place, CUdeviceptr, size_t words) {
             std::vector<uint32_t> data(words);
             return finish(cuMemcpyDtoHAsync(data.data(), place, 4 * words, nullptr));
         }}};
    for (Road& road : runtime_reading_roads()) {
        roads.push_back(std::move(road));
    }
    return roads;
}

/// Every road into (or out of) `words` words at `place` is refused.
inline void check_refused(const std::vector<Road>& roads, CUdeviceptr place, CUdeviceptr other,
                          size_t words) {
    for (const Road& road : roads) {
        CAPTURE(road.name, words);
        CHECK(road.take(place, other, words) == CUDA_ERROR_INVALID_VALUE);
    }
}

inline void check_accepted(const std::vector<Road>& roads, CUdeviceptr place, CUdeviceptr other,
                           size_t words) {
    for (const Road& road : roads) {
        CAPTURE(road.name, words);
        CHECK(road.take(place, other, words) == CUDA_SUCCESS);
    }
    synchronize();
}

} // namespace cts
