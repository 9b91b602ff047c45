// Each file is a sorted table: the list of tensors, then an entry for each slice by its key. How
// large the entry of integers is depends on their values, and everything behind it on its size: so
// the table is outlined once all of them are measured, and what stands between the elements of two
// slices is a late literal.
#include "formats/tf_v1/tf_v1_writer.h"

#include <bit>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "codec/table_outline.h"
#include "codec/tf_tensor_proto.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_slice_key.h"
#include "formats/tf_common/tf_slices.h"
#include "formats/tf_v1/tf_v1_format.h"
#include "formats/tf_v1/tf_v1_layout.h"
#include "tensor/box_copy.h"

namespace holdall::tf_v1 {
namespace {

constexpr uint32_t kMaxShardCount = 99'999;

// TensorFlow has fields for these, and its writer refuses them.
bool is_refused(DType dtype) {
  return dtype == DType::kQI16 || dtype == DType::kQU16;
}

// The most bytes that an element takes, by TensorFlow's own estimate.
uint64_t max_element_bytes(DType dtype) {
  const TensorProtoField field = tensor_proto_field(dtype);
  if (field.value == TensorProtoValue::kRaw) return dtype_size_bytes(dtype);
  if (field.value == TensorProtoValue::kSigned) return 10;
  return dtype == DType::kBool ? 1 : dtype_size_bytes(dtype) + 1;
}

Status check_size(const SaveItem& item) {
  const uint64_t count = item.shape().element_count().value_or(UINT64_MAX);
  const bool is_text = item.dtype() == DType::kString;
  const auto values = checked_mul(count, is_text ? 10 : max_element_bytes(item.dtype()));
  const auto with_text = values ? checked_add(*values, is_text ? item.size_bytes() : 0) : values;
  const auto estimate = with_text ? checked_add(*with_text, kSliceOverheadBytes) : with_text;
  if (estimate && *estimate <= kMaxSliceBytes) return {};
  return unsupported(
      "Tensor slice is too large to serialize (conservative estimate: {} bytes); the format allows "
      "{}. Save it in parts, or as tf_bundle",
      estimate.value_or(UINT64_MAX), kMaxSliceBytes);
}

Status check_item(const SaveItem& item, const SaveOptions& options) {
  const bool has_field = tensor_proto_field(item.dtype()).value != TensorProtoValue::kNone;
  if (!has_field || is_refused(item.dtype())) {
    return unsupported("V1 checkpoints hold no elements of dtype {}; save as tf_bundle",
                       dtype_name(item.dtype()));
  }
  if (item.name.empty()) return invalid_argument("a tensor needs a name");
  if (item.shard >= options.shard_count) {
    return invalid_argument("it should go to data file {}, there are {}", item.shard,
                            options.shard_count);
  }
  return check_size(item);
}

Status check_options(const SaveOptions& options) {
  if (options.byte_order == ByteOrder::kBig)
    return unsupported("V1 checkpoints spell their values in one byte order");
  if (options.alignment > 1) {
    return unsupported("tensors lie within messages in V1 checkpoints, none can be aligned to {}",
                       options.alignment);
  }
  if (options.compress || options.compress_index)
    return unsupported("V1 checkpoints are not compressed");
  if (options.shard_count == 0 || options.shard_count > kMaxShardCount) {
    return invalid_argument("the checkpoint should have {} files, allowed are 1 to {}",
                            options.shard_count, kMaxShardCount);
  }
  return {};
}

std::string encode_strings(const Tensor& tensor) {
  std::string fields;
  ProtoWriter writer(fields);
  const uint32_t number = tensor_proto_field(DType::kString).number;
  for (uint64_t i = 0; i < tensor.element_count(); ++i)
    writer.add_bytes(number, tensor.string_at(i));
  return fields;
}

// One file: its list of tensors, and its slices by their keys.
struct SavedFile {
  std::vector<SavedTensor> tensors;  // in the order in which they came
  std::unordered_map<std::string, size_t> tensor_of_name;
  std::map<std::string, size_t> items;
  bool is_measured = false;  // whether sizes depend on values

