#include "formats/safetensors/safetensors_writer.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/checked_math.h"
#include "base/endian.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/json.h"
#include "formats/safetensors/safetensors_layout.h"

namespace holdall::safetensors {
namespace {

// What PyTorch's writers put there. Some readers refuse files without it, none minds it.
constexpr std::string_view kMetadata = R"("__metadata__":{"format":"pt"})";

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// The escapes of the reference's writer: the short ones, and \u00XX for other control characters.
void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const size_t i = kEscaped.find(c); i != std::string_view::npos) {
      out += '\\';
      out += kLetters[i];
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string known_dtypes() {
  std::string names;
  for (const DTypeCode& row : dtype_codes()) {
    if (row.dtype == DType::kUnknown) continue;
    names += (names.empty() ? "" : ", ") + std::string(dtype_name(row.dtype));
  }
  return names;
}

Status check_item(const SaveItem& item, const SaveOptions& options) {
  if (find_code(item.dtype()) == nullptr) {
    return unsupported("safetensors files hold no elements of dtype {}; they hold {}",
                       dtype_name(item.dtype()), known_dtypes());
  }
  if (item.name.empty()) return invalid_argument("a tensor needs a name");
  if (item.name == kMetadataKey) {
    return unsupported("safetensors files have something else under this name; give it another");
  }
  if (!is_utf8(item.name)) {
    return unsupported("names in safetensors files are UTF-8, this one is not; give it another");
  }
  if (item.box || item.whole_shape) {
    return unsupported(
        "safetensors files hold whole tensors, this is a part of one; join it first");
  }
  if (item.shard >= options.shard_count) {
    return invalid_argument("it should go to data file {}, there are {}", item.shard,
                            options.shard_count);
  }
  return {};
}

Status check_options(const SaveOptions& options) {
  if (options.byte_order == ByteOrder::kBig) {
    return unsupported("safetensors files are little-endian");
  }
  if (options.alignment > 1) {
    return unsupported("tensors lie without gaps in safetensors files, none can be aligned to {}",
                       options.alignment);
  }
  if (options.compress || options.compress_index) {
    return unsupported("safetensors files are not compressed");
  }
  if (options.shard_count == 0 || options.shard_count > kMaxShardCount) {
    return invalid_argument("the checkpoint should have {} data files, allowed are 1 to {}",
                            options.shard_count, kMaxShardCount);
  }
  return {};
}

class SafetensorsLayout : public Layout {
 public:
  SafetensorsLayout(const std::string& path, std::span<const SaveItem> items,
                    const SaveOptions& options)
      : path_(path), items_(items), options_(options) {}

  Status add_all() {
    HOLDALL_TRY(check_options(options_));
    std::vector<std::vector<size_t>> shards(options_.shard_count);
    for (size_t i = 0; i < items_.size(); ++i) {
      if (auto status = check_item(items_[i], options_); !status.ok()) {
        return std::move(status).error().in_tensor(items_[i].name);
      }
      if (!shard_of_name_.emplace(items_[i].name, items_[i].shard).second) {
        return make_error(Code::kInvalidArgument, reason::kNameCollision,
                          "two tensors have this name")
            .in_tensor(items_[i].name);
      }
      shards[items_[i].shard].push_back(i);
    }
    for (uint32_t shard = 0; shard < options_.shard_count; ++shard) {
      HOLDALL_TRY(add_file(file_path(shard), std::move(shards[shard])));
    }
    return {};
  }

  const std::vector<LayoutFile>& files() const override { return files_; }
  bool has_state_file() const override { return false; }

  std::string checkpoint_path() const override {
    return options_.shard_count == 1 ? path_ : index_path(path_);
  }
  // A single file of that name would be found before the index. The reverse is left alone: who
  // joins shards into one file beside them wants to keep them.
  std::string superseded_path() const override { return options_.shard_count == 1 ? "" : path_; }
  bool owns(const std::string& path) const override {
    return path == path_ || path == index_path(path_) || is_shard_path(path, path_);
  }
  void avoid_names(const std::function<bool(const std::string& path)>& is_taken) override {
    const auto is_file_taken = [&](const LayoutFile& file) { return is_taken(file.path); };
    if (options_.shard_count == 1) return;
    for (uint32_t count = options_.shard_count;
         std::any_of(files_.begin(), files_.end(), is_file_taken);) {
      ++count;
      for (uint32_t i = 0; i < files_.size(); ++i) files_[i].path = shard_path(path_, i, count);
    }
  }

  // One file is a checkpoint by itself; several are one by their index.
  Result<std::optional<FinishedFile>> finish(std::span<const WrittenItem>) const override {
    if (options_.shard_count == 1) return std::optional<FinishedFile>();
    uint64_t total_bytes = 0;
    for (const SaveItem& item : items_) total_bytes += item.size_bytes();
    Json map = Json::object();
    for (const auto& [name, shard] : shard_of_name_) {
      map.add(name, base_name_of(files_[shard].path));
    }
    const Json index = Json::object({{"metadata", Json::object({{"total_size", total_bytes}})},
                                     {"weight_map", std::move(map)}});
    return std::optional(FinishedFile{index_path(path_), index.dump(2) + "\n"});
  }

 private:
  std::string file_path(uint32_t shard) const {
    return options_.shard_count == 1 ? path_ : shard_path(path_, shard, options_.shard_count);
  }

  // The reference's order: wide types first, which keeps elements aligned, then by name.
  void sort(std::vector<size_t>& order) const {
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      const DTypeCode* code_a = find_code(items_[a].dtype());
      const DTypeCode* code_b = find_code(items_[b].dtype());
      if (code_a != code_b) return code_a > code_b;
      return items_[a].name < items_[b].name;
    });
  }

