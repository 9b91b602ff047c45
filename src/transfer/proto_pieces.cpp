#include "transfer/proto_pieces.h"

#include <vector>

#include "base/try.h"
#include "codec/tf_tensor_proto.h"

namespace holdall {
namespace {

Result<std::span<const std::byte>> message_in(const Piece& piece, std::span<const std::byte> stored,
                                              std::vector<std::byte>& original) {
  if (piece.skipped_bytes == 0) return stored;
  return find_in_snappy(stored, piece.skipped_bytes, original);
}

}  // namespace

Status decode_proto_piece(const Piece& piece, std::span<const std::byte> stored, DType dtype,
                          std::span<std::byte> into) {
  std::vector<std::byte> original;
  HOLDALL_ASSIGN(const auto message, message_in(piece, stored, original));
  return decode_tensor_proto(message, dtype, into);
}

Result<TfStrings> decode_proto_strings(const Piece& piece, std::span<const std::byte> stored,
                                       uint64_t count, std::shared_ptr<const Buffer>& keeper) {
  std::vector<std::byte> original;
  HOLDALL_ASSIGN(const auto message, message_in(piece, stored, original));
  HOLDALL_ASSIGN(auto decoded, decode_tensor_proto_strings(message, count));
  const auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(decoded.bytes));
  keeper = Buffer::wrap(*bytes, bytes, Backing::kOwned);
  return TfStrings{std::move(decoded.ends), *bytes, 0};
}

}  // namespace holdall
