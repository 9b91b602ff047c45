#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/storage.h"
#include "holdall/tf1_files.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

Result<CheckpointReader> CheckpointReader::open(std::string_view prefix,
                                                std::vector<std::string> only) {
  return guarded([&]() -> Result<CheckpointReader> {
    if (!checkpoint_exists(prefix))
      return not_found(
          "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {}",
          printable(prefix));
    OpenOptions options;
    options.names = NameView::kRaw;
    options.only = std::move(only);
    HOLDALL_ASSIGN(Checkpoint checkpoint, Checkpoint::open(prefix, options));
    return CheckpointReader(std::move(checkpoint));
  });
}

Result<Tensor> CheckpointReader::get(std::string_view name) const {
  if (!has(name)) return not_found("Key {} not found in checkpoint", printable(name));
  return guarded([&] { return checkpoint_.read(name); });
}

Result<std::string> find_checkpoint(std::string_view directory_or_prefix) {
  return guarded([&]() -> Result<std::string> {
    std::string path(directory_or_prefix);
    if (!make_local_storage()->is_directory(path) || checkpoint_exists(path)) return path;
    auto newest = latest_checkpoint(path);
    if (newest) return *std::move(newest);
    return value_error("Couldn't find 'checkpoint' file or checkpoints in given directory {}",
                       printable(path));
  });
}

Result<CheckpointReader> load_checkpoint(std::string_view directory_or_prefix) {
  HOLDALL_ASSIGN(const std::string prefix, find_checkpoint(directory_or_prefix));
  return CheckpointReader::open(prefix);
}

Result<Tensor> load_variable(std::string_view directory_or_prefix, std::string_view name) {
  if (name.ends_with(":0")) name.remove_suffix(2);
  HOLDALL_ASSIGN(const std::string prefix, find_checkpoint(directory_or_prefix));
  HOLDALL_ASSIGN(const CheckpointReader reader,
                 CheckpointReader::open(prefix, {std::string(name)}));
  return reader.get(name);
}

Result<std::vector<std::pair<std::string, Shape>>> list_variables(
    std::string_view directory_or_prefix) {
  HOLDALL_ASSIGN(const CheckpointReader reader, load_checkpoint(directory_or_prefix));
  return guarded([&]() -> Result<std::vector<std::pair<std::string, Shape>>> {
    std::vector<std::pair<std::string, Shape>> variables;
    for (const TensorInfo& info : reader.catalog()) variables.emplace_back(info.name, info.shape);
    return variables;
  });
}

}  // namespace holdall::tf1
