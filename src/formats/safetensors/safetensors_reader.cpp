#include "formats/safetensors/safetensors_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/byte_cursor.h"
#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/text_bytes.h"
#include "base/try.h"
#include "codec/json_scan.h"
#include "formats/format.h"
#include "formats/safetensors/safetensors_header.h"
#include "formats/safetensors/safetensors_layout.h"

namespace holdall::safetensors {
namespace {

Result<std::vector<TensorInfo>> parse_file(const Reader& reader, const OpenLimits& limits) {
  const uint64_t file_bytes = reader.size_bytes();
  std::vector<std::byte> length(kLengthBytes);
  HOLDALL_TRY(reader.read_exact(0, length));
  const uint64_t header_bytes = load_le<uint64_t>(length.data());
  if (header_bytes > kMaxHeaderBytes) {
    return corrupt("its header should take {} bytes, the limit is {}", header_bytes,
                   kMaxHeaderBytes);
  }
  if (header_bytes > file_bytes - kLengthBytes) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "its header should take {} bytes, {} are there; the file may be cut short",
                      header_bytes, file_bytes - kLengthBytes);
  }
  HOLDALL_TRY(check_index_bytes(header_bytes, limits.index_bytes));
  std::vector<std::byte> header(header_bytes);
  HOLDALL_TRY(reader.read_exact(kLengthBytes, header));
  // No space before it is allowed, though JSON would.
  if (header.empty() || header[0] != std::byte{'{'}) {
    return corrupt("its header does not begin with '{'");
  }
  return parse_header(text_of(header), kLengthBytes, file_bytes - kLengthBytes - header_bytes,
                      limits);
}

Result<std::vector<TensorInfo>> read_infos(const Storage& storage, const std::string& path,
                                           const OpenLimits& limits) {
  HOLDALL_ASSIGN(const auto reader, storage.open_reader(path));
  auto infos = parse_file(*reader, limits);
  if (!infos.ok()) return std::move(infos).error().in_file(path);
  for (TensorInfo& info : *infos) {
    if (info.problem != nullptr) {
      info.problem = std::make_shared<const Error>(Error(*info.problem).in_file(path));
    }
  }
  return infos;
}

// File names to the tensors that the index says they hold.
using Shards = std::map<std::string, std::vector<std::string>>;

struct ShardIndex {
  Shards shards;
  std::optional<uint64_t> total_bytes;  // as it says; none if it says nothing that is a number
};

Status check_file_name(std::string_view name) {
  if (name.empty() || name == "." || name == ".." ||
      name.find_first_of(std::string_view("/\\\0", 3)) != std::string_view::npos) {
    return corrupt("it is said to be in {}, the plain name of a file beside the index is expected",
                   quote(name));
  }
  return {};
}

Status take_weight_map(JsonScanner& json, Shards& shards) {
  return json.for_each_member([&](std::string tensor) -> Status {
    HOLDALL_ASSIGN(std::string file, json.take_string());
    if (auto status = check_file_name(file); !status.ok()) {
      return std::move(status).error().in_tensor(tensor);
    }
    shards[std::move(file)].push_back(std::move(tensor));
    return {};
  });
}

// Of "metadata", which may be anything: its total_size, where that is a plain number.
std::optional<uint64_t> find_total_size(std::string_view metadata) {
  std::optional<uint64_t> total;
  JsonScanner json(metadata);
  const auto status = json.for_each_member([&](const std::string& key) -> Status {
    HOLDALL_ASSIGN(const std::string_view text, json.take_value());
    if (key != "total_size") return {};
    JsonScanner number(text);
    const auto value = number.take_unsigned();
    total = value.ok() && number.take_end().ok() ? std::optional(*value) : std::nullopt;
    return {};
  });
  return status.ok() ? total : std::nullopt;
}

Result<ShardIndex> parse_index(std::string_view text) {
  JsonScanner json(text);
  ShardIndex index;
  unsigned map_count = 0;
  const auto member = [&](const std::string& key) -> Status {
    if (key == "weight_map") {
      ++map_count;
      return take_weight_map(json, index.shards);
    }
    HOLDALL_ASSIGN(const std::string_view value, json.take_value());
    if (key == "metadata") index.total_bytes = find_total_size(value);
    return {};
  };
  HOLDALL_TRY(json.for_each_member(member));
  HOLDALL_TRY(json.take_end());
  if (map_count != 1) {
    return corrupt("it has {} 'weight_map', one is expected in an index of shards", map_count);
  }
  return index;
}

