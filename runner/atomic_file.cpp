#include "atomic_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace runner {

void write_atomically(const std::filesystem::path& file, std::string_view text) {
    // The process id keeps the runner and its guardian from writing into one temporary file.
    const auto temporary = file.string() + "." + std::to_string(::getpid()) + ".tmp";
    const auto fail = [&](int number) {
        ::unlink(temporary.c_str());
        throw std::runtime_error(file.string() + " cannot be written: " + std::strerror(number));
    };
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        fail(errno);
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            const int number = errno;
            ::close(fd);
            fail(number);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    if (::close(fd) != 0 || ::rename(temporary.c_str(), file.c_str()) != 0)
        fail(errno);
}

} // namespace runner
