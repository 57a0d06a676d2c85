// Makes a Body of a function that shim.hpp let the compiler read.
#pragma once

#include "core/kernels.hpp"
#include "kernels/shim.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace sim {

/// The name of a function with its namespaces, out of the compiler's description of this one: "... function =
/// name]".
template<auto function>
std::string qualified_name() {
    const std::string_view description = __PRETTY_FUNCTION__;
    const std::string_view key = "function = ";
    std::string_view name = description.substr(description.find(key) + key.size());
    name = name.substr(0, name.find_first_of(";]"));
    name.remove_prefix(name.starts_with('&') ? 1 : 0);
    return std::string(name);
}

template<auto function>
struct Runner;

template<class... Parameters, void (*function)(Parameters...)>
struct Runner<function> {
    static Body body() {
        Body made;
        [[maybe_unused]] size_t offset = 0;
        (add_parameter(made, offset, sizeof(Parameters), alignof(Parameters)), ...);
        made.run = run;
        return made;
    }

  private:
    static void add_parameter(Body& body, size_t& offset, size_t bytes, size_t alignment) {
        offset = (offset + alignment - 1) / alignment * alignment;
        body.parameter_bytes.push_back(bytes);
        body.parameter_offsets.push_back(offset);
        offset += bytes;
    }

    static void run(void* const* arguments, const unsigned grid[3], const unsigned block[3],
                    unsigned shared_bytes) {
        shared_extent = shared_bytes;
        grid_extent = {grid[0], grid[1], grid[2]};
        block_extent = {block[0], block[1], block[2]};
        for_each(grid, block_index, [&] {
            for_each(block, thread_index, [&] { call(arguments, std::index_sequence_for<Parameters...>{}); });
        });
    }

    template<class Call>
    static void for_each(const unsigned extent[3], Index3& index, Call&& call_one) {
        for (index.z = 0; index.z < extent[2]; ++index.z) {
            for (index.y = 0; index.y < extent[1]; ++index.y) {
                for (index.x = 0; index.x < extent[0]; ++index.x) {
                    call_one();
                }
            }
        }
    }

    template<size_t... i>
    static void call([[maybe_unused]] void* const* arguments, std::index_sequence<i...>) {
        function(*static_cast<Parameters*>(arguments[i])...);
    }
};

template<auto function>
bool add_body() {
    return add_body(qualified_name<function>(), Runner<function>::body());
}

} // namespace sim
