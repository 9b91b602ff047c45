#include "holdall/checkpoint.h"

#include <algorithm>
#include <mutex>

#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "formats/format.h"
#include "holdall/slice.h"
#include "saver/checkpoint_access.h"
#include "saver/checkpoint_roles.h"
#include "saver/find_checkpoint.h"
#include "saver/name_views.h"
#include "saver/pinned_files.h"
#include "storage/storage_registry.h"
#include "tensor/box_copy.h"
#include "tensor/tensor_factory.h"

namespace holdall {

namespace {

constexpr std::string_view kVariableNamesNote =
    "it is an object-based checkpoint (TensorFlow 2), whose tensors go by their variables' own "
    "names here; the names 'object' and 'raw' are there for the asking";

}  // namespace

struct Checkpoint::Rep {
  std::shared_ptr<Storage> storage;
  Catalog catalog;
  IndexMark index;
  std::vector<std::string> notes;
  bool is_object_based = false;
  mutable std::mutex mutex;
  std::unique_ptr<const CheckpointRoles> roles;
  mutable OpenFiles files;  // opened when first needed, and kept: they pin what the index speaks of

  std::vector<LostRange> lost;  // what the opening left out, for salvage

  bool is_partial = false;  // OpenOptions::only
  NameView names = NameView::kRaw;

