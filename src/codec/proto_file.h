// Walks the outermost fields of a protobuf message that is a file, without reading what they hold:
// a graph of gigabytes is stepped over. Payloads are read when they are asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/proto_wire.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

struct ProtoFileField {
  uint32_t number = 0;
  WireType wire_type = WireType::kVarint;
  uint64_t offset = 0;      // of the payload in the file; for bytes, after the length
  uint64_t size_bytes = 0;  // of the payload; it lies within the file
  uint64_t start = 0;       // of the field itself
};

class ProtoFile {
 public:
  // Fields at most; a file with more is refused, since each may cost a read.
  static constexpr uint64_t kMaxFields = 65536;
  // Bytes that peek() has at hand.
  static constexpr uint64_t kPeekBytes = 64;

  // Borrows `file`.
  explicit ProtoFile(const Reader& file) : file_(file), size_bytes_(file.size_bytes()) {}

  // The next field; none at the end. Fails: kCorrupt, with the offset in the message; kUnsupported
  // (kMaxFields); kIo. After a failure there is no next one.
  Result<std::optional<ProtoFileField>> next();

  // The first bytes of a payload, at most kPeekBytes. Valid until the next call.
  // Requires: the field is one that next() gave. Fails: kIo.
  Result<std::span<const std::byte>> peek(const ProtoFileField& field);

  // All of it. Fails: kUnsupported if it has more than `max_bytes`, kIo.
  Result<std::vector<std::byte>> read(const ProtoFileField& field, uint64_t max_bytes) const;

 private:
  // What there is from `offset` on, at most `count` bytes. Requires: offset <= size_bytes_.
  Result<std::span<const std::byte>> bytes_at(uint64_t offset, uint64_t count);

  const Reader& file_;
  uint64_t size_bytes_;
  uint64_t offset_ = 0;
  uint64_t field_count_ = 0;
  std::vector<std::byte> window_;
  uint64_t window_offset_ = 0;
};

}  // namespace holdall
