#include "formats/tf_bundle/tf_bundle_writer.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "codec/tf_strings.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_slice_key.h"
#include "formats/tf_common/tf_slices.h"
#include "tensor/box_copy.h"

namespace holdall::tf_bundle {
namespace {

// Fits every element type and the vector units of whoever maps the file. TensorFlow reads any.
constexpr uint64_t kDefaultAlignment = 64;

Status check_dtype(DType dtype) {
  if (dtype == DType::kString || dtype_size_bytes(dtype) > 0) return {};
  return unsupported("elements of dtype {} cannot be stored", dtype_name(dtype));
}

// Each data file is listed, with its name, before the first is made.
constexpr uint32_t kMaxShardCount = 1'000'000;

// A header may speak of many more data files than there ever were.
constexpr uint64_t kMostEmptyFiles = 10'000;

std::vector<uint64_t> string_ends(const Tensor& tensor) {
  std::vector<uint64_t> ends;
  uint64_t end = 0;
  for (uint64_t i = 0; i < tensor.element_count(); ++i)
    ends.push_back(end += tensor.string_at(i).size());
  return ends;
}

class BundleLayout : public Layout {
 public:
  BundleLayout(const std::string& prefix, const SaveOptions& options,
               const TableWriterOptions& table_options)
      : prefix_(prefix), options_(options), table_options_(table_options) {
    if (options_.alignment == 0) options_.alignment = kDefaultAlignment;
  }

  Status add_all(std::span<const SaveItem> items) {
    if (options_.alignment > kMaxAlignment) {
      return invalid_argument("the alignment is {}, allowed are 1 to {}", options_.alignment,
                              kMaxAlignment);
    }
    if (options_.shard_count == 0 || options_.shard_count > kMaxShardCount) {
      return invalid_argument("the checkpoint should have {} data files, allowed are 1 to {}",
                              options_.shard_count, kMaxShardCount);
    }
    files_.resize(options_.shard_count);
    name_files(options_.shard_count);
    for (size_t i = 0; i < items.size(); ++i) {
      if (auto status = add(items[i], i); !status.ok()) {
        return std::move(status).error().in_tensor(items[i].name);
      }
    }
    return check_slices();
  }

  const std::vector<LayoutFile>& files() const override { return files_; }

  Result<std::optional<FinishedFile>> finish(std::span<const WrittenItem> written) const override {
    const std::string header = encode_header({named_count_, options_.byte_order});
    FinishedFile index{prefix_ + std::string(kIndexSuffix), {}};
    SortedTableWriter table(
        [&](std::span<const std::byte> bytes) -> Status {
          index.bytes += text_of(bytes);
          return {};
        },
        table_options_);
    HOLDALL_TRY(table.add("", bytes_of(header)));
    for (const auto& [key, stored] : entries_) {
      Entry entry = stored.entry;
      if (stored.item) entry.masked_crc32c = crc32c_mask(written[*stored.item].checksum);
      HOLDALL_TRY(table.add(key, bytes_of(encode_entry(entry))));
    }
    HOLDALL_TRY(table.finish());
    return std::optional(std::move(index));
  }

  std::string checkpoint_path() const override { return prefix_; }
  bool owns(const std::string& path) const override {
    return path == prefix_ + std::string(kIndexSuffix) ||
           path == prefix_ + std::string(kMetaSuffix) || strip_data_suffix(path) == prefix_;
  }

  void add_empty_files(std::set<std::string>& files) const override {
    if (files.empty()) return;
    const std::string& any = *files.begin();
    uint64_t count = 0;
    std::from_chars(any.data() + any.rfind('-') + 1, any.data() + any.size(), count);
    if (count > kMostEmptyFiles) return;
    for (uint64_t shard = 0; shard < count; ++shard)
      files.insert(data_file_path(prefix_, shard, count));
  }

  // The count in the header decides the names that readers open: one file more than there are is
  // one that no entry speaks of, and so nobody looks for it.
  void avoid_names(const std::function<bool(const std::string& path)>& is_taken) override {
    const auto is_file_taken = [&](const LayoutFile& file) { return is_taken(file.path); };
    for (uint32_t count = options_.shard_count;
         std::any_of(files_.begin(), files_.end(), is_file_taken);) {
      name_files(++count);
    }
  }

 private:
  void name_files(uint32_t count) {
    named_count_ = count;
    for (size_t i = 0; i < files_.size(); ++i) files_[i].path = data_file_path(prefix_, i, count);
  }

  struct StoredEntry {
    Entry entry;
    std::optional<size_t> item;  // whose bytes the entry describes; none for a partitioned tensor
  };

