#include "saver/checkpoint_claim.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"

namespace holdall {

std::optional<Claim> find_claim(const Storage& storage, const std::string& path) {
  for (const Format* format : all_formats()) {
    if (auto claimed = format->bid(storage, path)) return Claim{format, std::move(*claimed)};
  }
  return std::nullopt;
}

namespace {

// A writer that was cut off, or a copy that was, leaves one of these two; anything else is for the
// caller to know.
bool is_about_content(const Error& error) {
  return error.code == Code::kNotFound || error.code == Code::kCorrupt;
}

void raise_end(uint64_t& end, const Extent& extent) {
  const auto own = checked_add(extent.offset_in_file, extent.size_bytes).value_or(UINT64_MAX);
  end = std::max(end, own);
}

}  // namespace

std::vector<uint64_t> find_data_ends(const Catalog& catalog) {
  std::vector<uint64_t> ends(catalog.files().size(), 0);
  for (const TensorInfo& info : catalog) {
    for (const Piece& piece : info.pieces) raise_end(ends[piece.extent.file_index], piece.extent);
  }
  return ends;
}

Result<std::string> find_gap(const Storage& storage, const Claim& claim) {
  const auto catalog = claim.format->read_catalog(storage, claim.path, {});
  if (!catalog.ok()) {
    if (!is_about_content(catalog.error())) return catalog.error();
    return "its index cannot be read: " + catalog.error().message;
  }
  const std::vector<uint64_t> ends = find_data_ends(*catalog);
  for (size_t i = 0; i < ends.size(); ++i) {
    const std::string& path = catalog->files()[i];
    const auto file = storage.open_reader(path);
    if (!file.ok()) {
      if (!is_about_content(file.error())) return file.error();
      return message("its data file {} is not there", quote(path));
    }
    if ((*file)->size_bytes() < ends[i]) {
      return message("its data file {} has {} of {} bytes", quote(path), (*file)->size_bytes(),
                     ends[i]);
    }
  }
  return std::string();
}

}  // namespace holdall
