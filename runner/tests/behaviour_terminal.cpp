// What a person sees on a terminal, and nobody else.
#include "summary.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <pty.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace runner::testing {
namespace {

// Everything that `vmm-cts run` writes when stdout and stderr are a terminal.
std::string on_terminal(const char* no_colour) {
    std::string out = "/tmp/vmm-cts-test-XXXXXX";
    REQUIRE(::mkdtemp(out.data()) != nullptr);
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::setenv("TERM", "xterm", 1);
        ::setenv("NO_COLOR", no_colour, 1);
        ::setenv("MISBEHAVE", "pass,slow*40,fail", 1);
        ::execl(VMM_CTS, VMM_CTS, "run", "--tests", VMM_CTS_MISBEHAVE, "--no-retry", "--out", out.c_str(),
                nullptr);
        ::_exit(127);
    }
    std::string seen;
    char buffer[4096];
    for (ssize_t count = 0;
         (count = ::read(terminal, buffer, sizeof buffer)) > 0 || (count < 0 && errno == EINTR);)
        seen.append(buffer, count > 0 ? static_cast<std::size_t>(count) : 0);
    ::waitpid(child, nullptr, 0);
    ::close(terminal);
    std::filesystem::remove_all(out);
    return seen;
}

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a terminal gets a live line and colours, unless NO_COLOR is set") {
    const auto plain = on_terminal("1");
    CHECK(holds(plain, "/42] "));
    CHECK(holds(plain, "BROKEN: 41 claims kept"));
    CHECK_FALSE(holds(plain, "\033[31m"));
    CHECK(holds(on_terminal(""), "\033[31mBROKEN\033[0m: "));
}

TEST_CASE("a summary without colour has no escape sequence, whatever the failures hold") {
    RunResult run;
    run.cases.emplace_back();
    run.cases.back().outcome = Outcome::crash;
    run.cases.back().name = "A-1: \033[2J";
    run.cases.back().output = "one\ntwo\n\033[31m\nfour\nfive\nsix\nseven\n";
    std::ostringstream text;
    print_summary(text, run, false);
    CHECK_FALSE(holds(text.str(), "\033"));
    CHECK(holds(text.str(), "CRASH A-1: \\x1b[2J"));
    CHECK(holds(text.str(), "| seven\n"));
    CHECK_FALSE(holds(text.str(), "| two\n"));
}

} // namespace runner::testing
