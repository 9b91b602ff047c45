#include "saver/tensor_windows.h"

#include "base/message.h"
#include "base/try.h"
#include "saver/checkpoint_access.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

// Whether the pieces' bytes are elements in row-major order.
bool is_raw(const TensorInfo& info) {
  return info.encoding == Encoding::kRaw && !info.is_column_major;
}

// Opens the files that the request needs, and checks it as read_tensors() would.
Result<OpenFiles> open_files(const Checkpoint& checkpoint, const TensorRequest& request) {
  const Catalog& catalog = checkpoint.catalog();
  OpenFiles files(catalog.files().size());
  for (const Piece& piece : request.info->pieces) {
    auto& file = files[piece.extent.file_index];
    if (file != nullptr || !is_touched(piece, request)) continue;
    HOLDALL_ASSIGN(file, CheckpointAccess::open_file(checkpoint, piece.extent.file_index));
  }
  HOLDALL_TRY(check_request(request, catalog, files));
  const uint64_t element_size = dtype_size_bytes(request.info->dtype);
  for (const Piece& piece : request.info->pieces) {
    const Box box = piece.box.starts.empty() ? whole_box(request.info->shape) : piece.box;
    if (piece.extent.size_bytes != element_count(box) * element_size) {
      return corrupt("its elements {} take {} bytes, {} are stored", box.to_string(),
                     element_count(box) * element_size, piece.extent.size_bytes);
    }
  }
  return files;
}

}  // namespace

TensorWindows::TensorWindows(const TensorInfo& info, const WindowOptions& options)
    : info_(&info),
      options_(options),
      boxes_(info.shape,
             std::max<uint64_t>(1, options.window_bytes / dtype_size_bytes(info.dtype))) {}

Result<TensorWindows> TensorWindows::open(const Checkpoint& checkpoint, const TensorInfo& info,
                                          const WindowOptions& options) {
  if (!info.shape.element_count() || dtype_size_bytes(info.dtype) == 0) {
    return unsupported("elements of {} {} cannot be counted in bytes", dtype_name(info.dtype),
                       info.shape.to_string())
        .in_file(checkpoint.path())
        .in_tensor(info.name);
  }
  TensorWindows windows(info, options);
  if (is_raw(info)) {
    auto files = open_files(checkpoint, {&info, options.box});
    if (!files.ok()) return std::move(files).error().in_tensor(info.name);
    windows.reader_ =
        std::make_unique<WindowReader>(info, checkpoint.catalog(), *std::move(files), options);
    return windows;
  }
  HOLDALL_ASSIGN(windows.whole_, checkpoint.read(info.name, {.verify = options.verify}));
  return windows;
}

Result<std::optional<TensorWindow>> TensorWindows::next() {
  if (reader_ != nullptr) {
    auto window = reader_->next();
    if (!window.ok()) return std::move(window).error().in_tensor(info_->name);
    return window;
  }
  while (auto box = boxes_.next()) {
    const uint64_t size_bytes = element_count(*box) * dtype_size_bytes(info_->dtype);
    const auto bytes = whole_.bytes().subspan(bytes_done_, size_bytes);
    bytes_done_ += size_bytes;
    if (!options_.box || intersect(*box, *options_.box))
      return std::optional(TensorWindow{*std::move(box), bytes});
  }
  return std::optional<TensorWindow>();
}

}  // namespace holdall
