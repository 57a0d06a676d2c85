// Copies and fills of a few bytes, at every place in a word, and of sizes around powers of two: where one way
// of moving ends and another begins.
#include "tests/mapping/patchwork.hpp"

#include <algorithm>

namespace cts {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr size_t window = 128; // bytes around what is written, read as a whole
constexpr unsigned char kept = 0x55;

constexpr size_t few[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65};
constexpr size_t before = window / 2; // the window lies across the first border

/// Where in the window `bytes` begin that go across the border, `shift` bytes behind the start of a word.
constexpr size_t place_of(size_t bytes, size_t shift) {
    return before - (bytes / 2 + 3) / 4 * 4 + shift;
}

Bytes pattern(size_t count, unsigned seed) {
    Bytes data(count);
    for (size_t i = 0; i < count; ++i) {
        data[i] = static_cast<unsigned char>(seed + i * 37);
    }
    return data;
}

/// A window of `kept` with `data` from `place` on.
Bytes window_with(const Bytes& data, size_t place) {
    Bytes expected(window, kept);
    std::copy(data.begin(), data.end(), expected.begin() + static_cast<ptrdiff_t>(place));
    return expected;
}

class Window : public Patchwork {
  public:
    CUdeviceptr start() const { return buffer() + granules(1) - before; }
    /// Makes the window anew, lets `write` write at `place`, and compares the window, all of it.
    template<typename Write>
    bool writes(size_t place, const Bytes& data, Write write) const {
        fill(start(), window, 0x55555555);
        if (write(start() + place) != CUDA_SUCCESS) {
            return false;
        }
        synchronize();
        Bytes found(window);
        must(cuMemcpyDtoH(found.data(), start(), window), "cuMemcpyDtoH");
        return found == window_with(data, place);
    }
};

} // namespace

TEST_CASE_METHOD(Window, "MAP-12/few: copies of a few bytes move those, wherever in a word they begin",
                 "[mapping]") {
    const CUdeviceptr source = plain() + 256;
    const Bytes all = pattern(window, 1);
    must(cuMemcpyHtoD(source, all.data(), window), "cuMemcpyHtoD");
    size_t wrong = 0;
    for (const size_t count : few) {
        const Bytes data(all.begin() + 4, all.begin() + 4 + static_cast<ptrdiff_t>(count));
        for (size_t shift = 0; shift < 4; ++shift) {
            const size_t at = place_of(count, shift);
            wrong +=
                !writes(at, data, [&](CUdeviceptr place) { return cuMemcpyHtoD(place, data.data(), count); });
            Bytes back(count + 1, kept);
            must(cuMemcpyDtoH(back.data(), start() + at, count), "cuMemcpyDtoH");
            wrong += !std::equal(data.begin(), data.end(), back.begin()) || back.back() != kept;
            for (const size_t skew : {0, 1, 3}) { // the source begins elsewhere in its word
                const auto from = all.begin() + static_cast<ptrdiff_t>(shift + skew);
                const Bytes moved(from, from + static_cast<ptrdiff_t>(count));
                wrong += !writes(at, moved, [&](CUdeviceptr place) {
                    return cuMemcpyDtoD(place, source + shift + skew, count);
                });
            }
        }
    }
    CHECK(wrong == 0);
    CHECK_FALSE(writes(0, pattern(8, 2), [&](CUdeviceptr place) { return cuMemcpyDtoD(place, source, 8); }));
}

TEST_CASE_METHOD(Window, "MAP-12/few_forms: so do the other forms of copy, to and from any place of the host",
                 "[mapping]") {
    const CUdeviceptr source = plain() + 256;
    const Bytes all = pattern(window, 5);
    must(cuMemcpyHtoD(source, all.data(), window), "cuMemcpyHtoD");
    const PinnedMemory pinned = allocate_pinned(window);
    std::copy(all.begin(), all.end(), static_cast<unsigned char*>(pinned.get()));
    constexpr int writing_forms = 8;
    const auto write_by = [&](int form, CUdeviceptr place, size_t from, size_t count) {
        switch (form) {
        case 0:
            return cuMemcpyHtoD(place, all.data() + from, count);
        case 1:
            return cuMemcpyHtoDAsync(place, all.data() + from, count, nullptr);
        case 2:
            return cuMemcpyHtoDAsync(place, static_cast<unsigned char*>(pinned.get()) + from, count, nullptr);
        case 3: // equal errors of the runtime have equal numbers
            return static_cast<CUresult>(
                cudaMemcpy(pointer(place), all.data() + from, count, cudaMemcpyHostToDevice));
        case 4:
            return cuMemcpyDtoDAsync(place, source + from, count, nullptr);
        case 5:
            return cuMemcpy(place, source + from, count);
        case 6:
            return cuMemcpyPeer(place, context(), source + from, context(), count);
        default:
            return static_cast<CUresult>(cudaMemcpyAsync(pointer(place), pointer(source + from), count,
                                                         cudaMemcpyDeviceToDevice, nullptr));
        }
    };
    const auto read_by = [&](int form, unsigned char* target, CUdeviceptr place, size_t count) {
        switch (form) {
        case 0:
            return cuMemcpyDtoH(target, place, count);
        case 1:
            return cuMemcpyDtoHAsync(target, place, count, nullptr);
        default:
            return static_cast<CUresult>(cudaMemcpy(target, pointer(place), count, cudaMemcpyDeviceToHost));
        }
    };
    size_t wrong = 0;
    for (const size_t count : {1, 3, 6, 17, 63}) {
        for (const size_t shift : {0, 1, 3}) {
            const size_t at = place_of(count, shift);
            const auto from = all.begin() + static_cast<ptrdiff_t>(2 * shift + 1);
            const Bytes data(from, from + static_cast<ptrdiff_t>(count));
            for (int form = 0; form < writing_forms; ++form) {
                wrong += !writes(
                    at, data, [&](CUdeviceptr place) { return write_by(form, place, 2 * shift + 1, count); });
            }
            for (int form = 0; form < 3; ++form) {
                Bytes back(count + 8, kept);
                wrong += read_by(form, back.data() + shift + 1, start() + at, count) != CUDA_SUCCESS;
                synchronize();
                Bytes expected(back.size(), kept);
                std::copy(data.begin(), data.end(), expected.begin() + static_cast<ptrdiff_t>(shift + 1));
                wrong += back != expected;
            }
        }
    }
    CHECK(wrong == 0);
    CHECK_FALSE(writes(0, pattern(8, 6), [&](CUdeviceptr place) { return write_by(0, place, 0, 8); }));
}