  Status add_file(std::string path, std::vector<size_t> order) {
    sort(order);
    LayoutFile file{std::move(path), {}, 0};
    file.parts.emplace_back();
    std::string header = "{" + std::string(kMetadata);
    uint64_t data_bytes = 0;
    for (const size_t i : order) {
      header += ',';
      append_entry(header, items_[i], data_bytes);
      data_bytes += items_[i].size_bytes();
      file.parts.emplace_back();
      file.parts.back().item = i;
    }
    header += '}';
    header.resize(*checked_align_up(header.size(), kHeaderAlignment), ' ');
    if (header.size() > kMaxHeaderBytes) {
      return unsupported(
          "the header of {} tensors takes {} bytes, the format allows {}; write "
          "several shards",
          order.size(), header.size(), kMaxHeaderBytes);
    }
    std::byte length[kLengthBytes];
    store_le<uint64_t>(length, header.size());
    file.parts[0].literal.assign(reinterpret_cast<const char*>(length), kLengthBytes);
    file.parts[0].literal += header;
    file.size_bytes = kLengthBytes + header.size() + data_bytes;
    files_.push_back(std::move(file));
    return {};
  }

  static void append_entry(std::string& header, const SaveItem& item, uint64_t begin) {
    append_json_string(header, item.name);
    header += R"(:{"dtype":")";
    header += find_code(item.dtype())->code;
    header += R"(","shape":)" + item.shape().to_string();
    header += message(R"(,"data_offsets":[{},{}])", begin, begin + item.size_bytes()) + '}';
  }

  std::string path_;
  std::span<const SaveItem> items_;
  SaveOptions options_;
  std::map<std::string, uint32_t> shard_of_name_;
  std::vector<LayoutFile> files_;
};

}  // namespace

Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                        const SaveOptions& options) {
  auto layout = std::make_unique<SafetensorsLayout>(path, items, options);
  HOLDALL_TRY(layout->add_all());
  return std::unique_ptr<Layout>(std::move(layout));
}

}  // namespace holdall::safetensors
