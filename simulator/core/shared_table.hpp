// What the processes that use one simulated GPU know of each other: a table in a file, a slot for each
// process.
//
// A slot is live exactly while its process holds the lock on the slot's byte of the file. The kernel drops
// that lock when the process ends, however it ends, so nothing needs repair after SIGKILL: every field is one
// aligned word, and a slot that is not locked does not count.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace sim {

/// Memory that can be in several processes at once: exported or imported. `inode` names its file; 0 is a free
/// entry.
struct SharedEntry {
    std::atomic<uint64_t> inode;
    std::atomic<uint64_t> bytes;
    std::atomic<uint64_t> only_descriptors; // 1: the process has released it, and only exported descriptors
                                            // can still keep it
};

struct ProcessSlot {
    static constexpr size_t most_entries = 4096;
    std::atomic<uint64_t> pid;
    std::atomic<uint64_t> private_bytes;
    std::atomic<uint64_t> entries; // entries [0, entries) may be in use
    SharedEntry shared[most_entries];
};

class SharedTable {
  public:
    static constexpr int most_processes = 128;

    /// Opens the table of this user's simulated GPU and claims a slot. False, with a line on stderr, when
    /// that is not possible. Call once.
    bool open();

    /// Removes the file when no other process uses it. The slot is given up with the process.
    void close();

    /// Excludes all other processes; nothing to clean when the holder dies.
    class Guard {
      public:
        explicit Guard(const SharedTable& table);
        ~Guard();
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

      private:
        const SharedTable& table;
    };

    /// Of the open table. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn)
    ProcessSlot& mine() const { return slots[my_slot]; }
    int mine_index() const { return my_slot; }

    /// The slot when its process lives, otherwise null.
    ProcessSlot* live(int index) const;

  private:
    bool open_file(const char* path);
    bool claim_slot();

    int file = -1;
    int my_slot = -1;
    pid_t owner = 0;
    ProcessSlot* slots = nullptr;
    char path[256] = {};
};

} // namespace sim
