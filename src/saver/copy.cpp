#include "holdall/copy.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "saver/checkpoint_source.h"
#include "saver/copy_choices.h"
#include "saver/name_mapping.h"
#include "saver/save_plan_layout.h"

namespace holdall {
namespace {

// A window is filled, cut and cast: so many buffers of its size may be there at once.
constexpr uint64_t kBuffersPerWindow = 4;
constexpr uint64_t kLeastWindowBytes = uint64_t{64} << 10;

class Copying {
 public:
  Copying(const CopyOptions& options, Casts casts, Partitions partitions)
      : options_(options), casts_(std::move(casts)), partitions_(std::move(partitions)) {
    // One file is written by one thread, and each has a window.
    const uint32_t shard_count = std::max<uint32_t>(1, options.save.shard_count);
    const unsigned threads = options.save.threads;
    const uint64_t writer_count = threads == 0 ? shard_count : std::min(shard_count, threads);
    window_bytes_ =
        std::max(kLeastWindowBytes, options.window_bytes / (kBuffersPerWindow * writer_count));
  }

  static Result<Copying> make(const CopyOptions& options) {
    HOLDALL_ASSIGN(Casts casts, Casts::parse(options.casts));
    HOLDALL_ASSIGN(Partitions partitions, Partitions::parse(options.partitions));
    return Copying(options, std::move(casts), std::move(partitions));
  }

  Status add(const Checkpoint& checkpoint, const TensorInfo& info, const std::string& name) {
    auto status = add_tensor(checkpoint, info, name);
    if (!status.ok())
      return std::move(status).error().in_file(checkpoint.path()).in_tensor(info.name);
    return {};
  }

  Result<SavePlan> plan(std::string_view path) {
    if (items_.empty()) return not_found("there is nothing to copy").in_file(path);
    // The order in which TensorFlow's savers write; slices of one tensor stay in theirs.
    std::stable_sort(items_.begin(), items_.end(),
                     [](const SaveItem& a, const SaveItem& b) { return a.name < b.name; });
    spread_over_shards(items_, options_.save.shard_count);
    return plan_save(path, std::move(items_), options_.save);
  }

 private:
  Status add_tensor(const Checkpoint& checkpoint, const TensorInfo& info, const std::string& name) {
    if (info.problem != nullptr) return *info.problem;
    HOLDALL_ASSIGN(const DType dtype, casts_.dtype_of(name, info.dtype));
    HOLDALL_ASSIGN(const std::vector<Box> boxes, partitions_.boxes_of(name, info.shape));
    if (dtype_size_bytes(info.dtype) == 0) return add_strings(checkpoint, info, name, boxes);
    if (boxes.empty()) {
      items_.push_back(item_of(checkpoint, info, name, {dtype, {}, window_bytes_, true}));
      return {};
    }
    for (size_t i = 0; i < boxes.size(); ++i) {
      // Once is enough: to verify is to read the stored pieces whole.
      SaveItem item = item_of(checkpoint, info, name, {dtype, boxes[i], window_bytes_, i == 0});
      item.box = boxes[i];
      item.whole_shape = info.shape;
      items_.push_back(std::move(item));
    }
    return {};
  }

  static SaveItem item_of(const Checkpoint& checkpoint, const TensorInfo& info,
                          const std::string& name, const CheckpointSourceOptions& options) {
    SaveItem item;
    item.name = name;
    item.source = make_checkpoint_source(checkpoint, info, options);
    return item;
  }

  // Where a string lies depends on the lengths of those before it, so they are read now.
  Status add_strings(const Checkpoint& checkpoint, const TensorInfo& info, const std::string& name,
                     const std::vector<Box>& boxes) {
    if (boxes.empty()) {
      HOLDALL_ASSIGN(Tensor tensor, checkpoint.read(info.name));
      items_.push_back({name, std::move(tensor), {}, {}, 0});
    }
    for (const Box& box : boxes) {
      HOLDALL_ASSIGN(Tensor tensor, checkpoint.read_box(info.name, box));
      items_.push_back({name, std::move(tensor), box, info.shape, 0});
    }
    return {};
  }

  const CopyOptions& options_;
  Casts casts_;
  Partitions partitions_;
  uint64_t window_bytes_ = 0;
  std::vector<SaveItem> items_;
};

// What each scope of the catalog holds, under the names inside the scope.
Result<std::map<std::string, std::vector<MappedTensor>>> split_names(const Catalog& catalog) {
  std::map<std::string, std::vector<MappedTensor>> scopes;
  for (const TensorInfo& info : catalog) {
    const size_t slash = info.name.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == info.name.size()) {
      return invalid_argument(
                 "it is in no scope, so it would be lost; copy the checkpoint without it first, or "
                 "put it into one")
          .in_tensor(info.name);
    }
    scopes[info.name.substr(0, slash)].push_back({info.name.substr(slash + 1), &info});
  }
  return scopes;
}

}  // namespace

Result<SavePlan> plan_copy(std::span<const CopySource> sources, std::string_view path,
                           const CopyOptions& options) {
  return guarded([&]() -> Result<SavePlan> {
    HOLDALL_ASSIGN(Copying copying, Copying::make(options));
    for (const CopySource& source : sources) {
      HOLDALL_ASSIGN(const NameMapping mapping, map_names(source.checkpoint, source.options));
      const std::set<std::string_view> left_out(source.left_out.begin(), source.left_out.end());
      for (const MappedTensor& tensor : mapping.taken) {
        if (left_out.contains(tensor.info->name)) continue;
        HOLDALL_TRY(copying.add(source.checkpoint, *tensor.info, tensor.name));
      }
    }
    return copying.plan(path);
  });
}

Result<std::vector<SavePlan>> plan_split(const Checkpoint& checkpoint, std::string_view pattern,
                                         const CopyOptions& options) {
  return guarded([&]() -> Result<std::vector<SavePlan>> {
    constexpr std::string_view kScope = "{scope}";
    const size_t at = pattern.find(kScope);
    if (at == std::string_view::npos) {
      return invalid_argument("{} has no '{{scope}}' in it, so all scopes would be one file",
                              quote(pattern));
    }
    auto scopes = split_names(checkpoint.catalog());
    if (!scopes.ok()) return std::move(scopes).error().in_file(checkpoint.path());
    std::vector<SavePlan> plans;
    for (const auto& [scope, tensors] : *scopes) {
      HOLDALL_ASSIGN(Copying copying, Copying::make(options));
      for (const MappedTensor& tensor : tensors)
        HOLDALL_TRY(copying.add(checkpoint, *tensor.info, tensor.name));
      std::string path(pattern);
      path.replace(at, kScope.size(), scope);
      HOLDALL_ASSIGN(SavePlan plan, copying.plan(path));
      plans.push_back(std::move(plan));
    }
    return plans;
  });
}

}  // namespace holdall
