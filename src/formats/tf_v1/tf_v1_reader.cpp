#include "formats/tf_v1/tf_v1_reader.h"

#include <algorithm>
#include <unordered_map>

#include "base/message.h"
#include "base/try.h"
#include "codec/tf_tensor_proto.h"
#include "formats/format.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_slices.h"
#include "formats/tf_v1/saved_slices.h"
#include "formats/tf_v1/tf_v1_layout.h"
#include "tensor/box_copy.h"
#include "tensor/tensor_factory.h"

namespace holdall::tf_v1 {
namespace {

// A slice of a tensor, once it was looked for.
struct Slice {
  uint32_t file = 0;
  Box spelled;
  std::optional<StoredValues> stored = {};
  Status status = {};
};

struct TensorSlices {
  SavedTensor saved;  // without its slices
  uint32_t file = 0;  // which lists it first
  std::vector<Slice> slices;
};

Status check_dtype(const SavedTensor& saved, DType dtype) {
  if (dtype == DType::kUnknown) return unknown_tf_code(saved.dtype_code);
  if (tensor_proto_field(dtype).value == TensorProtoValue::kNone) {
    return unsupported("V1 checkpoints have no field for elements of dtype {}", dtype_name(dtype));
  }
  return {};
}

// Whether every piece is plain elements, so that it can be read in parts.
bool is_plain(const TensorSlices& tensor, DType dtype, std::span<const Box> boxes) {
  for (size_t i = 0; i < boxes.size(); ++i) {
    const auto& elements = tensor.slices[i].stored->elements;
    const auto size_bytes = tensor_size_bytes(dtype, Shape(boxes[i].lengths));
    if (!elements || !size_bytes.ok() || elements->size_bytes != *size_bytes) return false;
  }
  return true;
}

class SavedFiles {
 public:
  SavedFiles(const std::string& path, std::vector<std::string> files, const OpenLimits& limits)
      : path_(path), files_(std::move(files)), limits_(limits) {}

  Status add_file(const Storage& storage, uint32_t number) {
    HOLDALL_ASSIGN(const auto reader, storage.open_reader(files_[number]));
    auto status = add(*reader, number);
    if (!status.ok()) return std::move(status).error().in_file(files_[number]);
    return {};
  }

  Result<Catalog> finish() {
    std::vector<TensorInfo> infos;
    for (TensorSlices& tensor : tensors_) {
      TensorInfo info;
      info.name = std::move(tensor.saved.name);
      info.dtype = dtype_of_tf_code(tensor.saved.dtype_code);
      info.shape = tensor.saved.shape;
      auto status = fill(info, tensor);
      if (!status.ok()) {
        info.pieces.clear();
        info.problem = std::make_shared<const Error>(
            std::move(status).error().in_file(files_[tensor.file]).in_tensor(info.name));
      }
      info.size_bytes = sum_of_bytes(info.pieces);
      infos.push_back(std::move(info));
    }
    return Catalog::make(path_, "tf_v1", std::move(files_), ByteOrder::kLittle, std::move(infos));
  }

 private:
  Status add(const Reader& file, uint32_t number) {
    HOLDALL_ASSIGN(const TableFile table, TableFile::open(file));
    HOLDALL_ASSIGN(const std::string meta, read_saved_meta(table, limits_.index_bytes));
    auto saved = parse_saved_meta(bytes_of(meta), limits_);
    if (!saved.ok()) {
      Error error = std::move(saved).error();
      if (error.code == Code::kExhausted) return error;
      error.message = "the list of tensors cannot be used: " + error.message;
      return error;
    }
    SoughtSlices sought;
    for (const SavedTensor& tensor : *saved)
      sought.add(tensor.name, dtype_of_tf_code(tensor.dtype_code), tensor.slices);
    HOLDALL_TRY(find_slices(file, table, sought));
    for (const SavedTensor& tensor : *saved) HOLDALL_TRY(join(tensor, number, sought));
    return check_tensor_count(tensors_.size(), limits_);
  }

