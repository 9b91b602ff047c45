#include "formats/safetensors/safetensors_header.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/json_scan.h"
#include "formats/format.h"
#include "formats/safetensors/safetensors_layout.h"

namespace holdall::safetensors {
namespace {

// What the header says of a tensor, in its own words.
struct Entry {
  std::string name;
  std::string code;
  std::vector<int64_t> dims;
  uint64_t begin = 0;
  uint64_t end = 0;
};

Result<std::vector<int64_t>> take_shape(JsonScanner& json) {
  std::vector<int64_t> dims;
  const auto item = [&]() -> Status {
    HOLDALL_ASSIGN(const uint64_t size, json.take_unsigned());
    if (size > kMaxDimension) {
      return corrupt("a dimension has {} elements, the limit is {}", size, kMaxDimension);
    }
    dims.push_back(static_cast<int64_t>(size));
    return {};
  };
  HOLDALL_TRY(json.for_each_item(item));
  return dims;
}

Status take_offsets(JsonScanner& json, Entry& entry) {
  HOLDALL_TRY(json.take('['));
  HOLDALL_ASSIGN(entry.begin, json.take_unsigned());
  HOLDALL_TRY(json.take(','));
  HOLDALL_ASSIGN(entry.end, json.take_unsigned());
  HOLDALL_TRY(json.take(']'));
  if (entry.end < entry.begin) {
    return corrupt("its bytes end at {}, before they begin at {}", entry.end, entry.begin);
  }
  return {};
}

Result<Entry> take_entry(JsonScanner& json) {
  Entry entry;
  unsigned seen = 0;
  const auto once = [&](unsigned bit, std::string_view key) -> Status {
    if ((seen & bit) != 0) return corrupt("key {} occurs twice in its entry", quote(key));
    seen |= bit;
    return {};
  };
  const auto member = [&](const std::string& key) -> Status {
    if (key == "dtype") {
      HOLDALL_TRY(once(1, key));
      HOLDALL_ASSIGN(entry.code, json.take_string());
    } else if (key == "shape") {
      HOLDALL_TRY(once(2, key));
      HOLDALL_ASSIGN(entry.dims, take_shape(json));
    } else if (key == "data_offsets") {
      HOLDALL_TRY(once(4, key));
      HOLDALL_TRY(take_offsets(json, entry));
    } else {
      return corrupt("its entry has key {}; only dtype, shape and data_offsets belong there",
                     quote(key));
    }
    return {};
  };
  HOLDALL_TRY(json.for_each_member(member));
  if (seen != 7) return corrupt("its entry lacks one of dtype, shape and data_offsets");
  return entry;
}

using Metadata = std::map<std::string, std::string>;

// Pairs of text. A file with other things there is none of the format.
Status take_metadata(JsonScanner& json, Metadata& metadata) {
  return json.for_each_member([&](const std::string& key) -> Status {
    if (metadata.contains(key)) return corrupt("metadata {} occurs twice", quote(key));
    HOLDALL_ASSIGN(metadata[key], json.take_string());
    return {};
  });
}

// The bytes that elements of that many bits take; none if they are too many, or no whole number. As
// the reference multiplies: sizes that exceed 64 bits before a zero comes are too many.
std::optional<uint64_t> size_of(const Entry& entry, unsigned bits) {
  std::optional<uint64_t> count = 1;
  for (const int64_t size : entry.dims)
    count = count ? checked_mul(*count, static_cast<uint64_t>(size)) : std::nullopt;
  const auto all_bits = count ? checked_mul(*count, uint64_t{bits}) : std::nullopt;
  if (!all_bits || *all_bits % 8 != 0) return std::nullopt;
  return *all_bits / 8;
}

Status check_size(const Entry& entry) {
  const DTypeCode* row = find_code(entry.code);
  if (row == nullptr) return {};
  const uint64_t stored = entry.end - entry.begin;
  const auto expected = size_of(entry, row->bits);
  if (!expected) {
    return corrupt("its shape {} of {} gives no size in bytes", Shape(entry.dims).to_string(),
                   row->code);
  }
  if (stored != *expected) {
    return corrupt("it has {} bytes, {} of shape {} take {}", stored, row->code,
                   Shape(entry.dims).to_string(), *expected);
  }
  return {};
}

// The rule that makes files unambiguous: every byte belongs to exactly one tensor.
Status check_places(std::vector<Entry>& entries, uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end) {
      return corrupt("its bytes begin at {} of the data, the bytes before it end at {}",
                     entry.begin, end)
          .in_tensor(entry.name);
    }
    end = entry.end;
  }
  if (end > data_bytes) {
    return make_error(Code::kCorrupt, reason::kCutShort,
                      "the tensors take {} bytes, {} follow the header; the file may be cut short",
                      end, data_bytes);
  }
  if (end < data_bytes) {
    return corrupt("{} bytes follow the last tensor, none are expected", data_bytes - end);
  }
  return {};
}

