// The values of TensorFlow's TensorProto message as its V1 checkpoints fill it: one repeated field,
// which the element type decides, and neither dtype nor shape (tf_v1.md, "Values").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "holdall/dtype.h"
#include "holdall/status.h"

namespace holdall {

enum class TensorProtoValue : uint8_t {
  kNone,      // no field is for such elements
  kRaw,       // packed, it is the elements' little-endian bytes
  kSigned,    // varints, negative ones of ten bytes
  kUnsigned,  // varints of the elements' bits
  kText,      // one field a string
};

struct TensorProtoField {
  uint32_t number = 0;
  TensorProtoValue value = TensorProtoValue::kNone;
};

TensorProtoField tensor_proto_field(DType dtype);

// Fills `into` with the elements, in this machine's byte order. What is too large for an element is
// cut to its low bits, as TensorFlow does. Requires: a field that is not kText or kNone.
// Fails: kCorrupt unless there are exactly as many values as `into` has room for.
Status decode_tensor_proto(std::span<const std::byte> message, DType dtype,
                           std::span<std::byte> into);

struct TensorProtoStrings {
  std::vector<std::byte> bytes;  // of all, without gaps
  std::vector<uint64_t> ends;    // of each string in `bytes`
};

// Fails: kCorrupt unless there are exactly `count` strings.
Result<TensorProtoStrings> decode_tensor_proto_strings(std::span<const std::byte> message,
                                                       uint64_t count);

// The most values that a message of so many bytes can hold.
uint64_t max_tensor_proto_values(DType dtype, uint64_t message_bytes);

// The payload of the field that begins at `offset` in what the Snappy block stands for. That goes
// to `original`, which the result borrows. Fails: kCorrupt.
Result<std::span<const std::byte>> find_in_snappy(std::span<const std::byte> block, uint64_t offset,
                                                  std::vector<std::byte>& original);

}  // namespace holdall
