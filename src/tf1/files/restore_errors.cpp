#include "tf1/files/restore_errors.h"

#include <algorithm>

#include "base/quote.h"
#include "formats/tf_common/tf_dtypes.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// What TensorFlow puts in front of the two classes of error that a graph which does not fit gives.
constexpr std::string_view kMissingWrapper =
    "Restoring from checkpoint failed. This is most likely due to a Variable name or other graph "
    "key "
    "that is missing from the checkpoint. Please ensure that you have not altered the graph "
    "expected "
    "based on the checkpoint. Original error:\n\n";
constexpr std::string_view kMismatchWrapper =
    "Restoring from checkpoint failed. This is most likely due to a mismatch between the current "
    "graph "
    "and the graph from the checkpoint. Please ensure that you have not altered the graph expected "
    "based on the checkpoint. Original error:\n\n";

// Enough to see the pattern; the rest is counted.
constexpr size_t kMaxListed = 20;

using Problems = std::vector<const RestoreProblem*>;

template <class Predicate>
Problems select(const RestorePlan& plan, Predicate predicate) {
  Problems problems;
  for (const RestoreProblem& problem : plan.problems) {
    if (predicate(problem.error)) problems.push_back(&problem);
  }
  return problems;
}

std::string list_others(const Problems& problems) {
  std::string text;
  for (size_t i = 1; i < std::min(problems.size(), kMaxListed + 1); ++i) {
    text += (i > 1 ? ", " : "") + printable(problems[i]->source_name);
  }
  if (problems.size() > kMaxListed + 1)
    text += message(" and {} more", problems.size() - kMaxListed - 1);
  return text;
}

Error missing_error(const RestorePlan& plan, const Problems& missing, const Catalog& catalog,
                    Wrapping wrapping) {
  std::string text(wrapping == Wrapping::kSaver ? kMissingWrapper : "");
  text += catalog.format() == "tf_v1"
              ? message("Tensor name \"{}\" not found in checkpoint files {}",
                        printable(missing.front()->source_name), printable(plan.checkpoint_path))
              : missing.front()->error.message;
  if (missing.size() > 1) text += "\nAlso missing: " + list_others(missing);
  text += "\nCheckpoint: " + printable(plan.checkpoint_path);
  if (!plan.advice.empty()) text += "\nHint: " + plan.advice;
  return Error{Code::kNotFound, reason::kNone, {}, std::move(text), 0};
}

// One line for each target whose problem has this reason.
template <class Line>
Error mismatch_error(const RestorePlan& plan, std::span<const RestoreTarget> targets,
                     const Catalog& catalog, std::string_view why, Line line, Wrapping wrapping) {
  std::string text(wrapping == Wrapping::kSaver ? kMismatchWrapper : "");
  size_t count = 0;
  for (const RestoreProblem* problem :
       select(plan, [&](const Error& e) { return e.reason == why; })) {
    const auto target =
        std::find_if(targets.begin(), targets.end(),
                     [&](const RestoreTarget& each) { return each.name == problem->name; });
    const TensorInfo* info = catalog.find(problem->source_name);
    if (target == targets.end() || info == nullptr) continue;
    if (count++ > 0) text += '\n';
    text += line(*target, *info);
  }
  return Error{Code::kInvalidArgument, why, {}, std::move(text), 0};
}

std::string dtype_line(const RestoreTarget& target, const TensorInfo& info) {
  return message("tensor_name = {}; expected dtype {} does not equal original dtype {}",
                 printable(target.source_name), tf_type_name(*target.dtype),
                 tf_type_name(info.dtype));
}

std::string shape_line(const RestoreTarget& target, const TensorInfo& info) {
  if (target.whole_shape) {
    return message(
        "tensor_name = {}; shape in shape_and_slice spec {} does not match the shape stored in "
        "checkpoint: {}",
        printable(target.source_name), target.whole_shape->to_string(), info.shape.to_string());
  }
  return message(
      "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {} (variable "
      "{})",
      target.shape->to_string(), info.shape.to_string(), printable(target.name));
}

std::string join_sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + printable(name);
  return text;
}

}  // namespace

Error object_based_error(const PlannedRestore& planned, std::span<const RestoreTarget> targets) {
  std::vector<std::string> missing;
  for (const RestoreProblem& problem : planned.plan.problems) {
    if (problem.error.code == Code::kNotFound) missing.push_back(problem.source_name);
  }
  std::vector<std::string> others;
  for (const SkippedTensor& skipped : planned.plan.skipped) others.push_back(skipped.source_name);
  Error error = not_found(
      "\n\nExisting variables not in the checkpoint: {}\n\nVariables names when this checkpoint "
      "was "
      "written which don't exist now: {}\n\n({} variable name(s) did match)\n\nCould not find some "
      "variables in the checkpoint (see names above). Saver was attempting to load an object-based "
      "checkpoint (saved using tf.train.Checkpoint or tf.keras.Model.save_weights) using variable "
      "names.",
      join_sorted(missing), join_sorted(others), targets.size() - missing.size());
  if (!planned.plan.advice.empty()) error.message += "\nHint: " + planned.plan.advice;
  return error;
}

Error mismatch_while_restoring(Error error) {
  error.message = std::string(kMismatchWrapper) + error.message;
  return error;
}

Error restore_error(const RestorePlan& plan, std::span<const RestoreTarget> targets,
                    const Catalog& catalog, Wrapping wrapping) {
  const Problems missing = select(plan, [](const Error& e) { return e.code == Code::kNotFound; });
  if (!missing.empty()) return missing_error(plan, missing, catalog, wrapping);
  for (const RestoreProblem& problem : plan.problems) {
    if (problem.error.reason == reason::kDTypeMismatch) {
      return mismatch_error(plan, targets, catalog, reason::kDTypeMismatch, &dtype_line, wrapping);
    }
  }
  const Error& first = plan.problems.front().error;
  if (first.reason == reason::kShapeMismatch) {
    return mismatch_error(plan, targets, catalog, reason::kShapeMismatch, &shape_line, wrapping);
  }
  return first;
}

}  // namespace holdall::tf1
