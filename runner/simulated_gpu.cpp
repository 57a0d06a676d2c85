#include "simulated_gpu.hpp"

#include "process.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace runner {

using namespace std::chrono_literals;

std::string simulated_gpu(const std::string& command, const std::string& purpose) {
    return command + " " + std::to_string(::getpid()) + (purpose.empty() ? "" : " " + purpose);
}

std::string simulated_gpu_entry(const std::string& name) {
    return simulated_gpu_variable + ("=" + name);
}

void remove_simulated_gpu(const std::filesystem::path& program, std::vector<std::string> environment,
                          const std::string& name) {
    environment.push_back(simulated_gpu_entry(name));
    try {
        Process worker({program, {"--events", "1", "--cases", "/dev/null"}, environment, {}});
        for (auto waited = 0ms; waited < 5s && !worker.poll_exit(); waited += 1ms)
            std::this_thread::sleep_for(1ms);
    } catch (const std::exception& problem) {
        std::cerr << "vmm-cts: a table of the simulator may be left in /dev/shm: " << problem.what() << '\n';
    }
}

} // namespace runner
