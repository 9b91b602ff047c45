#include <algorithm>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/names.h"
#include "holdall/saver.h"
#include "saver/scope_advice.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

// Names that one message lists; the rest is counted.
constexpr size_t kMaxListed = 20;

Error mismatch(std::string_view why, std::string_view what, const std::string& expected,
               const std::string& found) {
  return make_error(Code::kInvalidArgument, why, "the variable has {} {}, the checkpoint {}", what,
                    expected, found);
}

Status check_target(const RestoreTarget& target, const TensorInfo& info) {
  if (info.problem != nullptr) return *info.problem;
  if (target.dtype && *target.dtype != info.dtype) {
    return mismatch(reason::kDTypeMismatch, "dtype", std::string(dtype_name(*target.dtype)),
                    std::string(dtype_name(info.dtype)));
  }
  if (target.whole_shape && *target.whole_shape != info.shape) {
    return mismatch(reason::kShapeMismatch, "whole shape", target.whole_shape->to_string(),
                    info.shape.to_string());
  }
  Shape stored = info.shape;
  if (target.box) {
    HOLDALL_ASSIGN(Box box, resolve_box(*target.box, info.shape));
    stored = Shape(std::move(box.lengths));
  }
  if (target.shape && *target.shape != stored) {
    return mismatch(reason::kShapeMismatch, "shape", target.shape->to_string(), stored.to_string());
  }
  return {};
}

RestoreItem make_item(const RestoreTarget& target, const TensorInfo& info) {
  RestoreItem item{target.name, target.source_name, info.dtype, info.shape, {}, info.size_bytes};
  if (target.box) {
    item.box = *resolve_box(*target.box, info.shape);
    item.shape = Shape(item.box->lengths);
  }
  return item;
}

bool is_missing(const RestoreProblem& problem) {
  return problem.error.code == Code::kNotFound;
}

// Nearest names are only looked for where no change of scope explains what is missing.
std::string advise(const Catalog& catalog, const RestorePlan& plan) {
  std::vector<std::string_view> missing;
  std::vector<std::string_view> found;
  for (const RestoreProblem& problem : plan.problems) {
    (is_missing(problem) ? missing : found).push_back(problem.source_name);
  }
  for (const RestoreItem& item : plan.items) found.push_back(item.source_name);
  if (missing.empty()) return "";
  std::string advice = advise_scope(catalog, missing, found);
  if (!advice.empty()) return advice;
  std::vector<std::string_view> candidates;
  for (const TensorInfo& info : catalog) candidates.push_back(info.name);
  for (const std::string& name : nearest_names(missing.front(), candidates)) {
    advice += (advice.empty() ? "the nearest names to " + quote(missing.front()) + " are " : ", ") +
              quote(name);
  }
  return advice;
}

Result<RestorePlan> plan_targets(const Catalog& catalog, std::span<const RestoreTarget> targets) {
  RestorePlan plan;
  plan.checkpoint_path = catalog.path();
  std::vector<std::string_view> used;
  for (const RestoreTarget& target : targets) {
    used.push_back(target.source_name);
    const TensorInfo* info = catalog.find(target.source_name);
    Status status = info != nullptr ? check_target(target, *info)
                                    : not_found("Key {} not found in checkpoint",
                                                printable(target.source_name));
    if (status.ok()) {
      plan.items.push_back(make_item(target, *info));
    } else {
      Error error = std::move(status).error().in_tensor(target.source_name);
      plan.problems.push_back({target.name, target.source_name, std::move(error)});
    }
  }
  std::sort(used.begin(), used.end());
  for (const TensorInfo& info : catalog) {
    if (!std::binary_search(used.begin(), used.end(), info.name)) plan.unused.push_back(info.name);
  }
  if (!plan.problems.empty()) plan.advice = advise(catalog, plan);
  return plan;
}

// "and 12 more" once enough is listed.
std::string list_problems(std::span<const RestoreProblem* const> problems) {
  std::string text;
  for (size_t i = 0; i < std::min(problems.size(), kMaxListed); ++i) {
    const RestoreProblem& problem = *problems[i];
    text += "\n  " + (is_missing(problem) ? std::string() : quote(problem.source_name) + ": ") +
            problem.error.message;
  }
  if (problems.size() > kMaxListed) {
    text += message("\n  and {} more", problems.size() - kMaxListed);
  }
  return text;
}

}  // namespace

uint64_t RestorePlan::size_bytes() const {
  uint64_t sum = 0;
  for (const RestoreItem& item : items)
    sum = checked_add(sum, item.size_bytes).value_or(UINT64_MAX);
  return sum;
}

Status RestorePlan::check() const {
  if (problems.empty() && items.empty()) {
    return not_found("the checkpoint has no tensors").in_file(checkpoint_path);
  }
  if (problems.empty()) return {};
  std::vector<const RestoreProblem*> sorted;
  for (const RestoreProblem& problem : problems) sorted.push_back(&problem);
  std::stable_partition(sorted.begin(), sorted.end(), [](const auto* p) { return is_missing(*p); });
  Error error = sorted.front()->error;
  if (problems.size() > 1) {
    error.place.tensor.clear();
    error.message = message("{} of {} variables cannot be restored:", problems.size(),
                            problems.size() + items.size()) +
                    list_problems(sorted);
  }
  if (!advice.empty()) error.message += (problems.size() > 1 ? "\n" : "; ") + advice;
  error.place.scope = scope;
  return std::move(error).in_file(checkpoint_path);
}

std::string RestorePlan::to_string() const {
  std::string text;
  for (const RestoreItem& item : items) {
    text += message("{} <- {} {} {}, {} bytes\n", printable(item.name), printable(item.source_name),
                    dtype_name(item.dtype), item.shape.to_string(), item.size_bytes);
  }
  for (const RestoreProblem& problem : problems) {
    text += message("{} <- {}: {}\n", printable(problem.name), printable(problem.source_name),
                    problem.error.message);
  }
  return text + message("{} of {} variables, {} bytes from {}\n", items.size(),
                        items.size() + problems.size(), size_bytes(), printable(checkpoint_path));
}

Result<RestorePlan> plan_restore(const Catalog& catalog, std::string_view scope) {
  return guarded([&]() -> Result<RestorePlan> {
    HOLDALL_TRY(check_scope(scope));
    std::vector<RestoreTarget> targets;
    for (const TensorInfo& info : catalog) {
      targets.push_back({join_scope(scope, info.name), info.name, {}, {}, {}, {}});
    }
    HOLDALL_ASSIGN(RestorePlan plan, plan_targets(catalog, targets));
    plan.scope = scope;
    plan.replaces_values = false;
    return plan;
  });
}

Result<RestorePlan> plan_restore(const Catalog& catalog, std::span<const RestoreTarget> targets) {
  return guarded([&]() -> Result<RestorePlan> {
    if (targets.empty()) return invalid_argument("no variables to restore");
    return plan_targets(catalog, targets);
  });
}

}  // namespace holdall
