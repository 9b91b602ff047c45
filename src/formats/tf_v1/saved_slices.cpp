#include "formats/tf_v1/saved_slices.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/proto_file.h"
#include "codec/tf_tensor_proto.h"
#include "formats/format.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "formats/tf_common/tf_slice_key.h"

namespace holdall::tf_v1 {
namespace {

// A writer ends a block at 256 KiB, and begins one for an entry of twice that: what is larger holds
// one entry.
constexpr uint64_t kSmallBlockBytes = uint64_t{1} << 20;

// Of a block that is not small: its first entry up to the values.
constexpr uint64_t kHeadBytes = 4096;

// One restart, how many there are, and the trailer.
constexpr uint64_t kTailBytes = 4 + 4 + kTableBlockTrailerSizeBytes;

// A part of a file, or of memory, as a file.
class RunReader : public Reader {
 public:
  RunReader(const Reader& file, uint64_t offset, uint64_t size_bytes)
      : file_(&file), offset_(offset), size_bytes_(size_bytes) {}
  explicit RunReader(std::span<const std::byte> bytes) : size_bytes_(bytes.size()), bytes_(bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }
  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    if (offset >= size_bytes_) return uint64_t{0};
    const uint64_t count = std::min<uint64_t>(into.size(), size_bytes_ - offset);
    if (file_ != nullptr) return file_->read_some(offset_ + offset, into.first(count));
    std::memcpy(into.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  const Reader* file_ = nullptr;
  uint64_t offset_ = 0;
  uint64_t size_bytes_;
  std::span<const std::byte> bytes_;
};

// Offsets count from where the entry's value begins.
struct ValuePlace {
  std::string name;
  Box slice;
  uint64_t field = 0;  // the field that holds the message
  uint64_t message = 0;
  uint64_t message_bytes = 0;
  std::optional<uint64_t> elements = {};
  uint64_t element_bytes = 0;
};

// What the slice itself says it is, and where its values are; the last of fields that come twice.
Result<ValuePlace> find_values(const Reader& value, const ProtoFileField& data) {
  const RunReader run(value, data.offset, data.size_bytes);
  ProtoFile saved(run);
  ValuePlace place;
  std::optional<ProtoFileField> values;
  while (true) {
    HOLDALL_ASSIGN(const auto field, saved.next());
    if (!field) break;
    if (field->number == 3 && field->wire_type == WireType::kBytes) values = field;
    if (field->number != 1 && field->number != 2) continue;
    HOLDALL_ASSIGN(const auto bytes, saved.read(*field, value.size_bytes()));
    if (field->number == 1) place.name = text_of(bytes);
    if (field->number == 2) {
      HOLDALL_ASSIGN(place.slice, parse_slice_proto(ProtoReader(bytes)));
    }
  }
  if (!values) return corrupt("the slice holds no values");
  place.field = data.offset + values->start;
  place.message = data.offset + values->offset;
  place.message_bytes = values->size_bytes;
  return place;
}

Result<ValuePlace> parse_saved_slice(const Reader& value) {
  ProtoFile entry(value);
  std::optional<ProtoFileField> data;
  while (true) {
    HOLDALL_ASSIGN(const auto field, entry.next());
    if (!field) break;
    if (field->number == 2 && field->wire_type == WireType::kBytes) data = field;
  }
  if (!data) return corrupt("the entry holds no slice");
  return find_values(value, *data);
}

// The packed elements, if nothing else is in the message.
Status find_elements(const Reader& value, DType dtype, ValuePlace& place) {
  const TensorProtoField wanted = tensor_proto_field(dtype);
  if (wanted.value != TensorProtoValue::kRaw) return {};
  const RunReader run(value, place.message, place.message_bytes);
  ProtoFile message(run);
  HOLDALL_ASSIGN(const auto field, message.next());
  if (!field) {
    place.elements = place.message;
    return {};
  }
  const bool is_packed = field->number == wanted.number && field->wire_type == WireType::kBytes &&
                         field->offset + field->size_bytes == place.message_bytes;
  if (!is_packed) return {};
  place.elements = place.message + field->offset;
  place.element_bytes = field->size_bytes;
  return {};
}

// The slice that the entry under the key is; null if none is looked for that has this key.
Result<SoughtSlice*> identify(const Reader& value, std::string_view key, SoughtSlices& slices,
                              ValuePlace& place) {
  HOLDALL_ASSIGN(place, parse_saved_slice(value));
  SoughtSlice* sought = slices.find(place.name, place.slice);
  if (sought == nullptr || encode_slice_key(place.name, place.slice) != key) return nullptr;
  HOLDALL_TRY(find_elements(value, slices.dtype_of(place.name), place));
  return sought;
}

// A block that was read as a whole.
class LoadedBlock {
 public:
  LoadedBlock(const LoadedTableBlock& block, const TableBlockHandle& handle)
      : block_(block), handle_(handle) {}

