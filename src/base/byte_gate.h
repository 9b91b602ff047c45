// ByteGate: how many bytes several threads may be at work on together.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace holdall {

// Thread-safe. Who comes first is let in first, so that large pieces of work are not kept waiting
// by small ones.
class ByteGate {
 public:
  // 0: it lets everybody in.
  explicit ByteGate(uint64_t most_bytes = 0) : most_bytes_(most_bytes) {}
  ByteGate(const ByteGate&) = delete;
  ByteGate& operator=(const ByteGate&) = delete;

  // Being inside. Requires: goes before the gate does.
  class Pass {
   public:
    Pass(ByteGate& gate, uint64_t size_bytes) : gate_(&gate), size_bytes_(size_bytes) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { gate_->leave(size_bytes_); }

   private:
    ByteGate* gate_;
    uint64_t size_bytes_;
  };

  // Waits until the bytes have room beside those inside; what is larger than the gate goes alone.
  // Requires: the thread is not inside.
  [[nodiscard]] Pass enter(uint64_t size_bytes) {
    if (most_bytes_ == 0) return {*this, 0};
    const uint64_t counted = std::min(size_bytes, most_bytes_);
    std::unique_lock lock(mutex_);
    const uint64_t number = next_number_++;
    changed_.wait(lock,
                  [&] { return number == called_ && counted <= most_bytes_ - inside_bytes_; });
    ++called_;
    inside_bytes_ += counted;
    changed_.notify_all();
    return {*this, counted};
  }

 private:
  void leave(uint64_t size_bytes) {
    if (size_bytes == 0) return;
    const std::lock_guard lock(mutex_);
    inside_bytes_ -= size_bytes;
    changed_.notify_all();
  }

  const uint64_t most_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t inside_bytes_ = 0;
  uint64_t next_number_ = 0;  // of the next who comes
  uint64_t called_ = 0;       // whose turn it is
};

}  // namespace holdall