TensorInfo info_of(Entry entry, uint64_t data_offset) {
  TensorInfo info;
  info.name = std::move(entry.name);
  info.shape = Shape(entry.dims);
  info.size_bytes = entry.end - entry.begin;
  const DTypeCode* row = find_code(entry.code);
  if (row != nullptr) info.dtype = row->dtype;
  if (info.dtype == DType::kUnknown) {
    info.problem = std::make_shared<const Error>(
        unsupported("elements of dtype {} are not known here; the bytes may be fine",
                    quote(entry.code))
            .in_tensor(info.name));
    return info;
  }
  info.pieces.push_back({{0, data_offset + entry.begin, info.size_bytes}, {}, {}});
  return info;
}

// PyTorch's save_model() writes tensors that share their elements once, and the others' names as
// metadata: alias to the name that was kept.
Status add_aliases(const Metadata& metadata, std::vector<TensorInfo>& infos) {
  if (metadata.empty()) return {};
  std::unordered_map<std::string_view, size_t> index_of;
  for (size_t i = 0; i < infos.size(); ++i) index_of.emplace(infos[i].name, i);
  std::vector<TensorInfo> aliases;
  for (const auto& [alias, kept] : metadata) {
    const auto at = index_of.find(kept);
    const bool is_alias = at != index_of.end() && !index_of.contains(alias) && !alias.empty();
    if (!is_alias || alias == kFormatKey) continue;
    aliases.push_back(infos[at->second]);
    aliases.back().name = alias;
  }
  if (aliases.size() > kMaxAliases) {
    return corrupt("the metadata tie {} names to tensors, the limit is {}", aliases.size(),
                   kMaxAliases);
  }
  std::move(aliases.begin(), aliases.end(), std::back_inserter(infos));
  return {};
}

Result<std::vector<Entry>> parse_entries(std::string_view header, uint64_t header_offset,
                                         const OpenLimits& limits, Metadata& metadata) {
  JsonScanner json(header, header_offset);
  std::vector<Entry> entries;
  bool has_metadata = false;
  const auto member = [&](std::string key) -> Status {
    if (key == kMetadataKey) {
      if (has_metadata) return corrupt("key {} occurs twice", quote(kMetadataKey));
      has_metadata = true;
      return take_metadata(json, metadata);
    }
    auto entry = take_entry(json);
    if (!entry.ok()) return std::move(entry).error().in_tensor(key);
    if (auto status = check_size(*entry); !status.ok())
      return std::move(status).error().in_tensor(key);
    entry->name = std::move(key);
    entries.push_back(std::move(*entry));
    return check_tensor_count(entries.size(), limits);
  };
  HOLDALL_TRY(json.for_each_member(member));
  HOLDALL_TRY(json.take_end());
  return entries;
}

}  // namespace

Result<std::vector<TensorInfo>> parse_header(std::string_view header, uint64_t header_offset,
                                             uint64_t data_bytes, const OpenLimits& limits) {
  Metadata metadata;
  HOLDALL_ASSIGN(std::vector<Entry> entries,
                 parse_entries(header, header_offset, limits, metadata));
  HOLDALL_TRY(check_places(entries, data_bytes));
  std::vector<TensorInfo> infos;
  infos.reserve(entries.size());
  for (Entry& entry : entries) {
    infos.push_back(info_of(std::move(entry), header_offset + header.size()));
  }
  HOLDALL_TRY(add_aliases(metadata, infos));
  return infos;
}

}  // namespace holdall::safetensors