Result<ShardIndex> read_index(const Storage& storage, const std::string& path,
                              const OpenLimits& limits) {
  HOLDALL_ASSIGN(const auto reader, storage.open_reader(path));
  if (reader->size_bytes() > kMaxIndexBytes) {
    return corrupt("the index has {} bytes, the limit is {}", reader->size_bytes(), kMaxIndexBytes)
        .in_file(path);
  }
  HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, path, limits.index_bytes));
  auto index = parse_index(text_of(bytes));
  if (!index.ok()) return std::move(index).error().in_file(path);
  return index;
}

// What the files hold beside what the index lists.
struct Unlisted {
  uint64_t count = 0;
  std::string first_name;

  void add(std::span<const TensorInfo> infos, std::span<const std::string> sorted_listed) {
    for (const TensorInfo& info : infos) {
      if (std::ranges::binary_search(sorted_listed, info.name)) continue;
      if (count++ == 0) first_name = info.name;
    }
  }
};

void add_notes(const Unlisted& unlisted, const std::optional<uint64_t>& stated_bytes,
               std::span<const TensorInfo> all, std::vector<std::string>& notes) {
  if (unlisted.count > 0) {
    notes.push_back(
        message("the index leaves out {} that its files hold: {}{}",
                unlisted.count == 1 ? "a tensor" : message("{} tensors", unlisted.count),
                quote(unlisted.first_name), unlisted.count > 1 ? ", ..." : ""));
  }
  uint64_t sum = 0;
  for (const TensorInfo& info : all) sum = checked_add(sum, info.size_bytes).value_or(UINT64_MAX);
  if (stated_bytes && *stated_bytes != sum) {
    notes.push_back(
        message("the index says that its tensors take {} bytes, they take {}", *stated_bytes, sum));
  }
}

// Those of a shard's tensors that the index says it has; it may have more. `listed` is sorted.
Status add_listed(std::vector<TensorInfo> infos, const std::vector<std::string>& listed,
                  uint32_t file_index, std::vector<TensorInfo>& all) {
  const auto twice = std::adjacent_find(listed.begin(), listed.end());
  if (twice != listed.end()) return corrupt("the index lists tensor {} twice", quote(*twice));
  std::map<std::string_view, TensorInfo*> by_name;
  for (TensorInfo& info : infos) {
    if (!by_name.emplace(info.name, &info).second) {
      return corrupt("two tensors are called {}", quote(info.name));
    }
  }
  for (const std::string& name : listed) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) {
      return corrupt("the index says that it is in this file, which has no such tensor")
          .in_tensor(name);
    }
    TensorInfo& info = *found->second;
    for (Piece& piece : info.pieces) piece.extent.file_index = file_index;
    all.push_back(info);
  }
  return {};
}

}  // namespace

bool looks_like_file(std::span<const std::byte> first_bytes, uint64_t file_bytes) {
  if (first_bytes.size() <= kLengthBytes || first_bytes[kLengthBytes] != std::byte{'{'}) {
    return false;
  }
  const uint64_t header_bytes = load_le<uint64_t>(first_bytes.data());
  return header_bytes <= kMaxHeaderBytes && header_bytes <= file_bytes - kLengthBytes;
}

Result<Catalog> read_file_catalog(const Storage& storage, const std::string& path,
                                  const OpenLimits& limits) {
  HOLDALL_ASSIGN(auto infos, read_infos(storage, path, limits));
  auto catalog = Catalog::make(path, "safetensors", {path}, ByteOrder::kLittle, std::move(infos));
  if (!catalog.ok()) return std::move(catalog).error().in_file(path);
  return catalog;
}

Result<Catalog> read_sharded_catalog(const Storage& storage, const std::string& index_path,
                                     const OpenLimits& limits, std::vector<std::string>* notes) {
  HOLDALL_ASSIGN(ShardIndex index, read_index(storage, index_path, limits));
  std::vector<std::string> files;
  std::vector<TensorInfo> all;
  Unlisted unlisted;
  for (auto& [name, listed] : index.shards) {
    const std::string path = join_path(directory_of(index_path), name);
    HOLDALL_ASSIGN(auto infos, read_infos(storage, path, limits));
    std::sort(listed.begin(), listed.end());
    unlisted.add(infos, listed);
    auto status = add_listed(std::move(infos), listed, static_cast<uint32_t>(files.size()), all);
    if (!status.ok()) return std::move(status).error().in_file(path);
    files.push_back(path);
    HOLDALL_TRY(check_tensor_count(all.size(), limits));
  }
  if (notes != nullptr) add_notes(unlisted, index.total_bytes, all, *notes);
  auto catalog = Catalog::make(index_path, "safetensors", std::move(files), ByteOrder::kLittle,
                               std::move(all));
  if (!catalog.ok()) return std::move(catalog).error().in_file(index_path);
  return catalog;
}

}  // namespace holdall::safetensors
