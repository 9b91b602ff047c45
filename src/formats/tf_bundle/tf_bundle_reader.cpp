// The index is a sorted table:
//
//   ""                           -> the header
//   00 ... (slice key)           -> the entry of one slice: an ordinary entry of the slice's shape
//   name                         -> the entry of a tensor; of a partitioned one, its slices
//
// All slice keys stand before all names, so one pass sees every slice before the tensor it is of.
#include "formats/tf_bundle/tf_bundle_reader.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/sorted_table_reader.h"
#include "codec/table_file.h"
#include "codec/table_salvage.h"
#include "codec/tf_strings.h"
#include "formats/shard_names.h"
#include "formats/tensor_rows.h"
#include "formats/tf_bundle/index_part.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_slice_key.h"
#include "formats/tf_common/tf_slices.h"
#include "tensor/box_copy.h"
#include "tensor/tensor_factory.h"

namespace holdall::tf_bundle {
namespace {

using EntryBytes = std::span<const std::byte>;

// Of an index, for each thread at least: to begin one takes as long as to read some hundred
// entries.
constexpr uint64_t kPartBytes = uint64_t{1} << 20;
// By threads that would wait for one another if each told of each.
constexpr uint64_t kCountedTogether = 256;

Status check_dtype(DType dtype, uint64_t code) {
  if (dtype == DType::kUnknown) return unknown_tf_code(code);
  if (dtype == DType::kVariant || dtype == DType::kResource) {
    return unsupported(
        "elements of dtype {} are TensorFlow objects, which cannot be read without it",
        dtype_name(dtype));
  }
  return {};
}

// Whether the stored size is what dtype and shape ask for.
Status check_size(const Entry& entry, DType dtype) {
  const auto stored = static_cast<uint64_t>(entry.size_bytes);
  if (dtype == DType::kString) {
    const uint64_t least = tf_strings_min_bytes(*entry.shape.element_count());
    const bool is_empty = stored == 0 && entry.shape.element_count() == 0u;
    if (stored < least && !is_empty) {
      return corrupt("Invalid size in bundle entry: stored size {}; expected size is at least {}",
                     stored, least);
    }
    return {};
  }
  const auto expected = tensor_size_bytes(dtype, entry.shape);
  if (!expected.ok()) return corrupt("Invalid tensor shape: {}", expected.error().message);
  if (stored != *expected) {
    return corrupt("Invalid size in bundle entry: stored size {}; expected size {} for {} {}",
                   stored, *expected, dtype_name(dtype), entry.shape.to_string());
  }
  return {};
}

// How many data files the set of that name has that is there; 1 if there is none.
uint64_t count_data_files(std::string_view prefix, std::span<const std::string> names) {
  const std::string_view base = prefix.substr(prefix.rfind('/') + 1);
  std::map<uint64_t, uint64_t> files_of_count;
  for (const std::string& name : names) {
    if (strip_data_suffix(name) != base) continue;
    uint64_t count = 0;
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + name.rfind('-') + 1, end, count);
    if (parsed.ec == std::errc() && count <= INT32_MAX) ++files_of_count[count];
  }
  return most_complete_set(files_of_count).value_or(1);
}

class IndexParser {
 public:
  IndexParser(const std::string& prefix, const OpenLimits& limits)
      : prefix_(prefix), limits_(limits) {}

  Result<Catalog> parse(std::span<const std::byte> index) {
    HOLDALL_ASSIGN(const SortedTable table, SortedTable::open(index));
    bool has_entry = false;
    HOLDALL_TRY(table.visit_first([&](const TableBlockCursor& first) -> Status {
      has_entry = true;
      if (first.key().empty()) return parse_bundle_header(first.value());
      return corrupt("the index begins with key {}, a header under the empty key is expected",
                     quote_front(first.key()));
    }));
    if (!has_entry) return corrupt("the index has no entries, not even a header");
    HOLDALL_ASSIGN(auto parts, read_parts(table, index.size()));
    take(parts);
    add_unclaimed_slices(parts);
    return make_catalog(std::move(parts));
  }

