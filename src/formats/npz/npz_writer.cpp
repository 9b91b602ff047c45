// A stored member's header has the checksum of its data, so that is calculated first: every program
// that unpacks archives takes such a member, not all take one whose checksum follows. A deflated
// member's size is not known before it is written, and there all take what follows.
#include "formats/npz/npz_writer.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "codec/zip_writer.h"
#include "formats/npz/npz_layout.h"

namespace holdall::npz {
namespace {

Status check_name(std::string_view name) {
  if (name.empty()) return invalid_argument("a tensor needs a name");
  if (name.size() + kNpySuffix.size() > kMaxZipNameBytes) {
    return unsupported("names in zip archives have at most {} bytes, this one has {}",
                       kMaxZipNameBytes - kNpySuffix.size(), name.size());
  }
  if (name.find('\0') != std::string_view::npos) {
    return unsupported("names in zip archives have no zero bytes; give it another");
  }
  for (std::string_view rest = name; !rest.empty();) {
    const size_t length = utf8_sequence_length(rest);
    if (length == 0) return unsupported("names in .npz files are UTF-8, this one is not");
    rest.remove_prefix(length);
  }
  for (std::string_view rest = name; !rest.empty();) {
    const size_t end = std::min(rest.find_first_of("/\\"), rest.size());
    if (rest.substr(0, end) == ".." && end < rest.size()) {
      return unsupported(
          "'..' in its name would lead out of the folder that the archive is "
          "unpacked into; give it another");
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

Status check_array(const SaveItem& item, const SaveOptions& options) {
  if (item.dtype() == DType::kBF16 && options.byte_order == ByteOrder::kBig) {
    return unsupported(
        "bfloat16 is raw bytes to NumPy, which have no byte order; save it "
        "little-endian");
  }
  if (descr_of(item.dtype(), options.byte_order).empty()) {
    return unsupported(
        "NumPy has no elements of dtype {}; it has bool, int8 to int64, uint8 to "
        "uint64, float16, float32, float64, complex64, complex128, and bfloat16 as "
        "raw bytes",
        dtype_name(item.dtype()));
  }
  if (item.box || item.whole_shape) {
    return unsupported("NumPy's files hold whole arrays, this is a part of one; join it first");
  }
  if (item.shape().rank() > kMaxRank) {
    return unsupported("NumPy's arrays have at most {} dimensions, this one has {}", kMaxRank,
                       item.shape().rank());
  }
  if (item.shard != 0) {
    return invalid_argument("it should go to data file {}, there is one", item.shard);
  }
  return {};
}

Status check_options(const SaveOptions& options) {
  if (options.shard_count != 1) {
    return unsupported("NumPy's files are not split, {} data files are asked for",
                       options.shard_count);
  }
  if (options.alignment != 0 && kAlignment % options.alignment != 0) {
    return unsupported("arrays are aligned to {} bytes, an alignment of {} is asked for",
                       kAlignment, options.alignment);
  }
  if (options.compress_index) {
    return unsupported(
        "NumPy's files have no index to compress; ask for compress, which deflates "
        "the arrays of an .npz");
  }
  return {};
}

// A header and the elements.
LayoutPart array_part(const SaveItem& item, size_t i, const SaveOptions& options) {
  LayoutPart part;
  part.literal = make_npy_header(descr_of(item.dtype(), options.byte_order), item.shape());
  part.item = i;
  part.checksum = ChecksumKind::kCrc32;
  part.crc_seed = crc32(std::as_bytes(std::span(part.literal)));
  if (options.byte_order == ByteOrder::kBig) {
    part.reversed_group = dtype_swap_bytes(item.dtype());
  }
  return part;
}

class ArrayLayout : public Layout {
 public:
  explicit ArrayLayout(LayoutFile file) : files_{std::move(file)} {}

  const std::vector<LayoutFile>& files() const override { return files_; }
  Result<std::optional<FinishedFile>> finish(std::span<const WrittenItem>) const override {
    return std::optional<FinishedFile>();
  }
  bool has_state_file() const override { return false; }
  std::string checkpoint_path() const override { return files_[0].path; }
  bool owns(const std::string& path) const override { return path == files_[0].path; }

 private:
  std::vector<LayoutFile> files_;
};

class ArchiveLayout : public Layout {
 public:
  ArchiveLayout(const std::string& path, std::span<const SaveItem> items,
                const SaveOptions& options)
      : items_(items), options_(options) {
    files_.push_back({path, {}, 0});
  }

  Status add_all() {
    for (size_t i = 0; i < items_.size(); ++i) {
      if (auto status = add(i); !status.ok()) {
        return std::move(status).error().in_tensor(items_[i].name);
      }
    }
    append_late(late_number(items_.size(), Late::kHeader));
    if (options_.compress) return {};
    files_[0].size_bytes = offset_ + zip_directory(entries_, offset_).size();
    return {};
  }

  const std::vector<LayoutFile>& files() const override { return files_; }
  bool has_state_file() const override { return false; }
  std::string checkpoint_path() const override { return files_[0].path; }
  bool owns(const std::string& path) const override { return path == files_[0].path; }
  Result<std::optional<FinishedFile>> finish(std::span<const WrittenItem>) const override {
    return std::optional<FinishedFile>();
  }

  std::string late_literal(size_t number, std::span<const WrittenItem> written) const override {
    const size_t i = number / 2;
    if (i == entries_.size()) return directory(written);
    const ZipEntry entry = written_entry(i, written);
    return number % 2 == 0 ? zip_local_header(entry, options_.compress ? 1 : kAlignment)
                           : zip_data_descriptor(entry);
  }

 private:
  // What is made of a member once it is measured or written. The directory is the header after the
  // last.
  enum class Late : uint8_t { kHeader, kDescriptor };
  static size_t late_number(size_t i, Late what) { return 2 * i + static_cast<size_t>(what); }

  void append_late(size_t number) {
    files_[0].parts.emplace_back();
    files_[0].parts.back().late_literal = number;
  }

  Status add(size_t i) {
    const SaveItem& item = items_[i];
    HOLDALL_TRY(check_name(item.name));
    HOLDALL_TRY(check_array(item, options_));
    if (!names_.insert(item.name).second) {
      return make_error(Code::kInvalidArgument, reason::kNameCollision,
                        "two tensors have this name");
    }
    LayoutPart part = array_part(item, i, options_);
    part.is_measured_first = !options_.compress;
    part.is_deflated = options_.compress;
    ZipEntry entry;
    entry.name = item.name + std::string(kNpySuffix);
    entry.is_deflated = options_.compress;
    entry.original_bytes = part.literal.size() + item.size_bytes();
    entry.stored_bytes = options_.compress ? 0 : entry.original_bytes;
    entry.header_offset = offset_;
    offset_ += zip_local_header(entry, kAlignment).size() + entry.stored_bytes;
    entries_.push_back(std::move(entry));
    append_late(late_number(i, Late::kHeader));
    files_[0].parts.push_back(std::move(part));
    if (options_.compress) append_late(late_number(i, Late::kDescriptor));
    return {};
  }

  // Of a deflated member everything but its place, which the directory alone needs.
  ZipEntry written_entry(size_t i, std::span<const WrittenItem> written) const {
    ZipEntry entry = entries_[i];
    entry.crc32 = written[i].checksum;
    if (options_.compress) entry.stored_bytes = written[i].deflated_bytes;
    return entry;
  }

  std::string directory(std::span<const WrittenItem> written) const {
    std::vector<ZipEntry> entries;
    uint64_t offset = 0;
    for (size_t i = 0; i < entries_.size(); ++i) {
      ZipEntry entry = written_entry(i, written);
      if (options_.compress) {
        entry.header_offset = offset;
        offset +=
            zip_local_header(entry).size() + entry.stored_bytes + zip_data_descriptor(entry).size();
      }
      entries.push_back(std::move(entry));
    }
    return zip_directory(entries, options_.compress ? offset : offset_);
  }

  std::span<const SaveItem> items_;
  SaveOptions options_;
  std::vector<LayoutFile> files_;
  std::vector<ZipEntry> entries_;
  std::unordered_set<std::string_view> names_;
  uint64_t offset_ = 0;  // of the next member, where none is deflated
};

}  // namespace

Result<std::unique_ptr<Layout>> lay_out_npz(const std::string& path,
                                            std::span<const SaveItem> items,
                                            const SaveOptions& options) {
  HOLDALL_TRY(check_options(options));
  auto layout = std::make_unique<ArchiveLayout>(path, items, options);
  HOLDALL_TRY(layout->add_all());
  return std::unique_ptr<Layout>(std::move(layout));
}

Result<std::unique_ptr<Layout>> lay_out_npy(const std::string& path,
                                            std::span<const SaveItem> items,
                                            const SaveOptions& options) {
  HOLDALL_TRY(check_options(options));
  if (options.compress) {
    return unsupported("an .npy file is not compressed; save an .npz");
  }
  if (items.size() != 1) {
    return unsupported("an .npy file holds one array, {} are to be saved; save an .npz",
                       items.size());
  }
  if (auto status = check_array(items[0], options); !status.ok()) {
    return std::move(status).error().in_tensor(items[0].name);
  }
  LayoutFile file{path, {array_part(items[0], 0, options)}, 0};
  file.size_bytes = file.parts[0].literal.size() + items[0].size_bytes();
  return std::unique_ptr<Layout>(std::make_unique<ArrayLayout>(std::move(file)));
}

}  // namespace holdall::npz
