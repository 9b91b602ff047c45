// Which tensor goes into which variable, and what does not fit: decided from a catalog alone.
#include <algorithm>
#include <set>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/names.h"
#include "holdall/restore.h"
#include "saver/name_mapping.h"
#include "saver/restore_advice.h"
#include "tensor/box_copy.h"
#include "tensor/cast.h"
#include "tensor/reserve_pages.h"

namespace holdall {
namespace {

// Looking for names like a missing one takes time in proportion to the checkpoint.
constexpr size_t kMaxNearest = 20;

Error mismatch(std::string_view why, std::string_view what, const std::string& expected,
               const std::string& found) {
  return make_error(Code::kInvalidArgument, why, "the variable has {} {}, the checkpoint {}", what,
                    expected, found);
}

RestoreItem make_item(std::string name, const TensorInfo& info, Role role) {
  RestoreItem item;
  item.name = std::move(name);
  item.source_name = info.name;
  item.dtype = item.stored_dtype = info.dtype;
  item.shape = item.stored_shape = info.shape;
  item.size_bytes = info.size_bytes;
  if (!info.pieces.empty()) item.file_index = info.pieces.front().extent.file_index;
  item.role = role;
  return item;
}

Status fit_dtype(const RestoreTarget& target, DTypePolicy policy, RestoreItem& item) {
  if (!target.dtype || *target.dtype == item.dtype) return {};
  Error error = mismatch(reason::kDTypeMismatch, "dtype", std::string(dtype_name(*target.dtype)),
                         std::string(dtype_name(item.dtype)));
  const CastKind kind = cast_kind(item.dtype, *target.dtype);
  if (kind == CastKind::kNone || policy == DTypePolicy::kError) return error;
  if (kind == CastKind::kLossy && policy == DTypePolicy::kCast) {
    error.message += "; that cast can lose digits: allow it with cast_lossy";
    return error;
  }
  item.dtype = *target.dtype;
  return {};
}

// The leading corner that both shapes have, if they are of one rank and it is not empty.
std::optional<Box> overlap_of(const Shape& a, const Shape& b) {
  if (a.rank() != b.rank()) return std::nullopt;
  Box box;
  for (size_t i = 0; i < a.rank(); ++i) {
    box.starts.push_back(0);
    box.lengths.push_back(std::min(a[i], b[i]));
    if (box.lengths.back() <= 0) return std::nullopt;
  }
  return box;
}

bool is_transposed(const Shape& a, const Shape& b) {
  if (a.rank() != b.rank() || a.rank() < 2) return false;
  for (size_t i = 0; i < a.rank(); ++i) {
    if (a[i] != b[b.rank() - 1 - i]) return false;
  }
  return true;
}

enum class Fit { kFits, kKeep };

Result<Fit> fit_shape(const RestoreTarget& target, ShapePolicy policy, RestoreItem& item) {
  if (target.whole_shape && *target.whole_shape != item.stored_shape) {
    return mismatch(reason::kShapeMismatch, "whole shape", target.whole_shape->to_string(),
                    item.stored_shape.to_string());
  }
  if (target.box) {
    HOLDALL_ASSIGN(item.box, resolve_box(*target.box, item.stored_shape));
    item.shape = Shape(item.box->lengths);
  }
  if (!target.shape || *target.shape == item.shape) return Fit::kFits;
  if (policy == ShapePolicy::kKeep) return Fit::kKeep;
  const auto overlap = target.box ? std::nullopt : overlap_of(*target.shape, item.shape);
  Error error =
      mismatch(reason::kShapeMismatch, "shape", target.shape->to_string(), item.shape.to_string());
  if (is_transposed(*target.shape, item.shape)) {
    error.message += "; the axes stand in the opposite order, as other libraries lay them out";
  }
  if (!overlap) {
    if (!target.box)
      error.message += "; no corner would fit; 'keep' for shapes leaves the variable its value";
    return error;
  }
  if (policy == ShapePolicy::kError) {
    error.message +=
        message("; a corner of {} would fit with overlap", Shape(overlap->lengths).to_string());
    return error;
  }
  item.box = overlap;
  item.shape = *target.shape;
  item.is_overlap = true;
  return Fit::kFits;
}

class Planning {
 public:
  Planning(const Catalog& catalog, const RestoreOptions& options)
      : catalog_(catalog), options_(options), used_(catalog.count()) {
    plan_.checkpoint_path = catalog.path();
    plan_.scope = options.scope;
    plan_.files = catalog.files();
  }

