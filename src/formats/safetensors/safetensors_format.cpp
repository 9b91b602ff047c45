#include "formats/safetensors/safetensors_format.h"

#include <algorithm>

#include "formats/safetensors/safetensors_layout.h"
#include "formats/safetensors/safetensors_reader.h"
#include "formats/safetensors/safetensors_writer.h"
#include "formats/tf_common/checkpoint_state.h"

namespace holdall {
namespace {

using safetensors::kIndexSuffix;
using safetensors::kSuffix;

bool is_there(const Storage& storage, const std::string& path) {
  return storage.open_reader(path).ok();
}

bool is_safetensors(const Storage& storage, const std::string& path) {
  const auto reader = storage.open_reader(path);
  if (!reader.ok()) return false;
  const auto first = read_first_bytes(storage, path, safetensors::kLengthBytes + 1);
  return safetensors::looks_like_file(first, (*reader)->size_bytes());
}

// The one of these names that ends so; of several, the one that is called "model".
std::optional<std::string> pick(const std::vector<std::string>& names, std::string_view suffix) {
  std::vector<std::string> found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found),
               [&](const std::string& name) { return name.ends_with(suffix); });
  if (found.size() == 1) return found[0];
  const std::string usual = "model" + std::string(suffix);
  if (std::find(found.begin(), found.end(), usual) != found.end()) return usual;
  return std::nullopt;
}

std::optional<std::string> look_in(const Storage& storage, const std::string& directory) {
  const auto names = storage.list_directory(directory);
  if (!names.ok()) return std::nullopt;
  // A state file says what is the newest of many checkpoints, whatever else lies beside it.
  if (std::find(names->begin(), names->end(), kStateFileName) != names->end()) return std::nullopt;
  for (const std::string_view suffix : {kIndexSuffix, kSuffix}) {
    if (const auto name = pick(*names, suffix)) return join_path(directory, *name);
  }
  return std::nullopt;
}

class SafetensorsFormat : public Format {
 public:
  FormatInfo info() const override {
    return {"safetensors", "Hugging Face's files, one or several with a .safetensors.index.json",
            true, ".safetensors"};
  }

  // A file, whatever it is called; an index; the name that several files have in common; a
  // directory with one of these. What is only called so is claimed too: reading it says what is
  // wrong.
  std::optional<std::string> bid(const Storage& storage, const std::string& path) const override {
    if (is_safetensors(storage, path)) return path;
    if (path.ends_with(kIndexSuffix) && is_there(storage, path)) return path;
    std::string index = safetensors::index_path(path);
    if (is_there(storage, index)) return index;
    if (path.ends_with(kSuffix) && is_there(storage, path)) return path;
    if (storage.is_directory(path)) return look_in(storage, path);
    return std::nullopt;
  }

  Result<Catalog> read_catalog(const Storage& storage, const std::string& path,
                               const OpenLimits& limits) const override {
    return path.ends_with(kIndexSuffix) ? safetensors::read_sharded_catalog(storage, path, limits)
                                        : safetensors::read_file_catalog(storage, path, limits);
  }

  Result<Catalog> read_catalog_and_notes(const Storage& storage, const std::string& path,
                                         const OpenLimits& limits,
                                         std::vector<std::string>& notes) const override {
    return path.ends_with(kIndexSuffix)
               ? safetensors::read_sharded_catalog(storage, path, limits, &notes)
               : safetensors::read_file_catalog(storage, path, limits);
  }

  Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                          const SaveOptions& options) const override {
    return safetensors::lay_out(path, items, options);
  }
};

}  // namespace

const Format& safetensors_format() {
  static const SafetensorsFormat format;
  return format;
}

}  // namespace holdall
