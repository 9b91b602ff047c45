#include "holdall/tensor_stream.h"

#include <bit>
#include <string>

#include "base/guard.h"
#include "base/message.h"
#include "base/text_bytes.h"
#include "base/try.h"
#include "formats/npz/npz_layout.h"
#include "saver/checkpoint_access.h"
#include "saver/slice_reading.h"
#include "tensor/box_copy.h"
#include "tensor/convert.h"

namespace holdall {
namespace {

Status stream_string(const Checkpoint& checkpoint, const TensorInfo& info,
                     const StreamOptions& options, const ByteSink& sink) {
  const Shape& shape = options.slice ? options.slice->shape : info.shape;
  if (shape.element_count() != 1u) {
    return unsupported("raw bytes would not tell {} strings apart; give the slice of one of them",
                       shape.element_count().value_or(0))
        .in_file(checkpoint.path())
        .in_tensor(info.name);
  }
  const Box box = options.slice ? options.slice->box : whole_box(info.shape);
  HOLDALL_ASSIGN(const Tensor tensor,
                 checkpoint.read_box(info.name, box, {.verify = options.verify}));
  return sink(bytes_of(tensor.string_at(0)));
}

Status stream_elements(const Checkpoint& checkpoint, const TensorInfo& info,
                       const StreamOptions& options, const ByteSink& sink) {
  SliceOptions slice{{}, options.verify, options.verify_parts, options.window_bytes};
  if (options.slice) slice.box = options.slice->box;
  ProgressMeter meter(options.progress, slice_size_bytes(info, slice.box));
  const uint64_t group = dtype_swap_bytes(info.dtype);
  if (std::endian::native == std::endian::little || group == 1)
    return read_slice(checkpoint, info, slice, meter, sink);
  std::vector<std::byte> swapped;
  return read_slice(checkpoint, info, slice, meter, [&](std::span<const std::byte> bytes) {
    swapped.assign(bytes.begin(), bytes.end());
    reverse_byte_groups(swapped, group);
    return sink(swapped);
  });
}

}  // namespace

Status stream_tensor(const Checkpoint& checkpoint, std::string_view name,
                     const StreamOptions& options, const ByteSink& sink) {
  return guarded([&]() -> Status {
    HOLDALL_ASSIGN(const TensorInfo* info, CheckpointAccess::find(checkpoint, name));
    if (options.slice) {
      auto box = resolve_box(options.slice->box, info->shape);
      if (!box.ok()) return std::move(box).error().in_tensor(name);
    }
    if (options.form == StreamForm::kNpy) {
      const std::string descr = npz::descr_of(info->dtype, ByteOrder::kLittle);
      if (descr.empty()) {
        return unsupported("NumPy has no type for {}", dtype_name(info->dtype)).in_tensor(name);
      }
      const Shape& shape = options.slice ? options.slice->shape : info->shape;
      HOLDALL_TRY(sink(bytes_of(npz::make_npy_header(descr, shape))));
    }
    if (info->dtype == DType::kString) return stream_string(checkpoint, *info, options, sink);
    return stream_elements(checkpoint, *info, options, sink);
  });
}

}  // namespace holdall