  Result<Catalog> find(const Reader& index, const std::set<std::string>& names) {
    HOLDALL_ASSIGN(const TableFile table, TableFile::open(index));
    TableFinder finder(table);
    HOLDALL_ASSIGN(const auto header, finder.find(""));
    if (!header) return corrupt("the index has no header, which is expected under the empty key");
    HOLDALL_TRY(parse_bundle_header(*header));
    std::vector<TensorInfo> tensors;
    for (const std::string& name : names) {
      HOLDALL_ASSIGN(const auto value, finder.find(name));
      if (!value) continue;
      auto entry = parse_entry(*value);
      if (entry.ok()) HOLDALL_TRY(find_slices(finder, name, entry->slices));
      tensors.push_back(make_tensor(name, std::move(entry)));
    }
    return Catalog::make(prefix_, "tf_bundle", std::move(files_), header_.byte_order,
                         std::move(tensors));
  }

  Result<SoundCatalog> parse_sound(std::span<const std::byte> index,
                                   std::span<const std::string> beside) {
    std::optional<Status> header;
    std::vector<IndexPart> parts;
    const auto add = [&](std::string_view key, EntryBytes value) {
      if (!header) {
        header = key.empty() ? parse_bundle_header(value) : Status();
        if (!key.empty()) guess_header(beside);
        parts.emplace_back(static_cast<uint64_t>(header_.shard_count));
        if (key.empty()) return;
      }
      if (header->ok() && parts.front().count() <= limits_.tensor_count)
        parts.front().add(key, value);
    };
    const auto table = SortedTable::open(index);
    const auto lost = table.ok() ? visit_sound_entries(*table, add)
                                 : visit_leading_entries(index, table.error(), add);
    if (!table.ok() && !header) return table.error();
    if (parts.empty()) parts.emplace_back(0);
    HOLDALL_TRY(check_tensor_count(parts.front().count(), limits_));
    const bool is_first_lost = !lost.empty() && !lost.front().key_before;
    if (!is_first_lost && (!header || !notes_.empty()))
      return corrupt("the index does not begin with a header under the empty key");
    if (header) HOLDALL_TRY(*header);
    if (!table.ok()) {
      notes_.push_back(
          "the end of the index, which says where its blocks are, is damaged: they are found by "
          "their checksums");
    }
    SoundCatalog found;
    tell(lost, found.lost);
    take(parts);
    if (found.lost.empty()) {
      add_unclaimed_slices(parts);
    } else {
      count_unclaimed_slices();
    }
    found.notes = std::move(notes_);
    HOLDALL_ASSIGN(found.catalog, make_catalog(std::move(parts)));
    return found;
  }

 private:
  Result<Catalog> make_catalog(std::vector<IndexPart> parts) {
    std::vector<TensorRows> rows;
    for (IndexPart& part : parts) rows.push_back(std::move(part.rows));
    JoinedRows joined(std::move(rows));
    if (is_in_order_)
      return Catalog::make(prefix_, "tf_bundle", std::move(files_), header_.byte_order,
                           std::move(joined));
    return Catalog::make(prefix_, "tf_bundle", std::move(files_), header_.byte_order,
                         joined.make_all());
  }

  // Large indexes by several threads, each some of the blocks.
  Result<std::vector<IndexPart>> read_parts(const SortedTable& table, uint64_t index_bytes) const {
    const size_t block_count = table.block_count();
    const size_t most = std::min<size_t>(core_count(), block_count);
    const size_t count = std::clamp<size_t>(index_bytes / kPartBytes, 1, most);
    std::vector<IndexPart> parts(count, IndexPart(static_cast<uint64_t>(header_.shard_count)));
    std::atomic<uint64_t> tensor_count = 0;
    HOLDALL_TRY(run_in_parallel(count, 0, [&](size_t i) -> Status {
      IndexPart& part = parts[i];
      std::optional<uint64_t> begin;
      return table.visit(block_count * i / count, block_count * (i + 1) / count,
                         [&](const TableBlockCursor& at) -> Status {
                           if (at.key().empty()) return {};  // the header
                           const uint64_t offset = at.block().offset_in_file();
                           if (!begin) begin = offset;
                           part.make_room(offset - *begin, index_bytes / count);
                           part.add(at.key(), at.value());
                           if (part.count() % kCountedTogether != 0) return {};
                           return check_tensor_count(tensor_count += kCountedTogether, limits_);
                         });
    }));
    uint64_t sum = 0;
    for (const IndexPart& part : parts) sum += part.count();
    HOLDALL_TRY(check_tensor_count(sum, limits_));
    return parts;
  }

