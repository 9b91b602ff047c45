// Arena: memory for tensors that may be used again. To bring fresh pages into being takes several
// times as long as to fill them, so a session that loads one model after another can keep some. It
// also bounds what is taken, and how much of it is filled at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "base/byte_gate.h"
#include "holdall/status.h"

namespace holdall {

struct ArenaOptions {
  uint64_t kept_bytes = 0;       // of those that nobody uses, so many are kept
  uint64_t budget_bytes = 0;     // in use and kept; 0: as many as there are
  uint64_t in_flight_bytes = 0;  // see gate()
};

// Some bytes, alive as long as the pointer, and where they come from.
struct ArenaBlock {
  std::shared_ptr<std::byte> bytes;
  bool is_reused = false;  // has its pages already
};

// Thread-safe. Blocks may outlive their arena.
class Arena {
 public:
  explicit Arena(const ArenaOptions& options = {});

  // One for all who do not use memory again.
  static Arena& keeps_nothing();
  static Arena& of(Arena* arena) { return arena == nullptr ? keeps_nothing() : *arena; }

  // Uninitialised, aligned as Buffer's. Fails: kExhausted, with reason over-budget where it is the
  // budget that has no more.
  Result<ArenaBlock> allocate(uint64_t size_bytes);

  // The same for several blocks. Those that are large and new lie side by side: huge pages then
  // hold all of them but for the end of the last, not of each.
  Result<std::vector<ArenaBlock>> allocate_all(std::span<const uint64_t> sizes_bytes);

  // Brings memory into being for blocks to come, in a thread of its own: so many bytes, or as many
  // as may be kept. Nobody waits for it; what is ready is kept. Not thread-safe, unlike the rest.
  void make_ready(uint64_t size_bytes);

  // Bytes that are in use or kept.
  uint64_t used_bytes() const;

  // For whoever fills blocks: bounds the bytes that are being filled.
  ByteGate& gate() { return gate_; }

  // Bytes that are kept; and gives them back to the system, which returns how many they were.
  uint64_t kept_bytes() const;
  uint64_t trim();

 private:
  struct Pool;
  class NewPages;
  std::shared_ptr<Pool> pool_;
  ByteGate gate_;
  std::jthread making_ready_;
};

}  // namespace holdall
