#include "misbehaviours.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace misbehave {
namespace {

using Behaviour = std::function<void(const Case&, const Situation&)>;

std::string event(const char* kind, const Case& c, const std::string& rest = "") {
    return R"({"event":")" + std::string(kind) + R"(","case":")" + c.name + "\"" +
           (rest.empty() ? "" : "," + rest) + "}";
}

void end(const Case& c, const Situation& s, const std::string& outcome = "pass", int assertions = 1,
         bool lost = false) {
    s.out.line(event("end", c,
                     R"("outcome":")" + outcome + R"(","assertions":)" + std::to_string(assertions) +
                         R"(,"failed":0,"observations":0,"seconds":0.001,"context_lost":)" +
                         (lost ? "true" : "false")));
}

void fail(const Case& c, const Situation& s, const std::string& message = "told to fail") {
    s.out.line(event("failure", c,
                     R"("expression":"1 == 2","expansion":"1 == 2","message":")" + message +
                         R"(","file":"misbehave.cpp","line":7,"section":"")"));
    end(c, s, "fail");
}

// A descendant that holds every pipe open, and would outlive the worker by a minute.
void leave_child(bool in_own_session) {
    if (::fork() != 0)
        return;
    if (in_own_session) {
        ::setsid();
        if (::fork() != 0)
            ::_exit(0);
    }
    for (int i = 0; i < 60; ++i)
        ::sleep(1);
    ::_exit(0);
}

void flood(const std::string& line, std::size_t megabytes) {
    std::string block;
    while (block.size() < (1U << 20U))
        block += line;
    for (std::size_t i = 0; i < megabytes; ++i)
        if (::write(STDOUT_FILENO, block.data(), block.size()) < 0)
            std::abort();
}

int times_run(const Case& c, const Situation& s) {
    const auto file = std::filesystem::path(s.state) / (c.id + ".count");
    int count = 0;
    std::ifstream(file) >> count;
    std::ofstream(file) << count + 1;
    return count;
}

const std::map<std::string, Behaviour> behaviours{
    {"pass", [](auto& c, auto& s) { end(c, s); }},
    {"full", [](auto& c, auto& s) { end(c, s); }},
    {"fail", [](auto& c, auto& s) { fail(c, s); }},
    {"slow", [](auto& c, auto& s) { ::usleep(5000), end(c, s); }},
    {"skip", [](auto& c,
                auto& s) { s.out.line(event("skip", c, R"("reason":"FABRIC = 0")")), end(c, s, "skip", 0); }},
    {"observe",
     [](auto& c, auto& s) {
         s.out.line(event("observation", c, R"("key":"K","value":"V")"));
         s.out.line(event("measurement", c, R"("key":"update_us","value":0.5,"unit":"us")"));
         s.out.line(event("end", c, R"("outcome":"pass","assertions":0,"observations":1,"seconds":0.001)"));
     }},
    // Deaths.
    {"segv", [](auto&, auto&) { std::puts("before the fault"), std::fflush(stdout), ::raise(SIGSEGV); }},
    {"abort", [](auto&, auto&) { std::abort(); }},
    {"exit", [](auto&, auto&) { ::_exit(3); }},
    {"exit0", [](auto&, auto&) { ::_exit(0); }},
    {"killed", [](auto&, auto&) { ::raise(SIGKILL); }},
    {"hang", [](auto&, auto&) { std::puts("about to hang"), std::fflush(stdout), ::pause(); }},
    {"ignore_term", [](auto&, auto&) { ::signal(SIGTERM, SIG_IGN), ::pause(); }},
    {"stop", [](auto&, auto&) { ::raise(SIGSTOP); }},
    {"die_after_end", [](auto& c, auto& s) { end(c, s), ::raise(SIGBUS); }},
    {"cut", [](auto& c, auto& s) { s.out.raw(event("end", c).substr(0, 20)), ::raise(SIGKILL); }},
    // Floods and garbage.
    {"flood", [](auto& c, auto& s) { flood("all work and no play\n", 100), end(c, s); }},
    {"flood_fail",
     [](auto& c, auto& s) {
         flood("\xff\xfe\x01", 4), std::puts("the end"), std::fflush(stdout), fail(c, s);
     }},
    {"failures",
     [](auto& c, auto& s) {
         for (int i = 0; i < 5000; ++i)
             s.out.line(event("failure", c, R"("expression":"e","line":1)"));
         end(c, s, "fail");
     }},
    {"garbage",
     [](auto& c, auto& s) { fail(c, s, "bytes \xff\xc0\x80 and \x01\x02\x1b[31m controls ]]> <&"); }},
    {"noise", [](auto& c, auto& s) { s.out.line("\x01\xffnot an event"), end(c, s); }},
    {"endless_line",
     [](auto& c, auto& s) { s.out.raw(std::string(6U << 20U, 'x')), s.out.line(""), end(c, s); }},
    {"unended", [](auto&, auto&) {}},
    {"stranger",
     [](auto& c, auto& s) { s.out.line(R"({"event":"start","case":"nobody asked"})"), end(c, s); }},
    {"close_fds", [](auto& c, auto& s) { ::close_range(0, ~0U, 0), end(c, s), ::pause(); }},
    // Processes left behind.
    {"fork", [](auto& c, auto& s) { leave_child(false), end(c, s); }},
    {"daemon", [](auto& c, auto& s) { leave_child(true), end(c, s); }},
    {"fork_segv", [](auto&, auto&) { leave_child(false), ::raise(SIGSEGV); }},
    // Claims without a check.
    {"silent", [](auto& c, auto& s) { end(c, s, "error", 0); }},
    {"vacuous", [](auto& c, auto& s) { end(c, s, "pass", 0); }},
    // Lost contexts.
    {"lost",
     [](auto& c, auto& s) {
         end(c, s, "pass", 1, true), s.out.line(R"({"event":"bye","cases":1})"), ::_exit(75);
     }},
    {"lost_on", [](auto& c, auto& s) { end(c, s, "pass", 1, true); }},
    // Moods.
    {"flaky", [](auto& c, auto& s) { times_run(c, s) % 2 == 0 ? fail(c, s) : end(c, s); }},
    {"company", [](auto& c, auto& s) { s.before > 0 ? fail(c, s) : end(c, s); }},
    {"company_segv", [](auto& c, auto& s) { s.before > 0 ? void(::raise(SIGSEGV)) : end(c, s); }},
};

} // namespace

void Channel::raw(const std::string& bytes) const {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto written = ::write(fd, bytes.data() + at, bytes.size() - at);
        if (written < 0)
            return;
        at += static_cast<std::size_t>(written);
    }
}

void Channel::line(const std::string& text) const {
    raw(text + "\n");
}

void perform(const Case& c, const Situation& situation) {
    situation.out.line(event("start", c));
    behaviours.at(c.behaviour)(c, situation);
}

} // namespace misbehave
