// A stand-in for vmm-cts-tests that speaks the event protocol and then does what MISBEHAVE tells it. No CUDA.
//
//   MISBEHAVE       behaviours, one case each: "pass,segv,hang"; "pass*10000" repeats
//   MISBEHAVE_MODE  how the worker itself behaves: see Mode
//   MISBEHAVE_STATE folder for what must survive a process (flaky)
#include "misbehaviours.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <unistd.h>

namespace misbehave {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::vector<Case> cases_of(const std::string& script) {
    std::vector<Case> cases;
    for (std::size_t at = 0; at < script.size();) {
        const auto end = std::min(script.find(',', at), script.size());
        auto word = script.substr(at, end - at);
        at = end + 1;
        int times = 1;
        if (const auto star = word.find('*'); star != std::string::npos) {
            times = std::atoi(word.c_str() + star + 1);
            word.erase(star);
        }
        for (int i = 0; i < times; ++i) {
            char id[16];
            std::snprintf(id, sizeof id, "MIS-%05zu", cases.size() + 1);
            auto name = std::string(id) + "/" + word;
            name += ": a worker that does " + word;
            cases.push_back({id, word, std::move(name)});
        }
    }
    return cases;
}

int describe(const std::vector<Case>& cases) {
    std::string text = R"({"schema":1,"suite_version":"0.0.0+test","catch2":"0","toolkit":"0","cases":[)";
    for (const auto& c : cases) {
        const bool full = c.behaviour == "full";
        text += (&c == &cases.front() ? "" : ",\n") + std::string(R"({"name":")") + c.name + R"(","id":")" +
                c.id + R"(","variant":")" + c.behaviour + R"(","group":"misbehave","tags":["misbehave")" +
                (full ? R"(,"full")" : "") + R"(],"file":"misbehave.cpp","line":1,"timeout_s":2})";
    }
    std::puts((text + "]}").c_str());
    return 0;
}

// Answers as a worker on a machine without a GPU, with a broken one, or with two.
bool introduce(Channel& out, const std::string& mode) {
    const bool simulated = variable("LD_LIBRARY_PATH").find("fake-simulator") != std::string::npos;
    if (mode == "crash_at_start")
        std::abort();
    if (mode == "hang_at_start")
        ::pause();
    out.line(R"({"event":"hello","protocol":)" + std::string(mode == "protocol_2" ? "2" : "1") +
             R"(,"pid":1,"suite_version":"0.0.0+test"})");
    if (mode == "no_gpu" && !simulated)
        out.line(R"({"event":"smoke","ok":false,"reason":"no driver","code":"cudaErrorInsufficientDriver"})");
    else if (mode == "broken_gpu" && !simulated)
        out.line(
            R"({"event":"smoke","ok":false,"reason":"mismatch","code":"CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"})");
    else {
        out.line(R"({"event":"smoke","ok":true})");
        out.line(R"({"event":"environment","properties":{"gpu.name":"Fake GPU )" +
                 variable("VMM_CTS_DEVICE") + R"(","driver.user_mode":"1.2","gpu.count":2,"backend":")" +
                 (simulated ? "simulator" : "gpu") + "\"}}");
        return true;
    }
    return false;
}

int work(Channel out, const std::vector<Case>& cases, const std::vector<std::string>& names,
         const std::string& mode) {
    if (!introduce(out, mode))
        return 3;
    int done = 0;
    for (const auto& name : names) {
        const auto found =
            std::find_if(cases.begin(), cases.end(), [&](const Case& c) { return c.name == name; });
        if (found == cases.end() || (mode == "skip_half" && (found - cases.begin()) % 2 == 1))
            continue;
        if (mode == "broken_later" && done == 2 && found->behaviour != "pass")
            return 9;
        perform(*found, {out, variable("MISBEHAVE_STATE"), done++});
    }
    out.line(R"({"event":"bye","cases":)" + std::to_string(done) + "}");
    if (mode == "crash_at_exit")
        std::abort();
    if (mode == "hang_at_exit")
        ::pause();
    return 0;
}

} // namespace
} // namespace misbehave

int main(int argc, char** argv) {
    using namespace misbehave;
    const auto cases = cases_of(variable("MISBEHAVE"));
    const auto mode = variable("MISBEHAVE_MODE");
    if (argc == 2 && std::strcmp(argv[1], "--describe") == 0)
        return describe(cases);
    if (argc != 5)
        return 2;
    std::vector<std::string> names;
    std::ifstream list(argv[4]);
    for (std::string name; std::getline(list, name);)
        names.push_back(name);
    return work(Channel{std::atoi(argv[2])}, cases, names, mode);
}
