#include "formats/tf_v1/tf_v1_format.h"

#include <algorithm>
#include <map>

#include "base/byte_cursor.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "codec/sorted_table_layout.h"
#include "codec/table_file.h"
#include "formats/shard_names.h"
#include "formats/tf_bundle/meta_roles.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_v1/tf_v1_layout.h"
#include "formats/tf_v1/tf_v1_reader.h"
#include "formats/tf_v1/tf_v1_writer.h"

namespace holdall {
namespace {

using tf_bundle::kMetaSuffix;

// Enough for what comes before the list of tensors in the first entry.
constexpr uint64_t kHeadBytes = 32;

enum class FirstEntry { kUnclear, kTensors, kForeign };

// A table of TensorFlow's begins with the empty key. The value's field 1 is a message in a V1
// checkpoint, and with its length ends where the value does; a number in the index of a V2 one.
// Nothing is clear of a Snappy block.
FirstEntry look_at_first_entry(std::span<const std::byte> head) {
  ByteCursor cursor(head);
  if (cursor.read_u8() != 0) return FirstEntry::kUnclear;
  if (cursor.read_u8() != 0) return FirstEntry::kForeign;
  const auto value_bytes = cursor.read_varint32();
  const auto tag = value_bytes ? cursor.read_u8() : std::nullopt;
  if (tag == 0x08) return FirstEntry::kForeign;
  const auto meta_bytes = tag == 0x0a ? cursor.read_varint32() : std::nullopt;
  if (!meta_bytes) return FirstEntry::kUnclear;
  const bool is_all = *value_bytes == 1 + varint_size_bytes(*meta_bytes) + *meta_bytes;
  return is_all ? FirstEntry::kTensors : FirstEntry::kUnclear;
}

bool is_table(const Reader& file) {
  std::byte magic[sizeof kTableMagic];
  return file.size_bytes() >= kTableFooterSizeBytes &&
         file.read_exact(file.size_bytes() - sizeof magic, magic).ok() &&
         load_le<uint64_t>(magic) == kTableMagic;
}

// By its first entry, so that a file that is cut short is claimed and reading it says so; or by its
// last bytes, if the first entry is damaged or in a Snappy block.
bool is_v1_file(const Storage& storage, const std::string& path) {
  const FirstEntry first = look_at_first_entry(read_first_bytes(storage, path, kHeadBytes));
  if (first != FirstEntry::kUnclear) return first == FirstEntry::kTensors;
  const auto file = storage.open_reader(path);
  return file.ok() && is_table(**file);
}

class TfV1Format : public Format {
 public:
  FormatInfo info() const override {
    return {
        "tf_v1",
        "TensorFlow checkpoint V1 (Saver(write_version=V1)): one file, or PREFIX-SSSSS-of-NNNNN",
        true};
  }

  // A file; the pattern, one file or the common beginning of several; or the graph beside them.
  std::optional<std::string> bid(const Storage& storage, const std::string& path) const override {
    const auto shard = tf_v1::parse_shard_path(path);
    if (is_v1_file(storage, path))
      return shard ? tf_v1::shard_pattern(shard->stem, shard->count) : path;
    if (shard && !shard->shard) {
      const auto sets = count_shards(storage, shard->stem);
      return sets.contains(shard->count) ? std::optional(path) : std::nullopt;
    }
    if (path.ends_with(kMetaSuffix))
      return bid(storage, path.substr(0, path.size() - kMetaSuffix.size()));
    if (path.empty() || path.ends_with('/') || storage.open_reader(path).ok()) return std::nullopt;
    return look_for_shards(storage, path);
  }

  Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                               const OpenLimits& limits) const override {
    const auto pattern = tf_v1::parse_shard_path(path);
    if (!pattern || pattern->shard) return tf_v1::read_saved_files(storage, path, {path}, limits);
    std::vector<std::string> files;
    for (uint64_t i = 0; i < pattern->count; ++i) {
      files.push_back(tf_v1::shard_file_path(pattern->stem, i, pattern->count));
      if (storage.open_reader(files.back()).ok()) continue;
      return make_error(Code::kNotFound, reason::kMissingFile,
                        "it is not there, or cannot be opened; the checkpoint has {} files, each "
                        "with tensors of its own",
                        pattern->count)
          .in_file(files.back());
    }
    return tf_v1::read_saved_files(storage, path, std::move(files), limits);
  }

  // Tensors lie in blocks, which have the checksums.
  Result<uint64_t> checked_bytes(const Reader& file, const Catalog& catalog,
                                 const std::string& path) const override {
    const uint64_t of_tensors = tensor_bytes_in(catalog, path);
    HOLDALL_ASSIGN(const uint64_t checked, count_checked_bytes(file));
    return checked - std::min(checked, of_tensors);
  }

  // From the `.meta` file that TensorFlow 1's Saver writes.
  Result<std::vector<std::optional<Role>>> read_roles(const Storage& storage,
                                                      const Catalog& catalog) const override {
    const auto pattern = tf_v1::parse_shard_path(catalog.path());
    const std::string stem = pattern ? std::string(pattern->stem) : catalog.path();
    return tf_bundle::read_meta_roles(storage, stem + std::string(kMetaSuffix), catalog);
  }

  Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                          const SaveOptions& options) const override {
    return tf_v1::lay_out(path, items, options);
  }

 private:
  // How many files there are of each set of that name, by how many it should have.
  static std::map<uint64_t, uint64_t> count_shards(const Storage& storage, std::string_view stem) {
    const std::string directory = directory_of(stem);
    const std::string base = base_name_of(stem);
    std::map<uint64_t, uint64_t> files_of_count;
    const auto names = storage.list_directory(directory);
    if (!names.ok()) return files_of_count;
    for (const std::string& name : *names) {
      const auto shard = tf_v1::parse_shard_path(name);
      if (shard && shard->shard && shard->stem == base &&
          is_v1_file(storage, join_path(directory, name)))
        ++files_of_count[shard->count];
    }
    return files_of_count;
  }

  // Where several sets have the name: one of which all files are there, or else of which most are.
  static std::optional<std::string> look_for_shards(const Storage& storage,
                                                    const std::string& path) {
    const auto count = most_complete_set(count_shards(storage, path));
    if (!count) return std::nullopt;
    return tf_v1::shard_pattern(path, *count);
  }
};

}  // namespace

const Format& tf_v1_format() {
  static const TfV1Format format;
  return format;
}

}  // namespace holdall
