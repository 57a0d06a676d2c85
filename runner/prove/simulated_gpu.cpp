#include "prove/simulated_gpu.hpp"

#include "process.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace runner::prove {

using namespace std::chrono_literals;

std::string simulated_gpu(const std::string& owner) {
    return "prove " + std::to_string(::getpid()) + " " + owner;
}

std::string simulated_gpu_entry(const std::string& owner) {
    return simulated_gpu_variable + ("=" + simulated_gpu(owner));
}

void remove_simulated_gpu(const std::filesystem::path& program, std::vector<std::string> environment,
                          const std::string& owner) {
    environment.push_back(simulated_gpu_entry(owner));
    try {
        Process worker({program, {"--events", "1", "--cases", "/dev/null"}, environment, {}});
        for (auto waited = 0ms; waited < 5s && !worker.poll_exit(); waited += 1ms)
            std::this_thread::sleep_for(1ms);
    } catch (const std::exception& problem) {
        std::cerr << "vmm-cts prove: a table of the simulator may be left in /dev/shm: " << problem.what()
                  << '\n';
    }
}

} // namespace runner::prove