  // Made once they are known.
  std::once_flag once = {};
  std::optional<TableOutline> outline = {};
  std::vector<size_t> item_of_gap = {};
};

class V1Layout : public Layout {
 public:
  V1Layout(const std::string& path, std::span<const SaveItem> items, const SaveOptions& options)
      : path_(path), items_(items), options_(options) {}

  Status add_all() {
    HOLDALL_TRY(check_options(options_));
    for (uint32_t i = 0; i < options_.shard_count; ++i)
      saved_.push_back(std::make_unique<SavedFile>());
    for (size_t i = 0; i < items_.size(); ++i) {
      if (auto status = add(items_[i], i); !status.ok())
        return std::move(status).error().in_tensor(items_[i].name);
    }
    HOLDALL_TRY(check_slices());
    for (uint32_t i = 0; i < options_.shard_count; ++i) lay_out_file(i);
    return {};
  }

  const std::vector<LayoutFile>& files() const override { return files_; }

  std::string late_literal(size_t number, std::span<const WrittenItem> written) const override {
    const auto [file, text] = literals_[number];
    SavedFile& saved = *saved_[file];
    std::call_once(saved.once, [&] { outline(saved, written); });
    return saved.outline->text(
        text, [&](size_t gap) { return written[saved.item_of_gap[gap]].checksum; });
  }

  // Nothing ties the files together but their names.
  Result<std::optional<FinishedFile>> finish(std::span<const WrittenItem>) const override {
    return std::optional<FinishedFile>();
  }

  std::string checkpoint_path() const override {
    return options_.shard_count == 1 ? path_ : shard_pattern(path_, options_.shard_count);
  }
  // TensorFlow, and the formats here, look for a V2 checkpoint first. Of sets with other counts, or
  // a file beside a set, nobody can tell which is meant.
  std::string hidden_by(const Storage& storage) const override {
    std::string index = path_ + std::string(tf_bundle::kIndexSuffix);
    if (storage.open_reader(index).ok()) return index;
    if (options_.shard_count == 1) return {};
    const std::string found = tf_v1_format().bid(storage, path_).value_or("");
    return found == checkpoint_path() ? std::string() : found;
  }
  bool owns(const std::string& path) const override {
    const auto shard = parse_shard_path(path);
    return path == path_ || (shard && shard->shard && shard->stem == path_);
  }

 private:
  Status add(const SaveItem& item, size_t i) {
    HOLDALL_TRY(check_item(item, options_));
    HOLDALL_ASSIGN(const auto slice, slice_of(item));
    const Shape& whole = item.whole_shape ? *item.whole_shape : item.shape();
    const Box spelled = item.box ? *item.box : all_of(whole);
    HOLDALL_TRY(join_tensor(item, whole, slice ? *slice : whole_box(whole)));
    SavedFile& file = *saved_[item.shard];
    if (!file.items.emplace(encode_slice_key(item.name, spelled), i).second)
      return invalid_argument("two of its slices are '{}'", spelled.to_string());
    const auto [at, is_new] = file.tensor_of_name.try_emplace(item.name, file.tensors.size());
    if (is_new) file.tensors.push_back({item.name, whole, tf_code_of(item.dtype()), {}, {}});
    file.tensors[at->second].slices.push_back(spelled);
    return {};
  }

  // The slices of a tensor, in whichever files.
  struct Whole {
    DType dtype = DType::kUnknown;
    Shape shape;
    bool is_one = false;  // the item has no box
    std::vector<Box> boxes;
  };

  Status join_tensor(const SaveItem& item, const Shape& shape, const Box& box) {
    const auto [at, is_new] = wholes_.try_emplace(item.name);
    Whole& whole = at->second;
    if (is_new) {
      whole = {item.dtype(), shape, !item.box, {}};
    } else if (!item.box || whole.is_one) {
      return make_error(Code::kInvalidArgument, reason::kNameCollision, "Adding duplicate key: {}",
                        quote(item.name));
    } else if (whole.dtype != item.dtype() || whole.shape != shape) {
      return invalid_argument("its slices disagree: {} of {} and {} of {}", dtype_name(whole.dtype),
                              whole.shape.to_string(), dtype_name(item.dtype()), shape.to_string());
    }
    whole.boxes.push_back(box);
    return {};
  }

