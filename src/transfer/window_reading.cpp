#include "transfer/window_reading.h"

#include <algorithm>

#include "base/message.h"
#include "base/try.h"
#include "tensor/box_copy.h"
#include "tensor/convert.h"
#include "transfer/block_reading.h"

namespace holdall {
namespace {

// Where the first element of `part` is among those of `whole`, in row-major order.
uint64_t first_in(const Box& whole, const Box& part) {
  uint64_t position = 0;
  for (size_t i = 0; i < part.starts.size(); ++i) {
    position = position * static_cast<uint64_t>(whole.lengths[i]) +
               static_cast<uint64_t>(part.starts[i] - whole.starts[i]);
  }
  return position;
}

}  // namespace

WindowBoxes::WindowBoxes(const Shape& shape, uint64_t max_elements)
    : shape_(shape), at_(whole_box(shape)), is_done_(element_count(at_) == 0) {
  if (is_done_) return;
  uint64_t inner = 1;  // elements of one index of the axis
  axis_ = shape.rank();
  while (axis_ > 0) {
    const auto size = static_cast<uint64_t>(shape[--axis_]);
    step_ = static_cast<int64_t>(std::clamp<uint64_t>(max_elements / inner, 1, size + 1));
    if (size > max_elements / inner) break;
    inner *= size;
  }
  for (size_t i = 0; i < axis_; ++i) at_.lengths[i] = 1;
}

std::optional<Box> WindowBoxes::next() {
  if (is_done_) return std::nullopt;
  if (shape_.rank() == 0) {
    is_done_ = true;
    return at_;
  }
  at_.lengths[axis_] = std::min(step_, shape_[axis_] - at_.starts[axis_]);
  const Box window = at_;
  at_.starts[axis_] += at_.lengths[axis_];
  for (size_t i = axis_; at_.starts[i] == shape_[i]; --i) {
    if (i == 0) {
      is_done_ = true;
      break;
    }
    at_.starts[i] = 0;
    ++at_.starts[i - 1];
  }
  return window;
}

WindowReader::WindowReader(const TensorInfo& info, const Catalog& catalog, OpenFiles files,
                           WindowOptions options)
    : info_(info),
      catalog_(catalog),
      files_(std::move(files)),
      options_(std::move(options)),
      element_size_(dtype_size_bytes(info.dtype)),
      boxes_(info.shape, std::max<uint64_t>(1, options_.window_bytes / element_size_)) {
  for (const Piece& piece : info.pieces) {
    if (!is_touched(piece, {&info, options_.box})) continue;
    parts_.push_back({&piece, piece.box.starts.empty() ? whole_box(info.shape) : piece.box, 0,
                      checksum_seed(piece)});
  }
}

Result<std::optional<TensorWindow>> WindowReader::next() {
  while (const auto box = boxes_.next()) {
    const bool is_wanted = !options_.box || intersect(*box, *options_.box);
    if (!is_wanted && !options_.verify) continue;
    HOLDALL_ASSIGN(const auto bytes, room(window_, element_count(*box) * element_size_));
    HOLDALL_TRY(fill(*box, bytes));
    if (is_wanted) return std::optional(TensorWindow{*box, bytes});
  }
  return std::optional<TensorWindow>();
}

Result<std::span<std::byte>> WindowReader::room(std::shared_ptr<Buffer>& buffer,
                                                uint64_t size_bytes) const {
  // The first window is the largest.
  if (buffer == nullptr || buffer->bytes().size() < size_bytes) {
    buffer = nullptr;
    HOLDALL_ASSIGN(buffer, Buffer::allocate(size_bytes));
  }
  return buffer->fill().first(size_bytes);
}

Status WindowReader::fill(const Box& window, std::span<std::byte> bytes) {
  for (Part& part : parts_) {
    const auto shared = intersect(part.box, window);
    if (!shared) continue;
    if (*shared == window) {
      HOLDALL_TRY(read_part(part, *shared, bytes));
      continue;
    }
    HOLDALL_ASSIGN(const auto scratch, room(scratch_, element_count(*shared) * element_size_));
    HOLDALL_TRY(read_part(part, *shared, scratch));
    copy_shared(scratch, *shared, bytes, window, element_size_);
  }
  const uint64_t group = swapped_group(info_, catalog_);
  if (group > 1) reverse_byte_groups(bytes, group);
  return {};
}

Status WindowReader::read_part(Part& part, const Box& shared, std::span<std::byte> into) {
  const Extent& extent = part.piece->extent;
  const uint64_t offset = first_in(part.box, shared) * element_size_;
  const auto in_file = [&](Status status) -> Status {
    if (status.ok()) return {};
    return std::move(status).error().in_file(catalog_.files()[extent.file_index]);
  };
  HOLDALL_TRY(in_file(files_[extent.file_index]->read_exact(extent.offset_in_file + offset, into)));
  bytes_read_ += into.size();
  if (!options_.verify || !has_checksum(*part.piece)) return {};
  part.checksum = extend_checksum(*part.piece, part.checksum, into);
  part.bytes_done += into.size();
  if (part.bytes_done < extent.size_bytes) return {};
  return in_file(check_checksum(catalog_, *part.piece, part.checksum));
}

}  // namespace holdall
