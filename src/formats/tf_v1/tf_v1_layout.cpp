#include "formats/tf_v1/tf_v1_layout.h"

#include <charconv>

#include "base/message.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "codec/tf_tensor_proto.h"
#include "formats/format.h"
#include "formats/shard_names.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "formats/tf_common/tf_version.h"

namespace holdall::tf_v1 {
namespace {

constexpr std::string_view kAnyShard = "\?\?\?\?\?";
constexpr std::string_view kOf = "-of-";

// Takes a number of five digits or more, as shard_file_path() spells it, off the end.
std::optional<uint64_t> strip_number(std::string_view& text) {
  const size_t start = text.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  const std::string_view digits = text.substr(start);
  uint64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc() || digits != five_digits(number)) return std::nullopt;
  text = text.substr(0, start);
  return number;
}

Result<SavedTensor> parse_saved_tensor(ProtoReader message) {
  SavedTensor tensor;
  const auto keep = [&](Status status) {
    if (tensor.status.ok()) tensor.status = std::move(status);
  };
  while (message.next()) {
    if (message.number() == 1) tensor.name = message.as_string();
    if (message.number() == 2) {
      auto shape = parse_shape_proto(message.as_message());
      if (shape.ok()) {
        tensor.shape = *std::move(shape);
      } else {
        keep(std::move(shape).error());
      }
    }
    if (message.number() == 3) tensor.dtype_code = message.as_uint64();
    if (message.number() == 4) {
      auto slice = parse_slice_proto(message.as_message());
      if (slice.ok()) {
        tensor.slices.push_back(*std::move(slice));
      } else {
        keep(std::move(slice).error());
      }
    }
  }
  HOLDALL_TRY(message.status());
  return tensor;
}

Result<std::vector<SavedTensor>> parse_meta(ProtoReader meta, const OpenLimits& limits) {
  std::vector<SavedTensor> tensors;
  while (meta.next()) {
    if (meta.number() == 1) {
      HOLDALL_ASSIGN(SavedTensor tensor, parse_saved_tensor(meta.as_message()));
      tensors.push_back(std::move(tensor));
      HOLDALL_TRY(check_tensor_count(tensors.size(), limits));
    }
    if (meta.number() == 2) HOLDALL_TRY(check_version_proto(meta.as_message()));
  }
  HOLDALL_TRY(meta.status());
  return tensors;
}

std::string encode_saved_tensor(const SavedTensor& tensor) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, tensor.name);
  writer.add_message(2, encode_shape_proto(tensor.shape));
  writer.add_uint_if_set(3, tensor.dtype_code);
  for (const Box& slice : tensor.slices) writer.add_message(4, encode_slice_proto(slice));
  return message;
}

// A field of bytes that follow elsewhere.
void append_head(std::string& out, uint32_t number, uint64_t size_bytes) {
  append_varint(out, uint64_t{number} << 3 | static_cast<uint64_t>(WireType::kBytes));
  append_varint(out, size_bytes);
}

}  // namespace

std::optional<ShardPath> parse_shard_path(std::string_view path) {
  ShardPath name;
  const auto count = strip_number(path);
  if (!count || !strip_suffix(path, kOf)) return std::nullopt;
  if (!strip_suffix(path, kAnyShard)) {
    name.shard = strip_number(path);
    if (!name.shard || *name.shard >= *count) return std::nullopt;
  }
  if (!strip_suffix(path, "-") || *count == 0) return std::nullopt;
  name.stem = path;
  name.count = *count;
  return name;
}

std::string shard_file_path(std::string_view stem, uint64_t shard, uint64_t count) {
  return std::string(stem) + "-" + five_digits(shard) + std::string(kOf) + five_digits(count);
}

std::string shard_pattern(std::string_view stem, uint64_t count) {
  return std::string(stem) + "-" + std::string(kAnyShard) + std::string(kOf) + five_digits(count);
}

Result<std::vector<SavedTensor>> parse_saved_meta(std::span<const std::byte> message,
                                                  const OpenLimits& limits) {
  ProtoReader reader(message);
  std::optional<ProtoReader> meta;
  while (reader.next()) {
    if (reader.number() == 1) meta = reader.as_message();
  }
  HOLDALL_TRY(reader.status());
  if (!meta) return corrupt("the entry under the empty key does not list tensors");
  return parse_meta(*meta, limits);
}

std::string encode_saved_meta(std::span<const SavedTensor> tensors) {
  std::string meta;
  ProtoWriter writer(meta);
  for (const SavedTensor& tensor : tensors) writer.add_message(1, encode_saved_tensor(tensor));
  writer.add_message(2, encode_version_proto());
  std::string message;
  ProtoWriter(message).add_message(1, meta);
  return message;
}

std::string encode_slice_head(std::string_view name, const Box& slice, DType dtype,
                              uint64_t value_bytes, std::string_view fields) {
  std::string values(fields);
  if (value_bytes > 0) append_head(values, tensor_proto_field(dtype).number, value_bytes);
  std::string saved;
  ProtoWriter writer(saved);
  writer.add_bytes_if_set(1, name);
  writer.add_message(2, encode_slice_proto(slice));
  append_head(saved, 3, values.size() + value_bytes);
  saved += values;
  std::string message;
  append_head(message, 2, saved.size() + value_bytes);
  return message += saved;
}

Box all_of(const Shape& shape) {
  const size_t rank = shape.rank();
  return {std::vector<int64_t>(rank, 0), std::vector<int64_t>(rank, Box::kAll)};
}

}  // namespace holdall::tf_v1
