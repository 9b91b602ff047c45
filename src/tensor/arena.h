// Arena: memory for tensors that may be used again. To bring fresh pages into being takes several
// times as long as to fill them, so a session that loads one model after another can keep some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// Some bytes, alive as long as the pointer, and where they come from.
struct ArenaBlock {
  std::shared_ptr<std::byte> bytes;
  bool is_reused = false;  // has its pages already
};

// Thread-safe. Blocks may outlive their arena.
class Arena {
 public:
  // Keeps up to so many bytes that nobody uses; 0: none.
  explicit Arena(uint64_t kept_bytes_max = 0);

  // One for all who do not use memory again.
  static Arena& keeps_nothing();

  // Uninitialised, aligned as Buffer's. Fails: kExhausted.
  Result<ArenaBlock> allocate(uint64_t size_bytes);

  // The same for several blocks. Those that are large and new lie side by side: huge pages then
  // hold all of them but for the end of the last, not of each.
  Result<std::vector<ArenaBlock>> allocate_all(std::span<const uint64_t> sizes_bytes);

  // Brings memory into being for blocks to come, in a thread of its own: so many bytes, or as many
  // as may be kept. Nobody waits for it; what is ready is kept. Not thread-safe, unlike the rest.
  void make_ready(uint64_t size_bytes);

  // Bytes that are kept; and gives them back to the system, which returns how many they were.
  uint64_t kept_bytes() const;
  uint64_t trim();

 private:
  struct Pool;
  std::shared_ptr<Pool> pool_;
  std::jthread making_ready_;
};

}  // namespace holdall
