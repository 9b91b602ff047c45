// InlineVector: a vector whose first few elements lie inside it, for lists that are nearly always
// short: the sizes of a shape, the pieces of a tensor. A checkpoint may have millions of them, and
// an allocation for each would take longer than to read it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

namespace holdall {

// Elements are contiguous. Adding one may move them all, as in std::vector; moving the vector moves
// those that lie inside. T is default-constructible. As thread-safe as std::vector.
template <class T, size_t kInlineCount>
class InlineVector {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  InlineVector() = default;
  InlineVector(std::initializer_list<T> items) { assign(items.begin(), items.end()); }
  template <std::forward_iterator Iterator>
  InlineVector(Iterator first, Iterator last) {
    assign(first, last);
  }

  InlineVector(const InlineVector& other) { assign(other.begin(), other.end()); }
  InlineVector& operator=(const InlineVector& other) {
    if (this != &other) assign(other.begin(), other.end());
    return *this;
  }
  InlineVector(InlineVector&& other) noexcept { take(other); }
  InlineVector& operator=(InlineVector&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~InlineVector() = default;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return more_ != nullptr ? more_.get() : few_.data(); }
  const T* data() const { return more_ != nullptr ? more_.get() : few_.data(); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }
  // Requires: not empty().
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return end()[-1]; }
  const T& back() const { return end()[-1]; }

  void push_back(T item) {
    if (size_ == capacity_) reserve(2 * size_t{capacity_});
    data()[size_++] = std::move(item);
  }

  // Room for `count` elements. Requires: count < 2^32.
  void reserve(size_t count) {
    if (count <= capacity_) return;
    auto room = std::make_unique<T[]>(count);
    std::move(begin(), end(), room.get());
    more_ = std::move(room);
    capacity_ = static_cast<uint32_t>(count);
  }

  template <std::forward_iterator Iterator>
  void assign(Iterator first, Iterator last) {
    const auto count = static_cast<size_t>(std::distance(first, last));
    clear();
    reserve(count);
    std::copy(first, last, data());
    size_ = static_cast<uint32_t>(count);
  }

  // What elements held is let go at once.
  void clear() {
    std::fill(begin(), end(), T());
    size_ = 0;
  }

  bool operator==(const InlineVector& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  void take(InlineVector& other) {
    more_ = std::move(other.more_);
    if (more_ == nullptr) std::move(other.few_.begin(), other.few_.end(), few_.begin());
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, static_cast<uint32_t>(kInlineCount));
  }

  uint32_t size_ = 0;
  uint32_t capacity_ = kInlineCount;
  std::array<T, kInlineCount> few_ = {};
  std::unique_ptr<T[]> more_;  // all of them, once there are too many for few_
};

}  // namespace holdall
