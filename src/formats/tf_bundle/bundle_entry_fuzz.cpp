// Parses any bytes as the messages of TensorFlow's checkpoints: a bundle's header and entries, and
// a V1 file's list of tensors. What is taken reads the same once it is written again.

#include "base/fuzz_require_testing.h"
#include "codec/sorted_table_layout.h"
#include "formats/tf_bundle/plain_entry.h"
#include "formats/tf_bundle/tf_bundle_layout.h"

namespace holdall::tf_bundle {
namespace {

void check_code(const Error& error) {
  require(error.code == Code::kCorrupt || error.code == Code::kUnsupported);
  require(!error.message.empty());
}

void check_header(std::span<const std::byte> bytes) {
  const auto header = parse_header(bytes);
  if (!header.ok()) return check_code(header.error());
  require(header->shard_count >= 1 && header->shard_count <= INT32_MAX);
  const auto again = parse_header(bytes_of(encode_header(*header)));
  require(again.ok() && again->shard_count == header->shard_count &&
          again->byte_order == header->byte_order);
}

void check_entry(std::span<const std::byte> bytes) {
  const auto entry = parse_entry(bytes);
  if (!entry.ok()) return check_code(entry.error());
  require(entry->shape.element_count().has_value());
  const std::string encoded = encode_entry(*entry);
  const auto again = parse_entry(bytes_of(encoded));
  require(again.ok() && encode_entry(*again) == encoded);
  require(again->offset == entry->offset && again->size_bytes == entry->size_bytes);
  require(again->shape == entry->shape && again->slices == entry->slices);
}

// What the short way takes, the long way reads alike, but for shapes that it refuses.
void check_plain_entry(std::span<const std::byte> bytes) {
  PlainEntry plain;
  if (!parse_plain_entry(bytes, plain)) return;
  const auto entry = parse_entry(bytes);
  if (!entry.ok()) return require(!Shape(plain.shape()).element_count());
  require(entry->dtype_code == plain.dtype_code && entry->shape == Shape(plain.shape()));
  require(entry->shard == plain.shard && static_cast<uint64_t>(entry->offset) == plain.offset);
  require(static_cast<uint64_t>(entry->size_bytes) == plain.size_bytes);
  require(entry->masked_crc32c == plain.masked_crc32c && entry->slices.empty());
}

}  // namespace
}  // namespace holdall::tf_bundle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const auto input = std::as_bytes(std::span(bytes, size_bytes));
  holdall::tf_bundle::check_header(input);
  holdall::tf_bundle::check_entry(input);
  holdall::tf_bundle::check_plain_entry(input);
  return 0;
}