  // A tensor may have slices in several files, each of which tells its shape.
  Status join(const SavedTensor& saved, uint32_t number, SoughtSlices& sought) {
    if (saved.name.empty()) return corrupt("the list of tensors has one without a name");
    const auto [at, is_new] = tensor_of_name_.try_emplace(saved.name, tensors_.size());
    if (is_new) {
      tensors_.push_back(
          {{saved.name, saved.shape, saved.dtype_code, {}, saved.status}, number, {}});
    }
    TensorSlices& tensor = tensors_[at->second];
    for (const Box& slice : saved.slices) {
      const SoughtSlice& found = *sought.find(saved.name, slice);
      tensor.slices.push_back({number, slice, found.found, found.status});
    }
    Status& status = tensor.saved.status;
    if (status.ok()) status = saved.status;
    const bool is_same =
        saved.shape == tensor.saved.shape && saved.dtype_code == tensor.saved.dtype_code;
    if (status.ok() && !is_same) {
      status = corrupt("the files disagree: element type {} of shape {} and {} of {}",
                       tensor.saved.dtype_code, tensor.saved.shape.to_string(), saved.dtype_code,
                       saved.shape.to_string());
    }
    return {};
  }

  Status fill(TensorInfo& info, const TensorSlices& tensor) const {
    HOLDALL_TRY(tensor.saved.status);
    HOLDALL_TRY(check_dtype(tensor.saved, info.dtype));
    std::vector<Box> boxes;
    for (const Slice& slice : tensor.slices) {
      auto box = resolve_box(slice.spelled, info.shape);
      if (!box.ok()) return corrupt("a slice does not fit: {}", box.error().message);
      if (auto status = check_slice(slice, *box, info.dtype); !status.ok()) {
        return std::move(status).error().in_file(files_[slice.file]);
      }
      boxes.push_back(*std::move(box));
    }
    HOLDALL_TRY(check_disjoint(boxes));
    const bool is_raw = is_plain(tensor, info.dtype, boxes);
    info.encoding = is_raw ? Encoding::kRaw : Encoding::kTensorProto;
    for (size_t i = 0; i < boxes.size(); ++i)
      info.pieces.push_back(to_piece(tensor.slices[i], std::move(boxes[i]), is_raw));
    return {};
  }

  // A small file must not make a large tensor: so many values need so many bytes.
  static Status check_slice(const Slice& slice, const Box& box, DType dtype) {
    HOLDALL_TRY(slice.status);
    const uint64_t most = max_tensor_proto_values(dtype, slice.stored->message_bytes);
    if (element_count(box) > most) {
      return corrupt("its slice '{}' has {} elements, the {} bytes that are stored hold {} at most",
                     slice.spelled.to_string(), element_count(box), slice.stored->message_bytes,
                     most);
    }
    return {};
  }

  static Piece to_piece(const Slice& slice, Box box, bool is_raw) {
    const FileRun& run = is_raw ? *slice.stored->elements : slice.stored->message;
    Piece piece;
    piece.extent = {slice.file, run.offset, run.size_bytes};
    piece.crc32c = run.crc32c;
    piece.skipped_bytes = is_raw ? 0 : slice.stored->skipped_bytes;
    // Spelled in numbers, it is a part to the file, also if it is all of the tensor.
    if (slice.spelled != all_of(Shape(box.lengths))) piece.box = std::move(box);
    return piece;
  }

  const std::string& path_;
  std::vector<std::string> files_;
  const OpenLimits& limits_;
  std::vector<TensorSlices> tensors_;
  std::unordered_map<std::string, size_t> tensor_of_name_;
};

}  // namespace

Result<Catalog> read_saved_files(const Storage& storage, const std::string& path,
                                 std::vector<std::string> files, const OpenLimits& limits) {
  const auto count = static_cast<uint32_t>(files.size());
  SavedFiles saved(path, std::move(files), limits);
  for (uint32_t i = 0; i < count; ++i) HOLDALL_TRY(saved.add_file(storage, i));
  return saved.finish();
}

}  // namespace holdall::tf_v1
