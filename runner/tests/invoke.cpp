#include "invoke.hpp"

#include "results_json.hpp"

#include <pugixml.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace runner::testing {
namespace {

std::string read_all(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

int count_marked(const std::string& mark) {
    int count = 0;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored))
        if (std::isdigit(static_cast<unsigned char>(entry.path().filename().string().front())) != 0 &&
            read_all(entry.path() / "environ").find(mark) != std::string::npos)
            ++count;
    return count;
}

void redirect(const std::filesystem::path& file, int target) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        ::_exit(126); // the test's folder is gone
    ::dup2(fd, target);
    ::close(fd);
}

} // namespace

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "vmm-cts-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no temporary folder can be made");
    path_ = name;
}

Invocation::Invocation(const Script& script) : mark_("VMM_CTS_TEST_MARK=" + folder_.path().string()) {
    std::vector<std::string> words{VMM_CTS, "run", "--tests", VMM_CTS_MISBEHAVE, "--out", out().string()};
    words.insert(words.end(), script.arguments.begin(), script.arguments.end());
    auto environment = script.environment;
    environment.insert(environment.end(),
                       {mark_, "MISBEHAVE=" + script.cases, "MISBEHAVE_MODE=" + script.mode,
                        "MISBEHAVE_STATE=" + folder_.path().string()});
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0)
        return;
    for (auto& entry : environment)
        ::putenv(entry.data());
    redirect(folder_.path() / "stdout", STDOUT_FILENO);
    redirect(folder_.path() / "stderr", STDERR_FILENO);
    ::execv(VMM_CTS, arguments.data());
    ::_exit(127);
}

Invocation::~Invocation() {
    if (exit_code_ < 0) {
        kill(SIGKILL);
        wait();
    }
}

int Invocation::wait() {
    int status = 0;
    if (exit_code_ < 0 && ::waitpid(pid_, &status, 0) == pid_)
        exit_code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return exit_code_;
}

void Invocation::kill(int signal) const {
    ::kill(pid_, signal);
}

RunResult Invocation::result() const {
    return read_results(out() / "results.json");
}

CaseResult Invocation::result_of(const std::string& behaviour) const {
    for (const auto& result : result().cases)
        if (result.variant == behaviour)
            return result;
    throw std::runtime_error("there is no case that does " + behaviour);
}

void Invocation::wait_for_guardian() const {
    // Its name in /proc is the runner's; the mark in its environment tells whose guardian it is.
    for (int i = 0; i < 5000 && processes_left() > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

int Invocation::processes_left() const {
    return count_marked(mark_);
}

std::string Invocation::text_of_file(const char* name) const {
    return read_all(folder_.path() / name);
}

bool is_well_formed(const std::filesystem::path& xml) {
    return pugi::xml_document().load_file(xml.c_str());
}

} // namespace runner::testing
