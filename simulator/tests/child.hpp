// Children of a test: this program again, running one hidden test case. They talk over descriptor 3, one byte
// at a time, and may be sent a file descriptor with it.
#pragma once

#include <string>
#include <sys/types.h>

namespace sim::tests {

class Child {
  public:
    explicit Child(const std::string& test_case);
    ~Child(); // kills what still runs
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    char receive() const; // 0 when the child is gone
    void send(char byte, int descriptor = -1) const;
    void kill();
    int wait(); // the status of waitpid

  private:
    pid_t pid = -1;
    int channel = -1;
};

/// In the child.
char receive_from_parent(int* descriptor = nullptr);
void send_to_parent(char byte);

} // namespace sim::tests
