// Host and device memory take turns at one address, as they do when data is moved out to the host and back.
#include "fixtures/size.hpp"
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <array>

namespace cts {

TEST_CASE_METHOD(OnNode, "HST-10: a kernel sees the memory that is mapped now, of the host or of the device",
                 "[host_memory]") {
    const Allocation memories[] = {allocate_host(), allocate_device_memory(), allocate_host(),
                                   allocate_device_memory()};
    std::array<uint32_t, 4> values = {0x100, 0x200, 0x300, 0x400};
    for (size_t i = 0; i < values.size(); ++i) {
        const Mapping passing = map_for(at(0), memories[i], {read_write()});
        fill(at(0), chunk(), values[i]);
    }
    for (size_t round = 0; round < 5 * size_factor(); ++round) {
        for (size_t i = 0; i < values.size(); ++i) {
            CAPTURE(round, i);
            const Mapping mapped = map_for(at(0), memories[i], {read_write()});
            CHECK(kernel_sees(at(0), chunk(), values[i]));
            launch(multiply_add_call(at(0), chunk(), 1, 1));
            synchronize();
            ++values[i];
        }
    }
    for (size_t i = 0; i < values.size(); ++i) {
        const Mapping passing = map_for(at(1), memories[i], {read_write()}); // and at any other address
        CHECK(kernel_sees(at(1), chunk(), values[i]));
    }
}

TEST_CASE_METHOD(OnNode, "HST-10/processor: the processor, too, sees the memory that is mapped now",
                 "[host_memory]") {
    const Allocation memories[] = {allocate_host(), allocate_host()};
    uint32_t value = 0;
    for (size_t round = 0; round < 5 * size_factor(); ++round) {
        for (const Allocation& memory : memories) {
            CAPTURE(round);
            const Mapping mapped = map_for(at(0), memory, {read_write(), processor()});
            // Each memory still has what was written two turns ago, or nothing in the first round.
            CHECK((round == 0 || host_holds(words(at(0)), chunk(), value - 1)));
            ++value;
            std::fill_n(words(at(0)), word_count(chunk()), value);
            CHECK(kernel_sees(at(0), chunk(), value));
        }
    }
}

} // namespace cts