  // Slices stand before all names, and nobody knows how many parts they reach into.
  void take(std::vector<IndexPart>& parts) {
    for (IndexPart& part : parts) {
      std::vector<uint32_t> files;
      for (const uint64_t shard : part.shards) files.push_back(file_index_of(shard));
      part.rows.number_files(files);
      for (; !part.slices.empty(); part.slices.pop_front()) {
        const SliceEntry& slice = part.slices.front();
        slices_.emplace(slice.key, EntryAndUse{parse_entry(bytes_of(slice.value)), false});
      }
    }
    for (IndexPart& part : parts) {
      for (; !part.others.empty(); part.others.pop_front()) {
        const auto& [row, value] = part.others.front();
        part.rows.fill_gap(row, make_tensor(part.rows.name(row), parse_entry(bytes_of(value))));
      }
    }
  }

  // One that is not there is left for find_slice() to tell of.
  Status find_slices(TableFinder& finder, const std::string& name, std::span<const Box> slices) {
    for (const Box& slice : slices) {
      std::string key = encode_slice_key(name, slice);
      HOLDALL_ASSIGN(const auto value, finder.find(key));
      if (value) slices_.emplace(std::move(key), EntryAndUse{parse_entry(*value), false});
    }
    return {};
  }

  // The lost header was in the first block.
  void guess_header(std::span<const std::string> beside) {
    header_.shard_count = static_cast<int64_t>(count_data_files(prefix_, beside));
    notes_.push_back(
        message("the index's header is lost: elements are taken to be little-endian, in {} data "
                "{}, as the names of the files beside it say",
                header_.shard_count, header_.shard_count == 1 ? "file" : "files"));
  }

  void tell(const std::vector<LostTableRange>& lost, std::vector<LostRange>& told) const {
    for (const LostTableRange& range : lost) {
      told.push_back({prefix_ + std::string(kIndexSuffix), range.key_before.value_or(""),
                      range.key_after.value_or(""), range.cause.message});
      if (range.block_count > 1)
        told.back().cause += message("; {} blocks in a row are damaged", range.block_count);
    }
  }

  // A slice that no tensor claims is one whose tensor may be lost.
  void count_unclaimed_slices() {
    const auto count = std::count_if(slices_.begin(), slices_.end(),
                                     [](const auto& each) { return !each.second.is_used; });
    if (count == 0) return;
    notes_.push_back(
        message("{} {} of partitioned tensors stand alone, since the tensors' own "
                "entries are lost: they are left out",
                count, count == 1 ? "slice" : "slices"));
  }

  Status parse_bundle_header(EntryBytes bytes) {
    auto header = parse_header(bytes);
    if (!header.ok()) return cannot_be_used("header", std::move(header).error());
    header_ = *header;
    return {};
  }

  // Offsets in the message count from where the header or entry begins.
  static Error cannot_be_used(std::string_view what, Error error) {
    error.message = message("the {} cannot be used: ", what) + error.message;
    return error;
  }

  // A name may begin with the byte that slice keys begin with. What no tensor claims is one.
  void add_unclaimed_slices(std::vector<IndexPart>& parts) {
    for (auto& [key, slice] : slices_) {
      if (slice.is_used) continue;
      is_in_order_ = false;
      parts.back().rows.add(make_tensor(key, std::move(slice.entry)));
    }
  }

  TensorInfo make_tensor(std::string_view name, Result<Entry> entry) {
    TensorInfo tensor;
    tensor.name = name;
    auto status = entry.ok() ? fill(tensor, *entry)
                             : Status(cannot_be_used("entry", std::move(entry).error()));
    if (!status.ok()) {
      const std::string index_path = prefix_ + std::string(kIndexSuffix);
      tensor.problem = std::make_shared<const Error>(
          std::move(status).error().in_file(index_path).in_tensor(name));
      tensor.pieces.clear();
    }
    tensor.size_bytes = sum_of_bytes(tensor.pieces);
    return tensor;
  }

  Status fill(TensorInfo& tensor, Entry& entry) {
    tensor.dtype = dtype_of_tf_code(entry.dtype_code);
    tensor.encoding = tensor.dtype == DType::kString ? Encoding::kTfStrings : Encoding::kRaw;
    if (!entry.slices.empty()) {
      tensor.shape = entry.shape;
      return fill_from_slices(tensor, entry);
    }
    auto piece = [&]() -> Result<Piece> {
      HOLDALL_TRY(check_dtype(tensor.dtype, entry.dtype_code));
      return to_piece(entry, tensor.dtype);
    }();
    tensor.shape = std::move(entry.shape);
    if (!piece.ok()) return std::move(piece).error();
    tensor.pieces.push_back(*std::move(piece));
    return {};
  }

