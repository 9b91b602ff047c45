#include "tf1/files/checkpoint_tensors.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <system_error>

#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/restore.h"
#include "holdall/session.h"
#include "holdall/storage.h"
#include "saver/restore_execution.h"
#include "tf1/files/kept_checkpoints.h"
#include "tf1/files/restore_errors.h"
#include "tf1/files/slice_spec.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// A piece of one of the merged checkpoints: the tensor, or its part, and where it lay.
struct MovedPiece {
  SaveItem item;
  uint64_t offset = 0;
};

Result<std::vector<MovedPiece>> pieces_of(const Checkpoint& checkpoint, uint32_t shard) {
  std::vector<MovedPiece> moved;
  for (const TensorInfo& info : checkpoint.catalog()) {
    const bool is_sliced =
        info.pieces.size() > 1 || (info.pieces.size() == 1 && !info.pieces[0].box.lengths.empty());
    for (const Piece& piece : info.pieces) {
      SaveItem item;
      item.name = info.name;
      item.shard = shard;
      if (is_sliced) {
        HOLDALL_ASSIGN(item.tensor, checkpoint.read_box(info.name, piece.box));
        item.box = piece.box;
        item.whole_shape = info.shape;
      } else {
        HOLDALL_ASSIGN(item.tensor, checkpoint.read(info.name));
      }
      moved.push_back({std::move(item), piece.extent.offset_in_file});
    }
  }
  std::stable_sort(moved.begin(), moved.end(),
                   [](const MovedPiece& a, const MovedPiece& b) { return a.offset < b.offset; });
  return moved;
}

// TensorFlow's old format has its tensors in the order of names, and parts of one name in the order
// that an unstable sort of the indexes leaves: the same algorithm gives the same files.
std::vector<SaveItem> in_old_order(std::vector<SaveItem> items) {
  std::vector<SaveItem> sorted;
  for (size_t begin = 0; begin < items.size();) {
    size_t end = begin;
    while (end < items.size() && items[end].shard == items[begin].shard) ++end;
    std::vector<size_t> order(end - begin);
    std::iota(order.begin(), order.end(), begin);
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return items[a].name < items[b].name; });
    for (const size_t i : order) sorted.push_back(std::move(items[i]));
    begin = end;
  }
  return sorted;
}

}  // namespace

Result<std::vector<RestoreTarget>> targets_of_requests(std::span<const TensorRequest> requests) {
  std::vector<RestoreTarget> targets;
  for (const TensorRequest& request : requests) {
    RestoreTarget target;
    target.name = std::to_string(targets.size());
    target.source_name = request.key;
    target.dtype = request.dtype;
    HOLDALL_ASSIGN(auto slice, parse_slice_spec(request.slice));
    if (slice) {
      target.box = std::move(slice->box);
      target.whole_shape = std::move(slice->whole);
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

Result<std::vector<Tensor>> read_tensors(const std::string& path,
                                         std::span<const TensorRequest> requests) {
  std::vector<Tensor> tensors;
  if (requests.empty()) return tensors;
  HOLDALL_ASSIGN(const auto targets, targets_of_requests(requests));
  HOLDALL_ASSIGN(Checkpoint checkpoint, Checkpoint::open(path, {nullptr, NameView::kRaw}));
  RestoreOptions options;
  options.policies.unexpected = UnexpectedPolicy::kSkip;
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint.catalog(), targets, options));
  if (!plan.problems.empty())
    return restore_error(plan, targets, checkpoint.catalog(), Wrapping::kNone);
  holdall::Session values;
  auto report = execute_one({std::move(plan), std::move(checkpoint)}, values, {});
  if (!report.ok()) return std::move(report).error();
  for (const RestoreTarget& target : targets) {
    auto value = values.find(target.name);
    if (!value) return not_found("Key {} not found in checkpoint", target.source_name);
    tensors.push_back(*std::move(value));
  }
  return tensors;
}

Result<SavePlan> plan_tensors(const std::string& path, std::vector<SaveItem> items,
                              SaverVersion version, uint32_t shard_count) {
  SaveOptions options;
  options.format = version == SaverVersion::kV1 ? "tf_v1" : "tf_bundle";
  if (version == SaverVersion::kV1) items = in_old_order(std::move(items));
  options.storage = make_local_storage();
  options.update_state = false;
  options.alignment = 1;  // byte for byte what TensorFlow's own Saver writes
  options.shard_count = shard_count;
  return plan_save(path, std::move(items), options);
}

Status write_tensors(const std::string& path, std::vector<SaveItem> items, SaverVersion version,
                     uint32_t shard_count) {
  HOLDALL_ASSIGN(const SavePlan plan, plan_tensors(path, std::move(items), version, shard_count));
  auto saved = execute(plan);
  if (!saved.ok()) return std::move(saved).error();
  return {};
}

Status merge_checkpoints(std::span<const std::string> prefixes, const std::string& path,
                         bool removes_old) {
  std::vector<SaveItem> items;
  for (size_t i = 0; i < prefixes.size(); ++i) {
    HOLDALL_ASSIGN(const Checkpoint part, Checkpoint::open(prefixes[i], {nullptr, NameView::kRaw}));
    HOLDALL_ASSIGN(auto moved, pieces_of(part, static_cast<uint32_t>(i)));
    for (MovedPiece& each : moved) items.push_back(std::move(each.item));
  }
  HOLDALL_TRY(write_tensors(path, std::move(items), SaverVersion::kV2,
                            static_cast<uint32_t>(prefixes.size())));
  if (!removes_old) return {};
  const auto storage = make_local_storage();
  for (const std::string& prefix : prefixes) {
    remove_checkpoint_files(*storage, prefix, "meta", SaverVersion::kV2);
    std::error_code not_empty;
    std::filesystem::remove(directory_of(prefix), not_empty);
  }
  return {};
}

}  // namespace holdall::tf1
