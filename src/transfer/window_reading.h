// A tensor's elements window by window, so that memory does not grow with the tensor.
//
// A window is a run of whole leading indices, so it is a contiguous run of the tensor's elements in
// row-major order; and so what a window needs of a piece is one run of that piece's bytes, which
// begins where the window before it ended. That is why checksums of pieces can be compared though
// no piece is ever in memory as a whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/status.h"
#include "tensor/buffer.h"
#include "transfer/transfer.h"

namespace holdall {

// The boxes of at most `max_elements` elements each (at least one) that make up a shape, in order.
// A shape without elements has none.
class WindowBoxes {
 public:
  // Requires: a shape whose element count is known.
  WindowBoxes(const Shape& shape, uint64_t max_elements);
  std::optional<Box> next();

 private:
  Shape shape_;
  size_t axis_ = 0;   // which is cut; those before it have one index in a window, those after all
  int64_t step_ = 1;  // indices of the axis in a window
  Box at_;
  bool is_done_ = false;
};

struct TensorWindow {
  Box box;
  std::span<const std::byte> bytes;  // dense, in this machine's byte order
};

struct WindowOptions {
  std::optional<Box> box = {};                // only windows that touch it; resolved. None: all
  uint64_t window_bytes = uint64_t{1} << 20;  // in memory are two of them for one with slices
  bool verify = true;  // pieces that the box touches are read to their end and compared
};

// The windows of a tensor of kRaw pieces. Requires: catalog, info and files outlive it, and
// check_request() succeeded for the box.
class WindowReader {
 public:
  WindowReader(const TensorInfo& info, const Catalog& catalog, OpenFiles files,
               WindowOptions options);

  // None after the last. What lies outside the box may have any value. Bytes are valid until the
  // next call. Fails: kIo, kCorrupt (checksum: told when the piece's last byte is there, so windows
  // may have been given out before), kExhausted.
  Result<std::optional<TensorWindow>> next();

  uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Part {
    const Piece* piece = nullptr;
    Box box;
    uint64_t bytes_done = 0;
    uint32_t checksum = 0;
  };
  Status fill(const Box& window, std::span<std::byte> bytes);
  Status read_part(Part& part, const Box& shared, std::span<std::byte> into);
  Result<std::span<std::byte>> room(std::shared_ptr<Buffer>& buffer, uint64_t size_bytes) const;

  const TensorInfo& info_;
  const Catalog& catalog_;
  const OpenFiles files_;
  const WindowOptions options_;
  const uint64_t element_size_;
  WindowBoxes boxes_;
  std::vector<Part> parts_;
  std::shared_ptr<Buffer> window_;
  std::shared_ptr<Buffer> scratch_;
  uint64_t bytes_read_ = 0;
};

}  // namespace holdall
