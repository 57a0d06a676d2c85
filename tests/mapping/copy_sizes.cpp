// Copies and fills of a few bytes, at every place in a word, and of sizes around powers of two: where one way
// of moving ends and another begins.
#include "tests/mapping/patchwork.hpp"

#include <algorithm>

namespace cts {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr size_t window = 128; // bytes around what is written, read as a whole
constexpr unsigned char kept = 0x55;

/// Sizes and places of all cases: across the first border, `before` bytes in front of it.
constexpr size_t few[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65};
constexpr size_t before = 24;

Bytes pattern(size_t count, unsigned seed) {
    Bytes data(count);
    for (size_t i = 0; i < count; ++i) {
        data[i] = static_cast<unsigned char>(seed + i * 37);
    }
    return data;
}

/// A window of `kept` with `data` from `shift` on.
Bytes window_with(const Bytes& data, size_t shift) {
    Bytes expected(window, kept);
    std::copy(data.begin(), data.end(), expected.begin() + static_cast<ptrdiff_t>(shift));
    return expected;
}

class Window : public Patchwork {
  public:
    CUdeviceptr start() const { return buffer() + granules(1) - before; }
    /// Makes the window anew, lets `write` write at `shift`, and compares the window, all of it.
    template<typename Write>
    bool writes(size_t shift, const Bytes& data, Write write) const {
        fill(start(), window, 0x55555555);
        must(write(start() + shift), "the call under test");
        synchronize();
        Bytes found(window);
        must(cuMemcpyDtoH(found.data(), start(), window), "cuMemcpyDtoH");
        return found == window_with(data, shift);
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
            wrong += !writes(shift, data,
                             [&](CUdeviceptr place) { return cuMemcpyHtoD(place, data.data(), count); });
            Bytes back(count + 1, kept);
            must(cuMemcpyDtoH(back.data(), start() + shift, count), "cuMemcpyDtoH");
            wrong += !std::equal(data.begin(), data.end(), back.begin()) || back.back() != kept;
            for (const size_t skew : {0, 1, 3}) { // the source begins elsewhere in its word
                const auto from = all.begin() + static_cast<ptrdiff_t>(shift + skew);
                const Bytes moved(from, from + static_cast<ptrdiff_t>(count));
                wrong += !writes(shift, moved, [&](CUdeviceptr place) {
                    return cuMemcpyDtoD(place, source + shift + skew, count);
                });
            }
        }
    }
    CHECK(wrong == 0);
    CHECK_FALSE(writes(0, pattern(8, 2), [&](CUdeviceptr place) { return cuMemcpyDtoD(place, source, 8); }));
}

TEST_CASE_METHOD(Window, "MAP-12/few_fills: so do fills of a few bytes and of a few 16 bits", "[mapping]") {
    size_t wrong = 0;
    for (const size_t count : few) {
        for (size_t shift = 0; shift < 4; ++shift) {
            wrong += !writes(shift, Bytes(count, 0xa8),
                             [&](CUdeviceptr place) { return cuMemsetD8(place, 0xa8, count); });
            if (shift % 2 == 0 && 2 * count + shift < window) {
                Bytes data(2 * count, 0xa7);
                for (size_t i = 1; i < data.size(); i += 2) {
                    data[i] = 0x16;
                }
                if (shift + data.size() <= window) {
                    wrong += !writes(shift, data,
                                     [&](CUdeviceptr place) { return cuMemsetD16(place, 0x16a7, count); });
                }
            }
        }
    }
    CHECK(wrong == 0);
    CHECK_FALSE(writes(0, Bytes(2, 0xa8), [](CUdeviceptr place) { return cuMemsetD8(place, 0xa8, 1); }));
}

TEST_CASE_METHOD(Patchwork, "MAP-12/powers: copies of sizes around powers of two move all of it",
                 "[mapping]") {
    constexpr size_t most = (size_t{1} << 20) + 1;
    constexpr size_t edge = 8; // bytes that are compared at the end, and one behind
    const Bytes data = pattern(most, 3);
    const CUdeviceptr target = buffer() + granules(1) - 4097;
    must(cuMemcpyHtoD(plain(), data.data(), most), "cuMemcpyHtoD");
    synchronize();
    size_t wrong = 0;
    const auto ends_right = [&](size_t bytes) {
        synchronize();
        Bytes found(edge + 1);
        must(cuMemcpyDtoH(found.data(), target + bytes - edge, found.size()), "cuMemcpyDtoH");
        return std::equal(found.begin(), found.end() - 1,
                          data.begin() + static_cast<ptrdiff_t>(bytes - edge)) &&
               found.back() == kept;
    };
    const auto clear = [&](size_t bytes) {
        must(cuMemsetD8(target + bytes - edge, kept, edge + 1), "cuMemsetD8");
        synchronize();
    };
    for (size_t power = 64; power < most; power *= 2) {
        for (const size_t bytes : {power - 1, power, power + 1}) {
            clear(bytes);
            wrong += ends_right(bytes); // so it can be wrong
            must(cuMemcpyHtoD(target, data.data(), bytes), "cuMemcpyHtoD");
            wrong += !ends_right(bytes);
            clear(bytes);
            must(cuMemcpyDtoD(target, plain(), bytes), "cuMemcpyDtoD");
            wrong += !ends_right(bytes);
            Bytes back(bytes + 1, kept);
            must(cuMemcpyDtoH(back.data(), target, bytes), "cuMemcpyDtoH");
            wrong += !std::equal(data.begin(), data.begin() + static_cast<ptrdiff_t>(bytes), back.begin()) ||
                     back.back() != kept;
        }
    }
    CHECK(wrong == 0);
}

} // namespace cts
