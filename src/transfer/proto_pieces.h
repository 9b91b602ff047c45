// The elements of pieces that are TensorProto messages (Encoding::kTensorProto).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "codec/tf_strings.h"
#include "holdall/catalog.h"
#include "holdall/status.h"
#include "tensor/buffer.h"

namespace holdall {

// `stored` is the piece's extent, `into` has room for its elements. Fails: kCorrupt, kExhausted.
Status decode_proto_piece(const Piece& piece, std::span<const std::byte> stored, DType dtype,
                          std::span<std::byte> into);

// Of a string tensor's piece; `keeper` holds the bytes. It has no checksum of its own.
Result<TfStrings> decode_proto_strings(const Piece& piece, std::span<const std::byte> stored,
                                       uint64_t count, std::shared_ptr<const Buffer>& keeper);

}  // namespace holdall
