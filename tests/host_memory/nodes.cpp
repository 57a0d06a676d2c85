// Every NUMA node that has memory and processors answers alike, and a node that does not exist is refused:
// in a child, because drivers have crashed over it (NVIDIA/nccl#2106) or served some nodes only
// (NVIDIA/nccl#2190).
#include "tests/host_memory/host_memory.hpp"
#include "tests/prelude.hpp"

#include <climits>

#include <fstream>
#include <set>
#include <sstream>

namespace cts {
namespace {

/// The numbers of a list such as "0-2,5".
std::set<int> numbers(const std::string& list) {
    std::set<int> result;
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ',');) {
        std::istringstream ends(part);
        int first = 0;
        if (!(ends >> first)) {
            continue;
        }
        int last = first;
        ends.ignore(1) >> last;
        for (int number = first; number <= std::max(first, last); ++number) {
            result.insert(number);
        }
    }
    return result;
}

std::set<int> nodes_in(const char* file) {
    std::ifstream stream(std::string("/sys/devices/system/node/") + file);
    std::string list;
    std::getline(stream, list);
    return numbers(list);
}

/// The nodes that this process may use (cpuset(7)).
std::set<int> allowed_nodes() {
    std::ifstream status("/proc/self/status");
    const std::string key = "Mems_allowed_list:";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(key)) {
            return numbers(line.substr(key.size()));
        }
    }
    return {0};
}

/// Nodes of the host: those with processors, for a device's memory can be a node, too. Node 0 where the
/// system knows no nodes (Driver API, cuMemCreate).
std::set<int> host_nodes() {
    std::set<int> result;
    const std::set<int> with_processors = nodes_in("has_cpu");
    const std::set<int> allowed = allowed_nodes();
    for (const int node : nodes_in("has_memory")) {
        if (with_processors.contains(node) && allowed.contains(node)) {
            result.insert(node);
        }
    }
    return result.empty() ? std::set<int>{0} : result;
}

CHILD(create_on_nodes) {
    const OnNode room;
    for (long long node = parent.receive_number(); node != LLONG_MIN; node = parent.receive_number()) {
        CUmemAllocationProp wanted = room.host_properties();
        wanted.location.id = static_cast<int>(node);
        CUmemGenericAllocationHandle handle = 0;
        const CUresult result = cuMemCreate(&handle, room.chunk(), &wanted, 0);
        const Allocation memory(result == CUDA_SUCCESS ? handle : 0);
        parent.report("create " + std::to_string(node), result);
        if (result == CUDA_SUCCESS) {
            const Mapping mapped = room.map_for(room.at(0), memory, {room.read_write(), room.processor()});
            ramp(room.at(0), room.chunk(), 12);
            parent.report("usable " + std::to_string(node),
                          kernel_sees_ramp(room.at(0), room.chunk(), 12) &&
                              host_holds_ramp(words(room.at(0)), room.chunk(), 12));
        }
    }
}

} // namespace

TEST_CASE_METHOD(OnNode, "HST-02: every NUMA node of the host serves memory to the device",
                 "[host_memory][sacrifices]") {
    const std::set<int> nodes = host_nodes();
    Peer child(create_on_nodes);
    for (const int node : nodes) {
        child.send_number(node);
    }
    child.send_number(LLONG_MIN);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    for (const int node : nodes) {
        CAPTURE(node);
        CHECK(report.driver_result("create " + std::to_string(node)) == CUDA_SUCCESS);
        CHECK(report.number("usable " + std::to_string(node)) == 1);
    }
}

TEST_CASE_METHOD(OnNode, "HST-02/absent: a node that does not exist is refused, and the driver lives on",
                 "[host_memory][sacrifices]") {
    const std::pair<const char*, int> absent[] = {
        {"-1", -1}, {"-2", -2}, {"1000", 1000}, {"100000", 100000}, {"largest", INT_MAX}};
    Peer child(create_on_nodes);
    for (const auto& [name, node] : absent) {
        child.send_number(node);
    }
    child.send_number(location().id);
    child.send_number(LLONG_MIN);
    const ChildReport& report = child.wait();
    CHECK(report.finished);
    for (const auto& [name, node] : absent) {
        CAPTURE(name);
        const CUresult result = report.driver_result("create " + std::to_string(node));
        CHECK(result != CUDA_SUCCESS);
        observe(std::string("HST-02/node ") + name, result);
    }
    CHECK(report.number("usable " + std::to_string(location().id)) == 1);
}

} // namespace cts
