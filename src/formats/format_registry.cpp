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

Result<std::vector<std::byte>> read_whole_file(const Storage& storage, const std::string& path) {
  HOLDALL_ASSIGN(const auto reader, storage.open_reader(path));
  std::vector<std::byte> bytes(reader->size_bytes());
  if (auto status = reader->read_exact(0, bytes); !status.ok()) {
    return std::move(status).error().in_file(path);
  }
  return bytes;
}

Result<SoundCatalog> Format::read_sound_catalog(const Storage& storage,
                                                const std::string& path) const {
  SoundCatalog found;
  HOLDALL_ASSIGN(found.catalog, read_catalog(storage, path));
  return found;
}

}  // namespace holdall