TEST_CASE_METHOD(Window, "MAP-12/few_fills: so do fills of a few bytes and of a few 16 bits", "[mapping]") {
    size_t wrong = 0;
    for (const size_t count : few) {
        for (size_t shift = 0; shift < 4; ++shift) {
            wrong += !writes(place_of(count, shift), Bytes(count, 0xa8),
                             [&](CUdeviceptr place) { return cuMemsetD8(place, 0xa8, count); });
            wrong += !writes(place_of(count, shift), Bytes(count, 0xa5),
                             [&](CUdeviceptr place) { return cuMemsetD8Async(place, 0xa5, count, nullptr); });
            wrong += !writes(place_of(count, shift), Bytes(count, 0xa4), [&](CUdeviceptr place) {
                return static_cast<CUresult>(cudaMemset(pointer(place), 0xa4, count));
            });
            wrong += !writes(place_of(count, shift), Bytes(count, 0xa3), [&](CUdeviceptr place) {
                return static_cast<CUresult>(cudaMemsetAsync(pointer(place), 0xa3, count, nullptr));
            });
            if (shift == 0 && 4 * count <= window / 2) {
                const Bytes data(4 * count, 0xa6);
                for (const size_t at : {place_of(data.size(), 0), place_of(data.size(), 4)}) {
                    wrong += !writes(
                        at, data, [&](CUdeviceptr place) { return cuMemsetD32(place, 0xa6a6a6a6, count); });
                    wrong += !writes(at, data, [&](CUdeviceptr place) {
                        return cuMemsetD32Async(place, 0xa6a6a6a6, count, nullptr);
                    });
                }
            }
            if (shift % 2 == 0 && 2 * count + shift <= window) {
                Bytes data(2 * count, 0xa7);
                for (size_t i = 1; i < data.size(); i += 2) {
                    data[i] = 0x16;
                }
                wrong += !writes(place_of(data.size(), shift), data,
                                 [&](CUdeviceptr place) { return cuMemsetD16(place, 0x16a7, count); });
            }
        }
    }
    CHECK(wrong == 0);
    CHECK_FALSE(writes(0, Bytes(2, 0xa8), [](CUdeviceptr place) { return cuMemsetD8(place, 0xa8, 1); }));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/powers: copies of sizes around powers of two move all of it",
                 "[mapping]") {
    constexpr size_t most = (size_t{1} << 20) + 1;
    const Bytes from_host = pattern(most, 3);
    const Bytes from_device = pattern(most, 4);
    const CUdeviceptr target = buffer() + granules(1) - 4097;
    const CUdeviceptr middle = plain() + granules(2) + 4; // of the same mapping as plain()
    const CUdeviceptr high = plain() + granules(5);
    must(cuMemcpyHtoD(plain(), from_device.data(), most), "cuMemcpyHtoD");
    must(cuMemcpyHtoD(high, from_host.data(), most), "cuMemcpyHtoD");
    const auto clear = [&](size_t bytes) { must(cuMemsetD8(target, kept, bytes + 1), "cuMemsetD8"); };
    const auto holds_first = [&](size_t bytes, const Bytes& data) { // and nothing behind them
        synchronize();
        Bytes found(bytes + 1);
        must(cuMemcpyDtoH(found.data(), target, found.size()), "cuMemcpyDtoH");
        return std::equal(found.begin(), found.end() - 1, data.begin()) && found.back() == kept;
    };
    size_t wrong = 0;
    for (size_t power = 64; power < most; power *= 2) {
        for (const size_t bytes : {power - 1, power, power + 1}) {
            clear(bytes);
            wrong += holds_first(bytes, from_host); // so it can be wrong
            wrong += cuMemcpyHtoD(target, from_host.data(), bytes) != CUDA_SUCCESS;
            wrong += !holds_first(bytes, from_host);
            clear(bytes);
            wrong += cuMemcpyDtoD(target, plain(), bytes) != CUDA_SUCCESS;
            wrong += !holds_first(bytes, from_device);
            Bytes back(bytes + 1, kept);
            wrong += cuMemcpyDtoH(back.data(), target, bytes) != CUDA_SUCCESS;
            wrong += !std::equal(back.begin(), back.end() - 1, from_device.begin()) || back.back() != kept;
            for (const auto& [to, from] : {std::pair{middle, plain()}, std::pair{middle, high}}) {
                clear(bytes); // up and down within one mapping
                must(cuMemsetD8(middle, kept, bytes), "cuMemsetD8");
                wrong += cuMemcpyDtoD(to, from, bytes) != CUDA_SUCCESS;
                must(cuMemcpyDtoD(target, to, bytes), "cuMemcpyDtoD");
                wrong += !holds_first(bytes, from == high ? from_host : from_device);
            }
        }
    }
    CHECK(wrong == 0);
}

} // namespace cts
