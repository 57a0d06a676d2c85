#include "core/kernels.hpp"

#include "core/state.hpp"

#include <cstdlib>
#include <cxxabi.h>
#include <map>
#include <memory>
#include <unordered_map>

namespace sim {
namespace {

std::map<std::string, Body, std::less<>>& bodies() {
    static auto* table = new std::map<std::string, Body, std::less<>>;
    return *table;
}

struct Registry {
    std::unordered_map<const void*, const Kernel*> by_host;
    std::unordered_map<const void*, std::unique_ptr<Kernel>> by_handle;
};

Registry& registry() {
    static auto* instance = new Registry;
    return *instance;
}

} // namespace

bool add_body(std::string qualified_name, Body body) {
    return bodies().emplace(std::move(qualified_name), std::move(body)).second;
}

const Body* find_body(const std::string& mangled_name) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> readable(
        abi::__cxa_demangle(mangled_name.c_str(), nullptr, nullptr, &status), &std::free);
    std::string_view name = readable != nullptr ? readable.get() : mangled_name.c_str();
    name = name.substr(0, name.find('(')); // without the parameters
    const auto found = bodies().find(name);
    return found == bodies().end() ? nullptr : &found->second;
}

const Kernel* register_kernel(const void* host, std::string_view mangled_name) {
    const Lock lock;
    auto kernel = std::make_unique<Kernel>();
    kernel->name = mangled_name;
    kernel->host = host;
    kernel->body = find_body(kernel->name);
    const Kernel* added = kernel.get();
    registry().by_host[host] = added;
    registry().by_handle[added] = std::move(kernel);
    return added;
}

void unregister_kernel(const Kernel* kernel) {
    const Lock lock;
    const auto found = registry().by_handle.find(kernel);
    if (found == registry().by_handle.end()) {
        return;
    }
    if (const auto host = registry().by_host.find(kernel->host);
        host != registry().by_host.end() && host->second == kernel) {
        registry().by_host.erase(host);
    }
    found->second->registered = false; // stays: a graph may still name it
}

const Kernel* find_kernel_by_host(const void* host) {
    const Lock lock;
    const auto found = registry().by_host.find(host);
    return found == registry().by_host.end() ? nullptr : found->second;
}

const Kernel* find_kernel(const void* handle) {
    const Lock lock;
    const auto found = registry().by_handle.find(handle);
    return found == registry().by_handle.end() || !found->second->registered ? nullptr : found->second.get();
}

const Kernel* find_kernel_by_name(std::string_view mangled_name) {
    const Lock lock;
    for (const auto& [handle, kernel] : registry().by_handle) {
        if (kernel->registered && kernel->name == mangled_name) {
            return kernel.get();
        }
    }
    return nullptr;
}

} // namespace sim