  Status check_slices() const {
    for (const auto& [name, whole] : wholes_) {
      if (auto status = check_disjoint(whole.boxes); !status.ok())
        return invalid_argument("{}", status.error().message).in_tensor(name);
    }
    return {};
  }

  // Whether the elements are written from the item, and not as part of a literal.
  static bool has_gap(const SaveItem& item) {
    return item.dtype() != DType::kString && item.size_bytes() > 0;
  }

  void lay_out_file(uint32_t number) {
    SavedFile& saved = *saved_[number];
    const uint32_t count = options_.shard_count;
    LayoutFile file{count == 1 ? path_ : shard_file_path(path_, number, count), {}, 0};
    size_t text = 0;
    const auto add_text = [&] {
      LayoutPart part;
      part.late_literal = literals_.size();
      literals_.emplace_back(number, text++);
      file.parts.push_back(std::move(part));
    };
    for (const auto& [key, i] : saved.items) {
      if (!has_gap(items_[i])) continue;
      add_text();
      file.parts.push_back(part_of(i));
      saved.item_of_gap.push_back(i);
      saved.is_measured |= file.parts.back().is_measured_first;
    }
    add_text();
    if (!saved.is_measured) {
      std::call_once(saved.once, [&] { outline(saved, {}); });
      file.size_bytes = saved.outline->size_bytes();
    }
    files_.push_back(std::move(file));
  }

  LayoutPart part_of(size_t i) const {
    LayoutPart part;
    part.item = i;
    const DType dtype = items_[i].dtype();
    const TensorProtoValue value = tensor_proto_field(dtype).value;
    if (value == TensorProtoValue::kRaw) {
      // Values are little-endian wherever they are written.
      if constexpr (std::endian::native == std::endian::big)
        part.reversed_group = dtype_swap_bytes(dtype);
      return part;
    }
    part.packing = VarintPacking{static_cast<uint8_t>(dtype_size_bytes(dtype)),
                                 value == TensorProtoValue::kSigned};
    part.is_measured_first = true;
    return part;
  }

  void outline(SavedFile& saved, std::span<const WrittenItem> written) const {
    TableOutline& table = saved.outline.emplace();
    table.add("", bytes_of(encode_saved_meta(saved.tensors)));
    for (const auto& [key, i] : saved.items) {
      const SaveItem& item = items_[i];
      const Box slice = item.box ? *item.box : all_of(item.shape());
      const bool is_text = item.dtype() == DType::kString;
      uint64_t value_bytes = 0;
      if (has_gap(item)) {
        value_bytes = part_of(i).packing ? written[i].packed_bytes : item.size_bytes();
      }
      const std::string head =
          encode_slice_head(item.name, slice, item.dtype(), value_bytes,
                            is_text ? encode_strings(item.tensor) : std::string());
      if (has_gap(item)) {
        table.add(key, bytes_of(head), value_bytes);
      } else {
        table.add(key, bytes_of(head));
      }
    }
    table.finish();
  }

  const std::string path_;
  const std::span<const SaveItem> items_;
  const SaveOptions options_;
  std::vector<std::unique_ptr<SavedFile>> saved_;
  std::map<std::string, Whole> wholes_;
  std::vector<std::pair<uint32_t, size_t>> literals_;  // file, and text of its outline
  std::vector<LayoutFile> files_;
};

}  // namespace

Result<std::unique_ptr<Layout>> lay_out(const std::string& path, std::span<const SaveItem> items,
                                        const SaveOptions& options) {
  auto layout = std::make_unique<V1Layout>(path, items, options);
  HOLDALL_TRY(layout->add_all());
  return std::unique_ptr<Layout>(std::move(layout));
}

}  // namespace holdall::tf_v1