  // `tell` takes what is wrong with single entries.
  Status visit(SoughtSlices& slices, const std::function<void(std::string_view, Error)>& tell) {
    TableBlockCursor entries(block_.decoded.block);
    while (true) {
      HOLDALL_TRY(entries.next());
      if (!entries.has_entry()) return {};
      if (entries.key().empty()) continue;
      const RunReader value(entries.value());
      ValuePlace place;
      auto sought = identify(value, entries.key(), slices, place);
      if (!sought.ok()) {
        tell(entries.key(), std::move(sought).error());
      } else if (*sought != nullptr) {
        (*sought)->found = describe(entries.value(), place);
      }
    }
  }

 private:
  StoredValues describe(std::span<const std::byte> value, const ValuePlace& place) const {
    const auto start = static_cast<uint64_t>(value.data() - block_.contents().data());
    StoredValues stored;
    stored.message_bytes = place.message_bytes;
    if (block_.is_compressed()) {
      const auto block = std::span(block_.stored).first(handle_.size_bytes);
      stored.message = {handle_.offset_in_file, handle_.size_bytes, crc32c(block)};
      stored.skipped_bytes = start + place.field;
      return stored;
    }
    const auto run_of = [&](uint64_t offset, uint64_t size_bytes) {
      return FileRun{handle_.offset_in_file + start + offset, size_bytes,
                     crc32c(value.subspan(offset, size_bytes))};
    };
    stored.message = run_of(place.message, place.message_bytes);
    if (place.elements) stored.elements = run_of(*place.elements, place.element_bytes);
    return stored;
  }

  const LoadedTableBlock& block_;
  const TableBlockHandle& handle_;
};

// A large block with one entry, of which the values are not read: their checksum follows from the
// block's and the bytes around them.
class SingleBlock {
 public:
  SingleBlock(const Reader& file, const TableBlockHandle& handle) : file_(file), handle_(handle) {}

  // Whether the block is one: uncompressed, with one entry whose key is not long.
  Result<bool> open() {
    HOLDALL_ASSIGN(const auto head, read_run(file_, handle_.offset_in_file,
                                             std::min(handle_.size_bytes, kHeadBytes)));
    HOLDALL_ASSIGN(const auto tail,
                   read_run(file_, end() + sizeof(uint32_t) - kTailBytes, kTailBytes));
    ByteCursor restarts(tail);
    const bool has_one_restart = restarts.read_fixed32() == 0u && restarts.read_fixed32() == 1u;
    if (!has_one_restart || restarts.read_u8() != static_cast<uint8_t>(TableCompression::kNone))
      return false;
    stored_crc_ = crc32c_unmask(*restarts.read_fixed32());
    ByteCursor entry(head);
    const auto shared = entry.read_varint32();
    const auto key_bytes = entry.read_varint32();
    const auto value_bytes = entry.read_varint32();
    const auto key = entry.read_bytes(key_bytes.value_or(0));
    if (shared != 0u || !value_bytes || !key) return false;
    key_ = text_of(*key);
    value_ = {handle_.offset_in_file + entry.position(), *value_bytes, 0};
    return entry.position() + *value_bytes + 2 * sizeof(uint32_t) == handle_.size_bytes;
  }

  const std::string& key() const { return key_; }

  RunReader value() const { return {file_, value_.offset, value_.size_bytes}; }

  // None if too much lies around the values to tell their checksum without reading all.
  Result<std::optional<StoredValues>> describe(const ValuePlace& place) const {
    StoredValues stored;
    stored.message_bytes = place.message_bytes;
    HOLDALL_ASSIGN(const auto message, run_of(place.message, place.message_bytes));
    if (!message) return std::optional<StoredValues>();
    stored.message = *message;
    if (place.elements) {
      HOLDALL_ASSIGN(stored.elements, run_of(*place.elements, place.element_bytes));
    }
    return std::optional(stored);
  }

 private:
  // Behind the type byte, which the checksum covers.
  uint64_t end() const { return handle_.offset_in_file + handle_.size_bytes + 1; }

  Result<std::optional<FileRun>> run_of(uint64_t offset, uint64_t size_bytes) const {
    FileRun run{value_.offset + offset, size_bytes, 0};
    const uint64_t before = run.offset - handle_.offset_in_file;
    const uint64_t behind = end() - run.offset - size_bytes;
    if (before > kSmallBlockBytes || behind > kSmallBlockBytes) return std::optional<FileRun>();
    HOLDALL_ASSIGN(const auto front, read_run(file_, handle_.offset_in_file, before));
    HOLDALL_ASSIGN(const auto back, read_run(file_, run.offset + size_bytes, behind));
    run.crc32c = crc32c_behind(crc32c(front), crc32c_retract(stored_crc_, back), size_bytes);
    return std::optional(run);
  }

  const Reader& file_;
  const TableBlockHandle& handle_;
  uint32_t stored_crc_ = 0;
  std::string key_;
  FileRun value_;
};

class SliceSearch {
 public:
  SliceSearch(const Reader& file, const TableFile& table, SoughtSlices& slices)
      : file_(file), table_(table), slices_(slices) {}