  // A variable for every tensor that is taken.
  Result<RestorePlan> plan_all() {
    HOLDALL_ASSIGN(mapping_, map_names(catalog_, options_));
    take_mapping_notes();
    plan_.existing =
        options_.replace ? RestorePlan::Existing::kScope : RestorePlan::Existing::kNothing;
    reserve_pages(plan_.items, mapping_.taken.size());
    for (MappedTensor& tensor : mapping_.taken) {
      // Nothing is asked of it but that it is there.
      static const RestoreTarget anything;
      add_fitting(std::move(tensor.name), anything, *tensor.info, tensor.role);
    }
    return std::move(plan_);
  }

  Result<RestorePlan> plan_targets(std::span<const RestoreTarget> targets) {
    const bool is_by_name = std::any_of(targets.begin(), targets.end(),
                                        [](const auto& each) { return each.source_name.empty(); });
    HOLDALL_ASSIGN(mapping_, map_names(catalog_, options_));
    if (is_by_name) take_mapping_notes();
    for (const RestoreTarget& target : targets) add_target(target);
    add_unexpected();
    const bool is_no_use = !plan_.problems.empty() || plan_.items.empty();
    if (!missing_.empty() && is_no_use) advise(targets, is_by_name);
    return std::move(plan_);
  }

 private:
  void take_mapping_notes() {
    plan_.skipped = std::move(mapping_.skipped);
    plan_.unmatched_rules = std::move(mapping_.unmatched_rules);
  }

  void add_target(const RestoreTarget& target) {
    if (target.source_name.empty()) {
      const MappedTensor* tensor = mapping_.find(target.name);
      if (tensor == nullptr) return add_missing(target, target.name);
      return add_fitting(target.name, target, *tensor->info, tensor->role);
    }
    const TensorInfo* info = catalog_.find(target.source_name);
    if (info == nullptr) return add_missing(target, target.source_name);
    const auto number = catalog_.index_of(*info);
    add_fitting(target.name, target, *info, number ? mapping_.roles[*number] : Role::kWeight);
  }

  void add_missing(const RestoreTarget& target, const std::string& wanted) {
    std::vector<std::string> nearest;
    if (missing_.size() < kMaxNearest) nearest = nearest_to(wanted);
    missing_.push_back(wanted);
    if (options_.policies.missing == MissingPolicy::kKeep) {
      plan_.kept.push_back({target.name, "missing", std::move(nearest), {}});
    } else if (options_.policies.missing == MissingPolicy::kInit && target.initializer) {
      plan_.initialized.push_back({target.name, "missing", std::move(nearest), target.initializer});
    } else {
      Error error = not_found("Key {} not found in checkpoint", printable(wanted));
      if (options_.policies.missing == MissingPolicy::kInit)
        error.message += ", and the variable has no initializer";
      plan_.problems.push_back(
          {target.name, wanted, std::move(error).in_tensor(wanted), std::move(nearest)});
    }
  }

  void add_fitting(std::string name, const RestoreTarget& target, const TensorInfo& info,
                   Role role) {
    // Without memory for the tensor there is none of that number, but one with a problem.
    if (const auto number = catalog_.index_of(info)) used_[*number] = true;
    RestoreItem item = make_item(std::move(name), info, role);
    auto fit = [&]() -> Result<Fit> {
      if (info.problem != nullptr) return *info.problem;
      HOLDALL_TRY(fit_dtype(target, options_.policies.dtype, item));
      return fit_shape(target, options_.policies.shape, item);
    }();
    if (!fit.ok()) {
      plan_.problems.push_back(
          {std::move(item.name), info.name, std::move(fit).error().in_tensor(info.name), {}});
    } else if (*fit == Fit::kKeep) {
      plan_.kept.push_back({std::move(item.name), std::string(reason::kShapeMismatch), {}, {}});
    } else {
      plan_.items.push_back(std::move(item));
    }
  }