  Status read_catalog(const FoundCheckpoint& found, const OpenOptions& options, ReadIndex how);
  // Opens those of the files that are not open yet. Fails: kIo with reason changed-while-reading if
  // they may be another save's.
  Status open_files(std::span<const uint32_t> numbers) const;
};

Status Checkpoint::Rep::read_catalog(const FoundCheckpoint& found, const OpenOptions& options,
                                     ReadIndex how) {
  const PinningStorage pinned(*storage);
  const OpenLimits& limits = options.limits;
  auto read = [&]() -> Result<Catalog> {
    const auto& [format, path] = found.claim;
    if (how == ReadIndex::kWhole) {
      // By other names than the stored ones nothing can be looked up.
      if (options.only.empty() || is_renaming(names))
        return format->read_catalog_and_notes(pinned, path, limits, notes);
      std::vector<std::string> wanted = options.only;
      wanted.emplace_back(tf_bundle::kObjectGraphKey);  // says whether it is object-based
      return format->read_some_of_catalog(pinned, path, wanted, limits, notes);
    }
    HOLDALL_ASSIGN(SoundCatalog sound, format->read_sound_catalog(pinned, path, limits));
    lost = std::move(sound.lost);
    notes = std::move(sound.notes);
    return std::move(sound.catalog);
  }();
  const std::vector<std::string> data = read.ok() ? read->files() : std::vector<std::string>();
  index = IndexMark::of(pinned, data);
  const bool is_data_pinned =
      std::ranges::any_of(data, [&](const auto& path) { return pinned.find(path) != nullptr; });
  if (!read.ok() || is_data_pinned) {
    // Shards with an index may be an old index and new shards.
    const auto bytes = read.ok() ? IndexMark::Bytes::kIfNeeded : IndexMark::Bytes::kAll;
    HOLDALL_ASSIGN(const bool is_current, index.is_current(*storage, bytes));
    if (!is_current) return changed_while_reading(found.claim.path);
  }
  if (!read.ok())
    return explain_index_error(*storage, found.claim.format->info().name, std::move(read).error());
  catalog = *std::move(read);
  for (const std::string& path : data) files.push_back(pinned.find(path));
  return {};
}

Status Checkpoint::Rep::open_files(std::span<const uint32_t> numbers) const {
  Status missing;
  bool is_any_new = false;
  for (const uint32_t number : numbers) {
    if (files[number] != nullptr) continue;
    auto reader = storage->open_reader(catalog.files()[number]);
    is_any_new = true;
    if (reader.ok()) {
      files[number] = *std::move(reader);
    } else {
      missing = std::move(reader).error();
      break;
    }
  }
  if (!is_any_new) return {};
  HOLDALL_ASSIGN(const bool is_current, index.is_current(*storage, IndexMark::Bytes::kIfNeeded));
  if (is_current) return missing;
  for (const uint32_t number : numbers) files[number] = nullptr;
  return changed_while_reading(catalog.path());
}

Result<Checkpoint> CheckpointAccess::open_by_variables(std::string_view path,
                                                       const OpenOptions& options) {
  return retry_if_changed([&] { return open_once(path, options, ReadIndex::kWhole); });
}

Result<Checkpoint> open_for_salvage(std::string_view path, std::shared_ptr<Storage> storage) {
  const OpenOptions options{std::move(storage), NameView::kRaw};
  return retry_if_changed(
      [&] { return CheckpointAccess::open_once(path, options, ReadIndex::kSoundParts); });
}

// What was one file may have been saved over as several, or moved on in another way.
static bool is_another_now(const Storage& storage, const std::string& path, const Claim& before) {
  const auto now = find_claim(storage, path);
  return now && (now->format != before.format || now->path != before.path);
}

Result<Checkpoint> CheckpointAccess::open_once(std::string_view path, const OpenOptions& options,
                                               ReadIndex how) {
  return guarded([&]() -> Result<Checkpoint> {
    const bool is_auto = options.names == NameView::kAuto;
    const NameView names = is_auto ? NameView::kVariable : options.names;
    HOLDALL_ASSIGN(Location location, locate(path, options.storage));
    HOLDALL_ASSIGN(FoundCheckpoint found,
                   find_checkpoint(*location.storage, location.path, options.is_confined));
    auto rep = std::make_shared<Checkpoint::Rep>();
    rep->storage = std::move(location.storage);
    rep->names = names;
    if (auto status = rep->read_catalog(found, options, how); !status.ok()) {
      const bool is_missing = status.error().reason == reason::kMissingFile;
      if (is_missing && is_another_now(*rep->storage, location.path, found.claim))
        return changed_while_reading(found.claim.path);
      return std::move(status).error();
    }
    rep->notes.insert(rep->notes.begin(), found.notes.begin(), found.notes.end());
    rep->is_object_based = has_object_graph(rep->catalog);
    Checkpoint checkpoint;
    checkpoint.rep_ = rep;
    if (rep->is_object_based && is_renaming(names)) {
      HOLDALL_ASSIGN(auto view, read_names(checkpoint, names));
      rep->catalog = std::move(view.catalog);
      rep->notes.insert(rep->notes.end(), view.notes.begin(), view.notes.end());
      if (is_auto) rep->notes.emplace_back(kVariableNamesNote);
    }
    rep->is_partial = !options.only.empty();
    if (rep->is_partial) {
      HOLDALL_ASSIGN(rep->catalog, select_tensors(rep->catalog, options.only));
    }
    // Of an object-based checkpoint the object graph tells.
    const Storage* const beside = rep->is_object_based ? nullptr : rep->storage.get();
    rep->roles = std::make_unique<const CheckpointRoles>(beside, rep->catalog);
    return checkpoint;
  });
}

Result<Checkpoint> Checkpoint::open(std::string_view path, const OpenOptions& options) {
  OpenOptions named = options;
  if (named.names == NameView::kAuto) named.names = NameView::kRaw;
  return CheckpointAccess::open_by_variables(path, named);
}

const std::string& Checkpoint::path() const {
  return rep_->catalog.path();
}
const Catalog& Checkpoint::catalog() const {
  return rep_->catalog;
}
const Catalog& Checkpoint::catalog_with_roles() const {
  return rep_->roles->catalog();
}
Role Checkpoint::role(const TensorInfo& info) const {
  return rep_->roles->of(info);
}
const std::vector<std::string>& Checkpoint::notes() const {
  return rep_->notes;
}

std::string_view io_mode_name(IoMode mode) {
  switch (mode) {
    case IoMode::kAuto: return "auto";
    case IoMode::kCopy: return "copy";
    case IoMode::kMap: return "map";
    case IoMode::kMapCopy: return "map-copy";
    case IoMode::kDirect: return "direct";
  }
  return "";
}

std::optional<IoMode> find_io_mode(std::string_view name) {
  for (const IoMode each :
       {IoMode::kAuto, IoMode::kCopy, IoMode::kMap, IoMode::kMapCopy, IoMode::kDirect}) {
    if (name == io_mode_name(each)) return each;
  }
  return std::nullopt;
}

bool Checkpoint::is_object_based() const {
  return rep_->is_object_based;
}

std::string_view Checkpoint::stored_name(std::string_view name) const {
  const TensorInfo* info = rep_->catalog.find(name);
  if (info == nullptr) return {};
  return info->stored_name.empty() ? info->name : info->stored_name;
}

namespace {

// Those that the request needs and that are not open.
std::vector<uint32_t> missing_files(const TensorRequest& request, const OpenFiles& files) {
  std::vector<uint32_t> numbers;
  for (const Piece& piece : request.info->pieces) {
    if (files[piece.extent.file_index] == nullptr && is_touched(piece, request))
      numbers.push_back(piece.extent.file_index);
  }
  return numbers;
}

bool is_about_bytes(const Error& error) {
  return error.reason == reason::kChecksum || error.reason == reason::kCutShort;
}

}  // namespace

Result<std::vector<ReadTensors>> CheckpointAccess::read(std::span<const Wanted> wanted,
                                                        const ReadOptions& options,
                                                        size_t& failed) {
  std::vector<OpenFiles> files(wanted.size());
  std::vector<ReadTask> tasks(wanted.size());
  const auto open_its_files = [&](size_t i) -> Status {
    const Wanted& each = wanted[i];
    const Checkpoint::Rep& rep = *each.checkpoint.rep_;
    const std::lock_guard lock(rep.mutex);
    for (const TensorRequest& request : each.requests) {
      const auto missing = missing_files(request, rep.files);
      if (missing.empty()) continue;
      auto status = rep.open_files(missing);
      if (!status.ok()) return std::move(status).error().in_tensor(request.info->name);
    }
    files[i] = rep.files;
    const auto format = find_format(rep.catalog.format());
    tasks[i] = {each.requests, &rep.catalog, &files[i], !format.ok() || (*format)->replaces_files(),
                each.arena};
    return {};
  };
  failed = wanted.size();
  HOLDALL_TRY(run_short_in_parallel(wanted.size(), options.threads, open_its_files, &failed));
  auto tensors = read_together(tasks, options, failed);
  if (tensors.ok() || !is_about_bytes(tensors.error())) return tensors;
  // One who overwrites a file in place may have been at it just then.
  tensors = read_together(tasks, options, failed);
  if (tensors.ok()) return tensors;
  const Checkpoint::Rep& rep = *wanted[failed].checkpoint.rep_;
  HOLDALL_ASSIGN(const bool is_current, rep.index.is_current(*rep.storage, IndexMark::Bytes::kAll));
  if (!is_current) return changed_while_reading(rep.catalog.path());
  return explain_data_error(*rep.storage, rep.catalog, std::move(tensors).error());
}

Result<std::vector<Tensor>> CheckpointAccess::read(const Checkpoint& checkpoint,
                                                   std::span<const TensorRequest> requests,
                                                   const ReadOptions& options,
                                                   TransferReport& report) {
  const Wanted wanted{checkpoint, requests};
  size_t failed = 0;
  HOLDALL_ASSIGN(auto results, read({&wanted, 1}, options, failed));
  report = std::move(results.front().report);
  return std::move(results.front().tensors);
}

Result<std::shared_ptr<const Reader>> CheckpointAccess::open_file(const Checkpoint& checkpoint,
                                                                  uint32_t file_index) {
  const Checkpoint::Rep& rep = *checkpoint.rep_;
  const std::lock_guard lock(rep.mutex);
  HOLDALL_TRY(rep.open_files({&file_index, 1}));
  return rep.files[file_index];
}

const std::shared_ptr<Storage>& CheckpointAccess::storage(const Checkpoint& checkpoint) {
  return checkpoint.rep_->storage;
}

const std::vector<LostRange>& CheckpointAccess::lost(const Checkpoint& checkpoint) {
  return checkpoint.rep_->lost;
}

Status CheckpointAccess::role_status(const Checkpoint& checkpoint) {
  return checkpoint.rep_->roles->status();
}

Result<const TensorInfo*> CheckpointAccess::find(const Checkpoint& checkpoint,
                                                 std::string_view name) {
  const Checkpoint::Rep& rep = *checkpoint.rep_;
  if (const TensorInfo* const info = rep.catalog.find(name)) {
    if (info->problem != nullptr) return *info->problem;
    return info;
  }
  if (!rep.is_partial) return refuse_name(checkpoint, name);
  // What is near it, the whole knows.
  const auto whole = Checkpoint::open(checkpoint.path(), {rep.storage, rep.names});
  if (!whole.ok() || whole->catalog().find(name) == nullptr)
    return refuse_name(whole.ok() ? *whole : checkpoint, name);
  return not_found("Key {} is not among those that the checkpoint was opened for", printable(name))
      .in_file(checkpoint.path());
}

Result<Tensor> Checkpoint::read(std::string_view name, const ReadOptions& options) const {
  const TensorInfo* info = rep_->catalog.find(name);
  return read_box(name, info == nullptr ? Box{} : whole_box(info->shape), options);
}

Result<Tensor> Checkpoint::read_box(std::string_view name, const Box& box,
                                    const ReadOptions& options) const {
  return guarded([&]() -> Result<Tensor> {
    HOLDALL_ASSIGN(const TensorInfo* const info, CheckpointAccess::find(*this, name));
    TensorRequest request{info, std::nullopt};
    auto resolved = resolve_box(box, info->shape);
    if (!resolved.ok()) return std::move(resolved).error().in_tensor(name);
    request.box = *std::move(resolved);
    TransferReport report;
    HOLDALL_ASSIGN(auto tensors, CheckpointAccess::read(*this, {&request, 1}, options, report));
    return std::move(tensors.front());
  });
}

Result<Tensor> Checkpoint::read_slice(std::string_view name, std::string_view slice,
                                      const ReadOptions& options) const {
  return guarded([&]() -> Result<Tensor> {
    HOLDALL_ASSIGN(const TensorInfo* const info, CheckpointAccess::find(*this, name));
    auto parsed = parse_slice(slice, info->shape);
    if (!parsed.ok()) return std::move(parsed).error().in_tensor(name);
    HOLDALL_ASSIGN(Tensor part, read_box(name, parsed->box, options));
    return TensorFactory::with_shape(std::move(part), std::move(parsed->shape));
  });
}

Result<Tensor> read_tensor(std::string_view path, std::string_view name, const ReadOptions& options,
                           const OpenOptions& open) {
  return guarded([&]() -> Result<Tensor> {
    OpenOptions only = open;
    only.only = {std::string(name)};
    HOLDALL_ASSIGN(const Checkpoint checkpoint, Checkpoint::open(path, only));
    return checkpoint.read(name, options);
  });
}

}  // namespace holdall
