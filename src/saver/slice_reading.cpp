#include "saver/slice_reading.h"

#include <algorithm>

#include "base/checked_math.h"
#include "base/try.h"
#include "saver/tensor_windows.h"
#include "tensor/box_copy.h"
#include "tensor/buffer.h"
#include "transfer/block_reading.h"

namespace holdall {
namespace {

// A window, the slices it is put together from, and the part of it that is wanted.
constexpr unsigned kWindowsAtOnce = 3;

// Whether the box leaves out elements of a piece that it touches, and these need not be read.
bool is_made_of_parts(const TensorInfo& info, const Box& box) {
  if (info.encoding != Encoding::kRaw || info.is_column_major) return false;
  return std::any_of(info.pieces.begin(), info.pieces.end(), [&](const Piece& piece) {
    const Box stored = piece.box.starts.empty() ? whole_box(info.shape) : piece.box;
    const auto shared = intersect(stored, box);
    return shared && *shared != stored;
  });
}

Status read_parts(const Checkpoint& checkpoint, const TensorInfo& info, const SliceOptions& options,
                  uint64_t part_bytes, ProgressMeter& meter, const ByteSink& sink) {
  const uint64_t max_elements = std::max<uint64_t>(1, part_bytes / dtype_size_bytes(info.dtype));
  WindowBoxes parts(Shape(options.box->lengths), max_elements);
  while (auto part = parts.next()) {
    for (size_t i = 0; i < part->starts.size(); ++i) part->starts[i] += options.box->starts[i];
    HOLDALL_ASSIGN(
        const Tensor tensor,
        checkpoint.read_box(info.name, *part,
                            {.verify = options.verify, .threads = 1, .verify_parts = false}));
    HOLDALL_TRY(meter.add(tensor.bytes().size()));
    HOLDALL_TRY(sink(tensor.bytes()));
  }
  return {};
}

}  // namespace

uint64_t slice_size_bytes(const TensorInfo& info, const std::optional<Box>& box) {
  const uint64_t count = box ? element_count(*box) : info.shape.element_count().value_or(0);
  return checked_mul(count, dtype_size_bytes(info.dtype)).value_or(UINT64_MAX);
}

Status read_slice(const Checkpoint& checkpoint, const TensorInfo& info, const SliceOptions& options,
                  ProgressMeter& meter, const ByteSink& sink) {
  const Blocks blocks = share_window(options.window_bytes, 1, kWindowsAtOnce);
  const bool reads_whole_pieces = options.verify && options.verify_parts;
  if (options.box && !reads_whole_pieces && is_made_of_parts(info, *options.box))
    return read_parts(checkpoint, info, options, blocks.size_bytes, meter, sink);
  const WindowOptions window_options{options.box, blocks.size_bytes, options.verify};
  HOLDALL_ASSIGN(auto windows, TensorWindows::open(checkpoint, info, window_options));
  const uint64_t element_size = dtype_size_bytes(info.dtype);
  std::shared_ptr<Buffer> part;
  while (true) {
    HOLDALL_ASSIGN(const auto window, windows.next());
    if (!window) return {};
    const auto shared = options.box ? intersect(window->box, *options.box) : window->box;
    if (!shared) continue;
    const uint64_t size_bytes = element_count(*shared) * element_size;
    HOLDALL_TRY(meter.add(size_bytes));
    if (*shared == window->box) {
      HOLDALL_TRY(sink(window->bytes));
      continue;
    }
    if (part == nullptr || part->bytes().size() < size_bytes) {
      part = nullptr;
      HOLDALL_ASSIGN(part, Buffer::allocate(size_bytes));
    }
    copy_shared(window->bytes, window->box, part->fill(), *shared, element_size);
    HOLDALL_TRY(sink(part->bytes().first(size_bytes)));
  }
}

}  // namespace holdall
