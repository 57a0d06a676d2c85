// A stand-in for vmm-cts-tests with three cases. STAND_IN says what the second one does while a defect is
// planted (VMM_CTS_FAULT): pass, fail, leak, drift, skip, crash, hang, "start" (the worker itself dies),
// "unplanted" (so it does, with the library's complaint), or "jostled" (crashes only beside other workers).
// "broken" fails without a defect, "shy" does so beside other workers.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <unistd.h>

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

int channel = -1;

void emit(const std::string& kind, const std::string& rest) {
    const auto line = R"({"event":")" + kind + "\"," + rest + "}\n";
    if (::write(channel, line.data(), line.size()) < 0)
        std::exit(9);
}

int describe() {
    std::printf(R"({"schema":1,"suite_version":"0.0.0+test","catch2":"0","toolkit":"0","cases":[)");
    for (const char* id : {"STA-1", "STA-2", "STA-3"})
        std::printf(R"(%s{"name":"%s: a case","id":"%s","group":"stand-in","tags":[],"timeout_s":5})",
                    std::strcmp(id, "STA-1") == 0 ? "" : ",", id, id);
    std::puts("]}");
    return 0;
}

void perform(const std::string& name, const std::string& behaviour) {
    const auto of_case = R"("case":")" + name + "\",";
    emit("start", of_case + R"("time":"")");
    if (behaviour == "crash")
        std::abort();
    while (behaviour == "hang")
        ::pause();
    if (behaviour == "fail" || behaviour == "leak")
        emit("failure", of_case + R"("expression":")" + (behaviour == "fail" ? "CHECK( a == b )" : "") +
                            R"(","expansion":"","message":"a leak","file":"","line":1,"section":"")");
    if (behaviour == "skip")
        emit("skip", of_case + R"("reason":"SOMETHING = 0")");
    emit("observation", of_case + R"("key":"key","value":")" + (behaviour == "drift" ? "new" : "old") + "\"");
    const bool bad = behaviour == "fail" || behaviour == "leak";
    emit("end", of_case + R"("outcome":")" +
                    (bad                   ? "fail"
                     : behaviour == "skip" ? "skip"
                                           : "pass") +
                    R"(","assertions":1,"failed":)" + (bad ? "1" : "0") +
                    R"(,"observations":1,"seconds":0.001,"context_lost":false)");
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--describe") == 0)
        return describe();
    if (argc != 5)
        return 2;
    channel = std::atoi(argv[2]);
    const auto behaviour = variable("STAND_IN");
    const bool planted = !variable("VMM_CTS_FAULT").empty();
    if (planted && behaviour == "start")
        return 9;
    if (planted && behaviour == "unplanted") {
        std::fputs("vmm-cts-faults: VMM_CTS_FAULT=x names no defect\n", stderr);
        return 2;
    }
    emit("hello", R"("protocol":1,"pid":1,"suite_version":"0.0.0+test")");
    if (behaviour == "no_gpu") {
        emit("smoke", R"("ok":false,"reason":"no device","code":"CUDA_ERROR_NO_DEVICE")");
        return 3;
    }
    emit("smoke", R"("ok":true)");
    emit("environment", R"("properties":{"backend":"gpu","gpu.name":"Stand-in","driver.user_mode":"1.2"})");
    const bool in_company = !variable("VMM_CTS_SHARED_GPU").empty();
    const auto planted_behaviour = behaviour != "jostled" ? behaviour : in_company ? "crash" : "pass";
    const bool fails_without = behaviour == "broken" || (behaviour == "shy" && in_company);
    std::ifstream list(argv[4]);
    for (std::string name; std::getline(list, name);) {
        const bool second = name.starts_with("STA-2");
        perform(name, second && planted ? planted_behaviour : second && fails_without ? "fail" : "pass");
    }
    emit("bye", R"("cases":3)");
    return 0;
}