  Status add(const SaveItem& item, size_t i) {
    HOLDALL_TRY(check_dtype(item.dtype()));
    if (item.name.empty()) return invalid_argument("a tensor needs a name");
    if (item.shard >= options_.shard_count) {
      return invalid_argument("it should go to data file {}, there are {}", item.shard,
                              options_.shard_count);
    }
    HOLDALL_ASSIGN(const std::string key, key_of(item));
    const auto [at, is_new] = entries_.try_emplace(key);
    if (!is_new) {
      return make_error(Code::kInvalidArgument, reason::kNameCollision, "Adding duplicate key: {}",
                        quote(item.name));
    }
    at->second = {append(item, i), i};
    return {};
  }

  // The key of the item's own entry. A slice joins the entry of its whole tensor.
  Result<std::string> key_of(const SaveItem& item) {
    HOLDALL_ASSIGN(const auto slice, slice_of(item));
    // A slice that is the whole tensor is stored as such.
    if (!slice || Shape(slice->lengths) == *item.whole_shape) return item.name;
    HOLDALL_TRY(join_whole(item, *slice));
    return encode_slice_key(item.name, *item.box);
  }

  Status join_whole(const SaveItem& item, const Box& box) {
    const auto [at, is_new] = entries_.try_emplace(item.name);
    Entry& whole = at->second.entry;
    if (is_new) {
      whole.dtype_code = tf_code_of(item.dtype());
      whole.shape = *item.whole_shape;
    } else if (at->second.item) {
      return make_error(Code::kInvalidArgument, reason::kNameCollision,
                        "a whole tensor has the name already, a slice cannot join it");
    } else if (whole.dtype_code != tf_code_of(item.dtype()) || whole.shape != *item.whole_shape) {
      return invalid_argument("its slices disagree: {} of {} and {} of {}",
                              dtype_name(dtype_of_tf_code(whole.dtype_code)),
                              whole.shape.to_string(), dtype_name(item.dtype()),
                              item.whole_shape->to_string());
    }
    whole.slices.push_back(*item.box);
    boxes_[item.name].push_back(box);
    return {};
  }

  Status check_slices() const {
    for (const auto& [name, boxes] : boxes_) {
      if (auto status = check_disjoint(boxes); !status.ok()) {
        return invalid_argument("{}", status.error().message).in_tensor(name);
      }
    }
    return {};
  }

  // Gives the item its place at the end of its data file.
  Entry append(const SaveItem& item, size_t i) {
    LayoutFile& file = files_[item.shard];
    LayoutPart part;
    part.item = i;
    uint64_t size_bytes = item.size_bytes();
    if (item.dtype() == DType::kString) {
      TfStringsHead head = encode_tf_strings_head(string_ends(item.tensor), options_.byte_order);
      size_bytes += head.bytes.size();
      part.crc_seed = head.crc32c;
      part.literal = std::move(head.bytes);
    } else if (options_.byte_order == ByteOrder::kBig) {
      part.reversed_group = dtype_swap_bytes(item.dtype());
    }
    Entry entry;
    entry.dtype_code = tf_code_of(item.dtype());
    entry.shape = item.shape();
    entry.shard = item.shard;
    entry.offset = static_cast<int64_t>(file.size_bytes);
    entry.size_bytes = static_cast<int64_t>(size_bytes);
    file.parts.push_back(std::move(part));
    file.size_bytes += size_bytes;
    // Padding follows every tensor, the last one too, as TensorFlow's own option does.
    const uint64_t padding =
        *checked_align_up(file.size_bytes, options_.alignment) - file.size_bytes;
    if (padding > 0) {
      file.parts.push_back({});
      file.parts.back().padding_bytes = padding;
      file.size_bytes += padding;
    }
    return entry;
  }

  std::string prefix_;
  SaveOptions options_;
  TableWriterOptions table_options_;
  std::vector<LayoutFile> files_;
  uint32_t named_count_ = 0;  // of data files, as their names and the header say
  std::map<std::string, StoredEntry> entries_;
  std::map<std::string, std::vector<Box>> boxes_;
};

}  // namespace

TableWriterOptions index_options(const SaveOptions& options) {
  TableWriterOptions table_options;
  if (options.compress_index) table_options.compression = TableCompression::kSnappy;
  return table_options;
}

Result<std::unique_ptr<Layout>> lay_out(const std::string& prefix, std::span<const SaveItem> items,
                                        const SaveOptions& options,
                                        const TableWriterOptions& table_options) {
  auto layout = std::make_unique<BundleLayout>(prefix, options, table_options);
  HOLDALL_TRY(layout->add_all(items));
  return std::unique_ptr<Layout>(std::move(layout));
}

}  // namespace holdall::tf_bundle
