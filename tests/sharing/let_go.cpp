// Memory that two processes hold is free once both have let go. The child lives, idle, through all readings,
// so that nothing but the memory in question moves.
#include "tests/prelude.hpp"
#include "tests/sharing/shareable.hpp"

#include <vector>

namespace cts {
namespace {

constexpr size_t count = 16; // granules
constexpr int imports = 3;

/// Imports several times, maps the first import, and lets go of one thing at a time.
CHILD(share_let_go_in_steps) {
    const Shareable room;
    const Reservation range = room.reserve(count);
    std::vector<Allocation> imported;
    {
        const Descriptor descriptor(parent.receive_descriptor());
        for (int i = 0; i < imports; ++i) {
            imported.push_back(import_memory(descriptor));
        }
    }
    Mapping mapped = room.map(range.address(), imported.front(), count);
    parent.report("sees", static_cast<bool>(kernel_sees_ramp(range.address(), range.bytes(), 6)));
    parent.say("imported");
    for (Allocation& memory : imported) {
        parent.wait_for("release");
        must(cuMemRelease(memory.release()), "cuMemRelease");
        parent.say("released");
    }
    parent.wait_for("unmap");
    parent.report("still sees", static_cast<bool>(kernel_sees_ramp(range.address(), range.bytes(), 6)));
    mapped.unmap();
    parent.say("unmapped");
    parent.wait_for("end");
}

/// The memory as the exporter has it, and the child that imports it.
class Shared : public Shareable {
  public:
    Shared() : range_(reserve(count)), memory_(allocate_shareable(count)) {
        mapping_.push_back(map(range_.address(), memory_, count));
        ramp(range_.address(), size(), 6);
    }

    size_t size() const { return granules(count); }
    void share_with(Child& child) const {
        child.send_descriptor(export_memory(memory_));
        child.wait_for("imported");
    }
    void unmap() {
        mapping_.back().unmap();
        mapping_.clear();
    }
    void release() { must(cuMemRelease(memory_.release()), "cuMemRelease"); }
    bool intact() const {
        return holds_ramp(range_.address(), size(), 6) && kernel_sees_ramp(range_.address(), size(), 6);
    }

  private:
    Reservation range_;
    Allocation memory_;
    std::vector<Mapping> mapping_; // one, or none when it is unmapped
};

void check(const ChildReport& report) {
    CHECK(report.finished);
    CHECK(report.number("sees") == 1);
    CHECK(report.number("still sees") == 1);
}

} // namespace

TEST_CASE_METHOD(Shared, "IPC-11: memory lives until each import and mapping in another process is gone",
                 "[sharing][accounting][sacrifices]") {
    Peer child(share_let_go_in_steps);
    share_with(child);
    const size_t held = free_memory();
    unmap();
    release();
    CHECK(free_memory() == held);
    for (int i = 0; i < imports; ++i) {
        child.say("release");
        child.wait_for("released");
        CHECK(free_memory() == held);
    }
    child.say("unmap");
    child.wait_for("unmapped");
    CHECK(free_memory() == held + size());
    child.say("end");
    check(child.wait());
}

TEST_CASE_METHOD(Shared, "IPC-11/importer: memory lives on when another process has let all of it go",
                 "[sharing][accounting][sacrifices]") {
    Peer child(share_let_go_in_steps);
    share_with(child);
    const size_t held = free_memory();
    for (int i = 0; i < imports; ++i) {
        child.say("release");
        child.wait_for("released");
    }
    child.say("unmap");
    child.wait_for("unmapped");
    CHECK(free_memory() == held);
    CHECK(intact());
    unmap();
    CHECK(free_memory() == held);
    release();
    CHECK(free_memory() == held + size());
    child.say("end");
    check(child.wait());
}

} // namespace cts
