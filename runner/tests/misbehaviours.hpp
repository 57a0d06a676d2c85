// What a case of the stand-in can do wrong.
#pragma once

#include <string>
#include <vector>

namespace misbehave {

struct Case {
    std::string id;
    std::string behaviour;
    std::string name;
};

/// The event pipe.
struct Channel {
    int fd = -1;

    void line(const std::string& text) const; // one write, newline added
    void raw(const std::string& bytes) const;
};

struct Situation {
    const Channel& out;
    std::string state; // folder that outlives the process
    int before = 0;    // cases that ran in this worker before
};

/// Reports start, behaves, and reports the end if it gets there.
void perform(const Case& c, const Situation& situation);

} // namespace misbehave
