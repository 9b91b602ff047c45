#include "holdall/checkpoint.h"

#include <mutex>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "formats/tf_common/checkpoint_state.h"
#include "holdall/names.h"
#include "saver/checkpoint_access.h"
#include "storage/storage_registry.h"
#include "tensor/box_copy.h"

namespace holdall {

struct Checkpoint::Rep {
  std::shared_ptr<Storage> storage;
  Catalog catalog;
  mutable std::mutex mutex;
  mutable OpenFiles files;  // opened when first needed, and kept: they pin what the index speaks of
};

namespace {

struct Claim {
  const Format* format = nullptr;
  std::string path;
};

std::optional<Claim> find_claim(const Storage& storage, const std::string& path) {
  for (const Format* format : all_formats()) {
    if (auto claimed = format->bid(storage, path)) return Claim{format, std::move(*claimed)};
  }
  return std::nullopt;
}

Result<CheckpointState> read_state(const Storage& storage, const std::string& directory) {
  const std::string path = join_path(directory, kStateFileName);
  HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, path));
  auto state = parse_checkpoint_state({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!state.ok()) return std::move(state).error().in_file(path);
  return state;
}

// The newest checkpoint that the directory's state file names. Where the recorded path is gone,
// because the directory was moved, the file of that name beside the state file is taken.
Result<Claim> find_newest(const Storage& storage, const std::string& directory) {
  auto state = read_state(storage, directory);
  if (!state.ok()) {
    Error error = std::move(state).error();
    if (error.code != Code::kNotFound) return error;
    return not_found(
               "it is a directory without a '{}' state file; give the prefix of a checkpoint in it",
               kStateFileName)
        .in_file(directory);
  }
  const std::string& recorded = state->model_checkpoint_path;
  const std::string as_recorded =
      recorded.starts_with('/') ? recorded : join_path(directory, recorded);
  const std::string beside = join_path(directory, base_name_of(recorded));
  for (const std::string& path : {as_recorded, beside}) {
    if (auto claim = find_claim(storage, path)) return *std::move(claim);
  }
  return not_found(
             "its state file names {} as the newest checkpoint, which is neither there nor at {}",
             quote(recorded), quote(beside))
      .in_file(directory);
}

// Files in the same directory that a mistyped prefix may have meant.
std::string what_is_there(const Storage& storage, const std::string& path) {
  const std::string directory = directory_of(path);
  const auto names = storage.list_directory(directory);
  if (!names.ok()) return "there is no directory " + quote(directory);
  std::vector<std::string_view> prefixes;
  for (const std::string& name : *names) {
    const std::string_view suffix = ".index";
    if (name.ends_with(suffix))
      prefixes.push_back(std::string_view(name).substr(0, name.size() - 6));
  }
  if (prefixes.empty()) return "its directory holds no '*.index' file";
  std::string text = "checkpoints in that directory: ";
  auto nearest = nearest_names(base_name_of(path), prefixes, 5);
  if (nearest.empty())
    nearest.assign(prefixes.begin(), prefixes.begin() + std::min<long>(5, std::ssize(prefixes)));
  for (size_t i = 0; i < nearest.size(); ++i) {
    text += (i > 0 ? ", " : "") + quote(join_path(directory, nearest[i]));
  }
  return text;
}

Result<Claim> find_checkpoint(const Storage& storage, const std::string& path) {
  if (path.empty()) return invalid_argument("the path of a checkpoint is empty");
  if (auto claim = find_claim(storage, path)) return *std::move(claim);
  if (storage.is_directory(path)) return find_newest(storage, path);
  if (base_name_of(path) == kStateFileName && storage.open_reader(path).ok()) {
    return find_newest(storage, directory_of(path));
  }
  const auto file = storage.open_reader(path);
  if (file.ok()) {
    return unsupported("it is a file of {} bytes that no format of this build claims; {}",
                       (*file)->size_bytes(), what_is_there(storage, path))
        .in_file(path);
  }
  // What is there and cannot be opened is not missing.
  const auto index = storage.open_reader(path + ".index");
  if (!index.ok() && index.error().code != Code::kNotFound) return index.error();
  Error error = make_error(Code::kNotFound, reason::kMissingFile,
                           "no checkpoint is there: '{}.index' was looked for; {}", printable(path),
                           what_is_there(storage, path));
  return std::move(error).in_file(path);
}

}  // namespace

Result<Checkpoint> Checkpoint::open(std::string_view path, const OpenOptions& options) {
  return guarded([&]() -> Result<Checkpoint> {
    HOLDALL_ASSIGN(Location location, locate(path, options.storage));
    HOLDALL_ASSIGN(const Claim claim, find_checkpoint(*location.storage, location.path));
    auto rep = std::make_shared<Rep>();
    HOLDALL_ASSIGN(rep->catalog, claim.format->read_catalog(*location.storage, claim.path));
    rep->storage = std::move(location.storage);
    rep->files.resize(rep->catalog.files().size());
    Checkpoint checkpoint;
    checkpoint.rep_ = std::move(rep);
    return checkpoint;
  });
}

const std::string& Checkpoint::path() const {
  return rep_->catalog.path();
}
const Catalog& Checkpoint::catalog() const {
  return rep_->catalog;
}

Result<std::vector<Tensor>> CheckpointAccess::read(const Checkpoint& checkpoint,
                                                   std::span<const TensorRequest> requests,
                                                   const ReadOptions& options,
                                                   TransferReport& report) {
  const Checkpoint::Rep& rep = *checkpoint.rep_;
  OpenFiles files;
  {
    const std::lock_guard lock(rep.mutex);
    for (const TensorRequest& request : requests) {
      for (const Piece& piece : request.info->pieces) {
        auto& file = rep.files[piece.extent.file_index];
        if (file != nullptr || !is_touched(piece, request)) continue;
        auto reader = rep.storage->open_reader(rep.catalog.files()[piece.extent.file_index]);
        if (!reader.ok()) return std::move(reader).error().in_tensor(request.info->name);
        file = std::move(*reader);
      }
    }
    files = rep.files;
  }
  return read_tensors(requests, rep.catalog, files, options, report);
}

Result<Tensor> Checkpoint::read(std::string_view name, const ReadOptions& options) const {
  const TensorInfo* info = rep_->catalog.find(name);
  return read_box(name, info == nullptr ? Box{} : whole_box(info->shape), options);
}

Result<Tensor> Checkpoint::read_box(std::string_view name, const Box& box,
                                    const ReadOptions& options) const {
  return guarded([&]() -> Result<Tensor> {
    const TensorInfo* info = rep_->catalog.find(name);
    if (info == nullptr) {
      return not_found("Key {} not found in checkpoint", printable(name)).in_file(path());
    }
    if (info->problem != nullptr) return *info->problem;
    TensorRequest request{info, std::nullopt};
    auto resolved = resolve_box(box, info->shape);
    if (!resolved.ok()) return std::move(resolved).error().in_tensor(name);
    request.box = *std::move(resolved);
    TransferReport report;
    HOLDALL_ASSIGN(auto tensors, CheckpointAccess::read(*this, {&request, 1}, options, report));
    return std::move(tensors.front());
  });
}

}  // namespace holdall
