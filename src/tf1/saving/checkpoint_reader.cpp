#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/tf1_files.h"

namespace holdall::tf1 {

Result<CheckpointReader> CheckpointReader::open(std::string_view prefix) {
  return guarded([&]() -> Result<CheckpointReader> {
    if (!checkpoint_exists(prefix))
      return not_found(
          "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {}",
          printable(prefix));
    HOLDALL_ASSIGN(Checkpoint checkpoint, Checkpoint::open(prefix, {nullptr, NameView::kRaw}));
    return CheckpointReader(std::move(checkpoint));
  });
}

Result<Tensor> CheckpointReader::get(std::string_view name) const {
  if (!has(name)) return not_found("Key {} not found in checkpoint", printable(name));
  return guarded([&] { return checkpoint_.read(name); });
}

}  // namespace holdall::tf1
