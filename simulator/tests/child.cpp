#include "simulator/tests/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sim::tests {
namespace {

constexpr int parent_channel = 3;

union Control { // aligned room for one descriptor
    char bytes[CMSG_SPACE(sizeof(int))];
    cmsghdr header;
};

char receive_byte(int channel, int* descriptor) {
    char byte = 0;
    iovec data{&byte, 1};
    Control control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1) {
        return 0;
    }
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr && descriptor != nullptr) {
        std::memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    }
    return byte;
}

void send_byte(int channel, char byte, int descriptor) {
    iovec data{&byte, 1};
    Control control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof descriptor);
        std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    if (sendmsg(channel, &message, MSG_NOSIGNAL) != 1) {
        throw std::runtime_error(std::string("cannot write to the other process: ") + std::strerror(errno));
    }
}

} // namespace

Child::Child(const std::string& test_case) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        throw std::runtime_error("socketpair failed");
    }
    channel = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (ends[1] == parent_channel) { // dup2 onto itself would leave it close-on-exec
        ends[1] = dup(ends[1]);
    }
    posix_spawn_file_actions_adddup2(&actions, ends[1], parent_channel);
    std::string program = "/proc/self/exe";
    std::string name = test_case;
    char* arguments[] = {program.data(), name.data(), nullptr};
    const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed != 0) {
        throw std::runtime_error("posix_spawn failed");
    }
}

Child::~Child() {
    if (pid > 0) {
        kill();
        wait();
    }
    close(channel);
}

char Child::receive() const {
    return receive_byte(channel, nullptr);
}
void Child::send(char byte, int descriptor) const {
    send_byte(channel, byte, descriptor);
}
void Child::kill() {
    ::kill(pid, SIGKILL);
}

int Child::wait() {
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    return status;
}

char receive_from_parent(int* descriptor) {
    return receive_byte(parent_channel, descriptor);
}
void send_to_parent(char byte) {
    send_byte(parent_channel, byte, -1);
}

} // namespace sim::tests
