// Deflate streams (RFC 1951, without zlib's or gzip's frame), as zip archives hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "holdall/status.h"

namespace holdall {

// The densest stream is a run of matches that takes one bit for 258 bytes, and 1032 is the round
// figure that zlib states: what claims to give more is refused before memory is taken for it.
inline constexpr uint64_t kMaxDeflateExpansion = 1032;

// Gets a stream bit by bit, and fills two runs of memory with what it gives: exactly them.
class Inflater {
 public:
  // The runs must outlive the object. The first is filled first; either may be empty.
  Inflater(std::span<std::byte> head, std::span<std::byte> body);
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  ~Inflater();

  // The next bytes of the stream. Fails: kCorrupt (damaged, gives more than there is room for, or
  // has ended before); kExhausted.
  Status append(std::span<const std::byte> deflated);

  // After the last of them. Fails: kCorrupt (the stream goes on, or gave too little).
  Status finish();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// Fills `front` with the first bytes of what `deflated`, a stream or its beginning, gives, and says
// how many there were. Fails: kCorrupt (damaged), kExhausted.
Result<uint64_t> inflate_front(std::span<const std::byte> deflated, std::span<std::byte> front);

// Deflates what it gets, and passes it on piece by piece.
class Deflater {
 public:
  using Sink = std::function<Status(std::span<const std::byte>)>;

  explicit Deflater(Sink sink);
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;
  ~Deflater();

  // Fail: what the sink does; kExhausted.
  Status append(std::span<const std::byte> bytes);
  Status finish();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace holdall
