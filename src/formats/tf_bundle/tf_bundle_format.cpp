#include "formats/tf_bundle/tf_bundle_format.h"

#include <algorithm>

#include "base/message.h"
#include "base/try.h"
#include "codec/table_file.h"
#include "formats/tf_bundle/meta_roles.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_bundle/tf_bundle_reader.h"
#include "formats/tf_bundle/tf_bundle_writer.h"
#include "formats/tf_common/tf_slice_key.h"

namespace holdall {
namespace {

using tf_bundle::kIndexSuffix;
using tf_bundle::kMetaSuffix;

class TfBundleFormat : public Format {
 public:
  FormatInfo info() const override {
    return {"tf_bundle",
            "TensorFlow checkpoint V2 (Saver, tf.train.Checkpoint, SavedModel): PREFIX.index and "
            "PREFIX.data-*",
            true};
  }

  // A prefix, or one of the files that belong to one.
  std::optional<std::string> bid(const Storage& storage, const std::string& path) const override {
    std::string_view without = path;
    for (const std::string_view suffix : {kIndexSuffix, kMetaSuffix}) {
      if (!path.ends_with(suffix)) continue;
      without.remove_suffix(suffix.size());
    }
    const std::string_view without_data = tf_bundle::strip_data_suffix(path);
    for (const std::string_view prefix : {std::string_view(path), without, without_data}) {
      if (!prefix.empty() && storage.open_reader(index_path(prefix)).ok())
        return std::string(prefix);
    }
    return std::nullopt;
  }

  bool has_index_file() const override { return true; }

  // Of the index, all blocks; of data files, nothing but tensors.
  Result<uint64_t> checked_bytes(const Reader& file, const Catalog& catalog,
                                 const std::string& path) const override {
    if (path != index_path(catalog.path())) return uint64_t{0};
    return count_checked_bytes(file);
  }

  Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                               const OpenLimits& limits) const override {
    const std::string index = index_path(path);
    HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, index, limits.index_bytes));
    auto catalog = tf_bundle::parse_index(path, bytes, limits);
    if (!catalog.ok()) return std::move(catalog).error().in_file(index);
    return catalog;
  }

  Result<Catalog> read_some_of_catalog(const Storage& storage, const std::string& path,
                                       std::span<const std::string> names, const OpenLimits& limits,
                                       std::vector<std::string>& notes) const override {
    // Under such a key there may also be a slice of a tensor, which only the tensor's entry tells.
    const auto is_odd = [](std::string_view name) {
      return name.empty() || name.front() == kSliceKeyMark;
    };
    if (std::ranges::any_of(names, is_odd))
      return Format::read_some_of_catalog(storage, path, names, limits, notes);
    const std::string index = index_path(path);
    HOLDALL_ASSIGN(const auto reader, storage.open_reader(index));
    const auto find = [&]() -> Result<Catalog> {
      HOLDALL_TRY(check_index_bytes(reader->size_bytes(), limits.index_bytes));
      return tf_bundle::find_in_index(path, *reader, names);
    };
    auto catalog = find();
    if (!catalog.ok()) return std::move(catalog).error().in_file(index);
    return catalog;
  }

  Result<SoundCatalog> read_sound_catalog(const Storage& storage, const std::string& path,
                                          const OpenLimits& limits) const override {
    const std::string index = index_path(path);
    HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, index, limits.index_bytes));
    const auto beside = storage.list_directory(directory_of(path));
    auto catalog = tf_bundle::parse_sound_index(
        path, bytes, beside.ok() ? *beside : std::vector<std::string>(), limits);
    if (!catalog.ok()) return std::move(catalog).error().in_file(index);
    return catalog;
  }

  // From the `.meta` file that TensorFlow 1's Saver writes.
  Result<std::vector<std::optional<Role>>> read_roles(const Storage& storage,
                                                      const Catalog& catalog) const override {
    return tf_bundle::read_meta_roles(storage, catalog.path() + std::string(kMetaSuffix), catalog);
  }

  Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                          const SaveOptions& options) const override {
    if (options.compress) {
      return unsupported("TensorFlow's checkpoints hold tensors as they are, none is compressed");
    }
    return tf_bundle::lay_out(path, items, options, tf_bundle::index_options(options));
  }

 private:
  static std::string index_path(std::string_view prefix) {
    return std::string(prefix) + std::string(kIndexSuffix);
  }
};

}  // namespace

const Format& tf_bundle_format() {
  static const TfBundleFormat format;
  return format;
}

}  // namespace holdall
