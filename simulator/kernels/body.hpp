// Makes a Body of a function that shim.hpp let the compiler read.
#pragma once

#include "core/kernels.hpp"
#include "kernels/shim.hpp"

#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace sim {

template<auto function>
struct NameOf {};

inline constexpr std::string_view base36_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

inline std::string base36(unsigned long value) {
    return (value < 36 ? std::string() : base36(value / 36)) + base36_digits[value % 36];
}

/// A function's mangled name, taken out of the name of NameOf<function>: its back references (S_, S0_, S1_,
/// ... in base 36, Itanium C++ ABI 5.1.10) count `sim` and `sim::NameOf`, which come first there.
inline std::string without_outer_references(std::string_view nested) {
    std::string name;
    for (size_t i = 0; i < nested.size();) {
        size_t length = 1;
        if (nested[i] >= '0' && nested[i] <= '9') { // an identifier with its length: never a reference
            size_t digits = 0;
            const size_t letters = std::stoul(std::string(nested.substr(i)), &digits);
            length = digits + letters;
        } else if (const size_t end = nested.find_first_not_of(base36_digits, i);
                   nested[i] == 'S' && end != std::string_view::npos && nested[end] == '_' && end > i + 1) {
            const unsigned long counted =
                std::stoul(std::string(nested.substr(i + 1, end - i - 1)), nullptr, 36);
            const unsigned long index = counted + 1 - 2; // S_ is 0, S0_ is 1
            name += index == 0 ? "S_" : "S" + base36(index - 1) + "_";
            i = end + 1;
            continue;
        }
        name += nested.substr(i, length);
        i += length;
    }
    return name;
}

/// The mangled name of a function. Nothing in C++ gives it, but the mangled name of a class template that has
/// the function as argument contains it, between "L" and the "E" that ends the argument. A static function
/// differs from the device function of that name by an "L" in front of the name; device functions have
/// external linkage.
template<auto function>
std::string mangled_name() {
    const std::string type = typeid(NameOf<function>).name();
    const size_t start = type.find("L_Z") + 1;
    std::string name = without_outer_references(
        std::string_view(type).substr(start, type.size() - start - std::string("EEEE").size()));
    if (name.starts_with("_ZL")) {
        name.erase(2, 1);
    }
    return name;
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

    static void run(void* const* arguments, const unsigned grid[3], const unsigned block[3]) {
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
    return add_body(mangled_name<function>(), Runner<function>::body());
}

} // namespace sim