  Status fill_from_slices(TensorInfo& tensor, const Entry& whole) {
    HOLDALL_TRY(check_dtype(tensor.dtype, whole.dtype_code));
    std::vector<Box> boxes;
    for (const Box& slice : whole.slices) {
      auto box = resolve_box(slice, whole.shape);
      if (!box.ok()) {
        return corrupt("a slice does not fit: {}", box.error().message);
      }
      boxes.push_back(std::move(*box));
    }
    HOLDALL_TRY(check_disjoint(boxes));
    for (size_t i = 0; i < boxes.size(); ++i) {
      HOLDALL_ASSIGN(Piece piece, find_slice(tensor, whole.slices[i], boxes[i]));
      tensor.pieces.push_back(std::move(piece));
    }
    return check_extents(tensor.pieces);
  }

  // The slice's own entry is not trusted to agree with the tensor it is of.
  Result<Piece> find_slice(const TensorInfo& tensor, const Box& slice, const Box& box) {
    const auto found = slices_.find(encode_slice_key(tensor.name, slice));
    if (found == slices_.end()) {
      return make_error(Code::kCorrupt, reason::kNone, "its slice '{}' is listed but not stored",
                        slice.to_string());
    }
    found->second.is_used = true;
    if (!found->second.entry.ok()) return found->second.entry.error();
    const Entry& entry = *found->second.entry;
    if (dtype_of_tf_code(entry.dtype_code) != tensor.dtype || entry.shape != Shape(box.lengths)) {
      return corrupt("its slice '{}' is stored as element type {} of shape {}, expected {} of {}",
                     slice.to_string(), entry.dtype_code, entry.shape.to_string(),
                     tf_code_of(tensor.dtype), Shape(box.lengths).to_string());
    }
    HOLDALL_ASSIGN(Piece piece, to_piece(entry, tensor.dtype));
    piece.box = box;
    return piece;
  }

  Result<Piece> to_piece(const Entry& entry, DType dtype) {
    if (entry.offset < 0 || entry.size_bytes < 0) {
      return corrupt("the entry has offset {} and size {}", entry.offset, entry.size_bytes);
    }
    if (entry.shard < 0 || entry.shard >= header_.shard_count) {
      return corrupt("the entry is in data file {}, the checkpoint has {}", entry.shard,
                     header_.shard_count);
    }
    HOLDALL_TRY(check_size(entry, dtype));
    Piece piece;
    piece.extent.file_index = file_index_of(static_cast<uint64_t>(entry.shard));
    piece.extent.offset_in_file = static_cast<uint64_t>(entry.offset);
    piece.extent.size_bytes = static_cast<uint64_t>(entry.size_bytes);
    // A string tensor without elements may be stored as no bytes at all, and then has no checksum.
    if (dtype != DType::kString || entry.size_bytes > 0) {
      piece.crc32c = crc32c_unmask(entry.masked_crc32c);
    }
    return piece;
  }

  // Only data files that are used are named: a header may speak of thousands that do not exist.
  uint32_t file_index_of(uint64_t shard) {
    const auto [at, is_new] =
        file_of_shard_.try_emplace(shard, static_cast<uint32_t>(files_.size()));
    if (is_new) {
      files_.push_back(data_file_path(prefix_, shard, static_cast<uint64_t>(header_.shard_count)));
    }
    return at->second;
  }

  struct EntryAndUse {
    Result<Entry> entry;
    bool is_used = false;
  };

  const std::string& prefix_;
  const OpenLimits& limits_;
  Header header_;
  std::unordered_map<std::string, EntryAndUse> slices_;
  std::unordered_map<uint64_t, uint32_t> file_of_shard_;
  std::vector<std::string> files_;
  bool is_in_order_ = true;  // the rows' names ascend, as the table's keys do
  std::vector<std::string> notes_;
};

}  // namespace

Result<Catalog> parse_index(const std::string& prefix, std::span<const std::byte> index,
                            const OpenLimits& limits) {
  return IndexParser(prefix, limits).parse(index);
}

Result<Catalog> find_in_index(const std::string& prefix, const Reader& index,
                              std::span<const std::string> names) {
  const OpenLimits unused;
  return IndexParser(prefix, unused).find(index, {names.begin(), names.end()});
}

Result<SoundCatalog> parse_sound_index(const std::string& prefix, std::span<const std::byte> index,
                                       std::span<const std::string> beside,
                                       const OpenLimits& limits) {
  return IndexParser(prefix, limits).parse_sound(index, beside);
}

}  // namespace holdall::tf_bundle