  void add_unexpected() {
    for (const MappedTensor& tensor : mapping_.taken) {
      const auto number = catalog_.index_of(*tensor.info);
      if (!number || used_[*number]) continue;
      if (options_.policies.unexpected == UnexpectedPolicy::kSkip) {
        plan_.skipped.push_back({tensor.info->name, tensor.role, SkipReason::kUnexpected});
        continue;
      }
      Error error = make_error(Code::kInvalidArgument, reason::kUnexpected, "no variable wants it");
      if (tensor.name != tensor.info->name)
        error.message = message("no variable is called {}", quote(tensor.name));
      plan_.problems.push_back(
          {tensor.name, tensor.info->name, std::move(error).in_tensor(tensor.info->name), {}});
    }
  }

  std::vector<std::string> nearest_to(const std::string& wanted) {
    if (candidates_.empty()) {
      for (const TensorInfo& info : catalog_) candidates_.push_back(info.name);
    }
    return nearest_names(wanted, candidates_);
  }

  void advise(std::span<const RestoreTarget> targets, bool is_by_name) {
    std::vector<std::string_view> wanted;
    for (const RestoreTarget& target : targets)
      wanted.push_back(target.source_name.empty() ? target.name : target.source_name);
    RuleAdvice by_rules;
    if (is_by_name) by_rules = advise_rules(catalog_, options_.scope, wanted);
    plan_.advice = by_rules.text.empty() ? advise_without_rules() : by_rules.text;
    if (by_rules.is_for_all) return;
    const std::vector<std::string_view> missing(missing_.begin(), missing_.end());
    const std::string roles = describe_missing_roles(wanted, missing);
    if (!roles.empty()) plan_.advice = roles + (plan_.advice.empty() ? "" : "; ") + plan_.advice;
  }

  std::string advise_without_rules() {
    std::string advice = advise_left_out();
    if (!advice.empty()) return advice;
    const std::vector<std::string_view> missing(missing_.begin(), missing_.end());
    std::vector<std::string_view> found;
    for (const RestoreItem& item : plan_.items) found.push_back(item.source_name);
    advice = advise_scope(catalog_, missing, found);
    if (!advice.empty()) return advice;
    return advise_nearest(missing_.front(), nearest_to(missing_.front()));
  }

  // A name that is there, but that the caller's own options leave out or change.
  std::string advise_left_out() const {
    const std::set<std::string_view> missing(missing_.begin(), missing_.end());
    const auto is_missing_one = [&](const std::string& source_name) {
      return missing.contains(join_scope(options_.scope, source_name));
    };
    for (const SkippedTensor& tensor : plan_.skipped) {
      if (!is_missing_one(tensor.source_name)) continue;
      return message("{} is in the checkpoint, but left out ({})", quote(tensor.source_name),
                     skip_reason_name(tensor.reason));
    }
    for (const MappedTensor& tensor : mapping_.taken) {
      if (!is_missing_one(tensor.info->name)) continue;
      return message("{} is in the checkpoint, but the rules make it {}", quote(tensor.info->name),
                     quote(tensor.name));
    }
    return "";
  }

  const Catalog& catalog_;
  const RestoreOptions& options_;
  std::vector<bool> used_;  // by number of the tensor in the catalog
  RestorePlan plan_;
  NameMapping mapping_;
  std::vector<std::string> missing_;
  std::vector<std::string_view> candidates_;
};

}  // namespace

Result<RestorePlan> plan_restore(const Catalog& catalog, const RestoreOptions& options) {
  return guarded([&] { return Planning(catalog, options).plan_all(); });
}

Result<RestorePlan> plan_restore(const Catalog& catalog, std::string_view scope) {
  return guarded([&] {
    RestoreOptions options;
    options.scope = scope;
    return plan_restore(catalog, options);
  });
}

Result<RestorePlan> plan_restore(const Catalog& catalog, std::span<const RestoreTarget> targets,
                                 const RestoreOptions& options) {
  return guarded([&]() -> Result<RestorePlan> {
    if (targets.empty()) return invalid_argument("no variables to restore");
    return Planning(catalog, options).plan_targets(targets);
  });
}

}  // namespace holdall