  Status run() {
    TableBlockCursor blocks = table_.blocks();
    while (true) {
      HOLDALL_TRY(blocks.next());
      if (!blocks.has_entry()) break;
      HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(blocks));
      auto status = visit(blocks, handle);
      if (status.ok()) continue;
      if (status.error().code != Code::kCorrupt) return status;
      damaged_.emplace(handle.offset_in_file, std::move(status).error());
    }
    return explain_missing();
  }

 private:
  Status visit(const TableBlockCursor& at, const TableBlockHandle& handle) {
    if (handle.size_bytes > kSmallBlockBytes) {
      HOLDALL_ASSIGN(const bool is_done, visit_single(at, handle));
      if (is_done) return {};
    }
    HOLDALL_ASSIGN(const LoadedTableBlock block, table_.load(at));
    return LoadedBlock(block, handle).visit(slices_, [&](std::string_view key, Error error) {
      damaged_entries_.emplace(std::hash<std::string_view>()(key), std::move(error));
    });
  }

  // Whether that was all that has to be done. What is damaged is left to who reads the block as a
  // whole, and so knows by its checksum.
  Result<bool> visit_single(const TableBlockCursor& at, const TableBlockHandle& handle) {
    SingleBlock block(file_, handle);
    HOLDALL_ASSIGN(const bool is_single, block.open());
    const bool is_in_place =
        is_single && at.previous_key_is_below(block.key()) && block.key() <= at.key();
    if (!is_in_place) return false;
    const RunReader value = block.value();
    ValuePlace place;
    const auto sought = identify(value, block.key(), slices_, place);
    if (!sought.ok())
      return sought.error().code == Code::kCorrupt ? Result<bool>(false) : sought.error();
    if (*sought == nullptr) return true;
    HOLDALL_ASSIGN((*sought)->found, block.describe(place));
    return (*sought)->found.has_value();
  }

  Status explain_missing() {
    return slices_.for_each([&](std::string_view name, SoughtSlice& slice) -> Status {
      if (slice.found) return {};
      slice.status = corrupt("its slice '{}' is listed but not stored", slice.slice.to_string());
      if (damaged_.empty() && damaged_entries_.empty()) return {};
      const std::string key = encode_slice_key(name, slice.slice);
      const auto entry = damaged_entries_.find(std::hash<std::string_view>()(key));
      if (entry != damaged_entries_.end()) slice.status = entry->second;
      TableBlockCursor blocks = table_.blocks();
      HOLDALL_TRY(blocks.seek(key));
      if (!blocks.has_entry()) return {};
      HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(blocks));
      const auto block = damaged_.find(handle.offset_in_file);
      if (block != damaged_.end()) slice.status = block->second;
      return {};
    });
  }

  const Reader& file_;
  const TableFile& table_;
  SoughtSlices& slices_;
  std::unordered_map<uint64_t, Error> damaged_;        // blocks, by their offsets
  std::unordered_map<size_t, Error> damaged_entries_;  // by their keys' hashes
};

}  // namespace

void SoughtSlices::add(std::string_view name, DType dtype, std::span<const Box> slices) {
  Sought& tensor = tensors_[name];
  tensor.dtype = dtype;
  for (const Box& slice : slices)
    tensor.slices.try_emplace(encode_slice_key({}, slice), SoughtSlice{slice});
}

SoughtSlice* SoughtSlices::find(std::string_view name, const Box& slice) {
  const auto tensor = tensors_.find(name);
  if (tensor == tensors_.end()) return nullptr;
  const auto at = tensor->second.slices.find(encode_slice_key({}, slice));
  return at == tensor->second.slices.end() ? nullptr : &at->second;
}

Status SoughtSlices::for_each(
    const std::function<Status(std::string_view name, SoughtSlice&)>& use) {
  for (auto& [name, tensor] : tensors_) {
    for (auto& [key, slice] : tensor.slices) HOLDALL_TRY(use(name, slice));
  }
  return {};
}

Result<std::string> read_saved_meta(const TableFile& table, uint64_t max_bytes) {
  TableBlockCursor blocks = table.blocks();
  HOLDALL_TRY(blocks.next());
  if (!blocks.has_entry()) return corrupt("the table has no entries, not even a list of tensors");
  HOLDALL_ASSIGN(const TableBlockHandle handle, parse_index_value(blocks));
  HOLDALL_TRY(check_index_bytes(handle.size_bytes, max_bytes));
  HOLDALL_ASSIGN(const LoadedTableBlock block, table.load(blocks));
  TableBlockCursor entries(block.decoded.block);
  HOLDALL_TRY(entries.next());
  if (!entries.has_entry()) return corrupt("the table's first block has no entries");
  if (!entries.key().empty()) {
    return corrupt(
        "the table begins with key {}, a list of tensors under the empty key is expected",
        quote_front(entries.key()));
  }
  return std::string(text_of(entries.value()));
}

Status find_slices(const Reader& file, const TableFile& table, SoughtSlices& slices) {
  return SliceSearch(file, table, slices).run();
}

}  // namespace holdall::tf_v1
