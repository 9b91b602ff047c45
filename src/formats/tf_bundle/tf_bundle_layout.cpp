#include "formats/tf_bundle/tf_bundle_layout.h"

#include "base/message.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "formats/shard_names.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "formats/tf_common/tf_version.h"

namespace holdall::tf_bundle {
namespace {

// Takes a run of digits off the end; false if there is none.
bool strip_digits(std::string_view& text) {
  const size_t end = text.find_last_not_of("0123456789");
  const size_t keep = end == std::string_view::npos ? 0 : end + 1;
  if (keep == text.size()) return false;
  text = text.substr(0, keep);
  return true;
}

}  // namespace

std::string data_file_path(std::string_view prefix, uint64_t shard, uint64_t shard_count) {
  std::string path(prefix);
  path += kDataMark;
  return path += five_digits(shard) + "-of-" + five_digits(shard_count);
}

std::string_view strip_data_suffix(std::string_view path) {
  const bool is_data_file = strip_digits(path) && strip_suffix(path, "-of-") &&
                            strip_digits(path) && strip_suffix(path, kDataMark);
  return is_data_file ? path : std::string_view();
}

Result<Header> parse_header(std::span<const std::byte> message) {
  Header header;
  ProtoReader reader(message);
  int64_t byte_order = 0;
  while (reader.next()) {
    if (reader.number() == 1) header.shard_count = reader.as_int32();
    if (reader.number() == 2) byte_order = reader.as_int32();
    if (reader.number() == 3) {
      HOLDALL_TRY(check_version_proto(reader.as_message()));
    }
  }
  HOLDALL_TRY(reader.status());
  if (byte_order != 0 && byte_order != 1) {
    return corrupt("the header's byte order is {}, known are 0 (little) and 1 (big)", byte_order);
  }
  if (header.shard_count < 1) {
    return corrupt("the header says {} data files, at least 1 is expected", header.shard_count);
  }
  header.byte_order = byte_order == 0 ? ByteOrder::kLittle : ByteOrder::kBig;
  return header;
}

std::string encode_header(const Header& header) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_int_if_set(1, header.shard_count);
  writer.add_int_if_set(2, header.byte_order == ByteOrder::kBig ? 1 : 0);
  writer.add_message(3, encode_version_proto());
  return message;
}

Result<Entry> parse_entry(std::span<const std::byte> message) {
  Entry entry;
  ProtoReader reader(message);
  while (reader.next()) {
    switch (reader.number()) {
      case 1: entry.dtype_code = reader.as_uint64(); break;
      case 2: {
        HOLDALL_ASSIGN(entry.shape, parse_shape_proto(reader.as_message()));
        break;
      }
      case 3: entry.shard = reader.as_int32(); break;
      case 4: entry.offset = reader.as_int64(); break;
      case 5: entry.size_bytes = reader.as_int64(); break;
      case 6: entry.masked_crc32c = reader.as_fixed32(); break;
      case 7: {
        HOLDALL_ASSIGN(Box slice, parse_slice_proto(reader.as_message()));
        entry.slices.push_back(std::move(slice));
        break;
      }
      default: break;  // a later TensorFlow's field
    }
  }
  HOLDALL_TRY(reader.status());
  return entry;
}

std::string encode_entry(const Entry& entry) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_uint_if_set(1, entry.dtype_code);
  writer.add_message(2, encode_shape_proto(entry.shape));
  writer.add_int_if_set(3, entry.shard);
  writer.add_int_if_set(4, entry.offset);
  writer.add_int_if_set(5, entry.size_bytes);
  writer.add_fixed32_if_set(6, entry.masked_crc32c);
  for (const Box& slice : entry.slices) writer.add_message(7, encode_slice_proto(slice));
  return message;
}

}  // namespace holdall::tf_bundle
