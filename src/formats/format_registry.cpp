#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "formats/npz/npz_format.h"
#include "formats/safetensors/safetensors_format.h"
#include "formats/tf_bundle/tf_bundle_format.h"
#include "formats/tf_v1/tf_v1_format.h"

namespace holdall {

// THE list of formats, in bidding order: those that look at names only come before those that open
// files, and those that tell a file by its content before those that settle for its name. A new
// format is a folder beside this file and a row here.
std::span<const Format* const> all_formats() {
  static const Format* const kFormats[] = {
      &tf_bundle_format(), &npz_format(), &npy_format(), &safetensors_format(),
      &tf_v1_format(),  // of a file that nothing else knows it reads the end too
  };
  return kFormats;
}

Result<const Format*> find_format(std::string_view name) {
  // "tf" is what people call TensorFlow's current format.
  const std::string wanted = name == "tf" ? tf_bundle_format().info().name : std::string(name);
  std::string known;
  for (const Format* format : all_formats()) {
    const FormatInfo info = format->info();
    if (info.name == wanted) return format;
    known += (known.empty() ? "" : ", ") + info.name;
  }
  return unsupported("no format is called {}; this build has {}", quote(name), known);
}

std::vector<FormatInfo> formats() {
  std::vector<FormatInfo> rows;
  for (const Format* format : all_formats()) rows.push_back(format->info());
  return rows;
}

std::string format_for_path(std::string_view path) {
  for (const FormatInfo& info : formats()) {
    if (!info.suffix.empty() && path.ends_with(info.suffix)) return info.name;
  }
  return tf_bundle_format().info().name;
}

std::vector<std::byte> read_first_bytes(const Storage& storage, const std::string& path,
                                        uint64_t count) {
  const auto reader = storage.open_reader(path);
  if (!reader.ok()) return {};
  std::vector<std::byte> bytes(std::min(count, (*reader)->size_bytes()));
  if (!(*reader)->read_exact(0, bytes).ok()) bytes.clear();
  return bytes;
}

Result<PageVector<std::byte>> read_whole_file(const Storage& storage, const std::string& path,
                                              uint64_t max_bytes) {
  HOLDALL_ASSIGN(const auto reader, storage.open_reader(path));
  if (auto status = check_index_bytes(reader->size_bytes(), max_bytes); !status.ok())
    return std::move(status).error().in_file(path);
  PageVector<std::byte> bytes(reader->size_bytes());
  if (auto status = reader->read_exact(0, bytes); !status.ok()) {
    return std::move(status).error().in_file(path);
  }
  return bytes;
}

Status check_tensor_count(uint64_t count, const OpenLimits& limits) {
  if (count <= limits.tensor_count) return {};
  return make_error(Code::kExhausted, reason::kOverBudget,
                    "it has more tensors than the limit, {} (OpenLimits::tensor_count)",
                    limits.tensor_count);
}

Status check_index_bytes(uint64_t size_bytes, uint64_t max_bytes) {
  if (size_bytes <= max_bytes) return {};
  return make_error(Code::kExhausted, reason::kOverBudget,
                    "what lists its tensors has {} bytes, the limit is {} "
                    "(OpenLimits::index_bytes)",
                    size_bytes, max_bytes);
}

Result<SoundCatalog> Format::read_sound_catalog(const Storage& storage, const std::string& path,
                                                const OpenLimits& limits) const {
  SoundCatalog found;
  HOLDALL_ASSIGN(found.catalog, read_catalog(storage, path, limits));
  return found;
}

Result<Catalog> Format::read_some_of_catalog(const Storage& storage, const std::string& path,
                                             std::span<const std::string> names,
                                             const OpenLimits& limits,
                                             std::vector<std::string>& notes) const {
  HOLDALL_ASSIGN(const Catalog catalog, read_catalog_and_notes(storage, path, limits, notes));
  return select_tensors(catalog, names);
}

Result<Catalog> select_tensors(const Catalog& catalog, std::span<const std::string> names) {
  std::vector<TensorInfo> found;
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    if (const TensorInfo* info = catalog.find(name)) found.push_back(*info);
  }
  return Catalog::make(catalog.path(), catalog.format(), catalog.files(), catalog.byte_order(),
                       std::move(found));
}

uint64_t tensor_bytes_in(const Catalog& catalog, std::string_view path) {
  uint64_t sum = 0;
  for (const TensorInfo& info : catalog) {
    for (const Piece& piece : info.pieces) {
      if (catalog.files()[piece.extent.file_index] != path) continue;
      sum = checked_add(sum, piece.extent.size_bytes).value_or(UINT64_MAX);
    }
  }
  return sum;
}

}  // namespace holdall
