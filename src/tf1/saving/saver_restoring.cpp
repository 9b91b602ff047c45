// Saver.restore: values for variables, all or none.
#include <algorithm>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/tf1_files.h"
#include "saver/pinned_files.h"
#include "saver/restore_execution.h"
#include "tf1/files/restore_errors.h"
#include "tf1/files/slice_spec.h"
#include "tf1/saving/saver_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// An index that ends early is lost data; only a data file that does is out of range.
Error of_index(Error error) {
  if (error.reason == reason::kCutShort) error.reason = reason::kNone;
  return error;
}

Result<PlannedRestore> plan_from(const std::string& prefix, std::span<const RestoreTarget> targets,
                                 NameView names) {
  auto checkpoint = Checkpoint::open(prefix, {nullptr, names});
  if (!checkpoint.ok()) return of_index(std::move(checkpoint).error());
  RestoreOptions options;
  options.policies.unexpected = UnexpectedPolicy::kSkip;
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint->catalog(), targets, options));
  return PlannedRestore{std::move(plan), *std::move(checkpoint)};
}

// TensorFlow's words, and what the path is.
Error not_a_checkpoint(const std::string& path) {
  Error error = value_error("The passed save_path is not a valid checkpoint: {}", path);
  if (path.empty()) return error;
  const auto opened = Checkpoint::open(path);
  error.message += opened.ok()
                       ? message("\nHint: the path that stands for it is {}", quote(opened->path()))
                       : "\nHint: " + opened.error().message;
  return error;
}

bool lacks_names(const RestorePlan& plan) {
  return std::any_of(plan.problems.begin(), plan.problems.end(),
                     [](const RestoreProblem& each) { return each.error.code == Code::kNotFound; });
}

// What each variable wants, under the variable's name.
Result<std::vector<RestoreTarget>> targets_of_variables(const SaverParts& parts) {
  std::vector<TensorRequest> requests;
  for (const RestoredPart& part : parts.restored) requests.push_back(part.request);
  HOLDALL_ASSIGN(auto targets, targets_of_requests(requests));
  for (size_t i = 0; i < targets.size(); ++i) {
    const Node& variable = *parts.restored[i].variable;
    const auto* shape = variable.find_attr<StaticShape>("shape");
    targets[i].name = variable.name;
    if (shape != nullptr) targets[i].shape = shape->full();
  }
  return targets;
}

// The plan by the names in the file, or, of an object-based checkpoint, by the variables' own.
struct Found {
  PlannedRestore planned;
  std::vector<std::string> warnings;
};

Result<Found> find_values(const std::string& prefix, std::span<const RestoreTarget> targets) {
  HOLDALL_ASSIGN(PlannedRestore planned, plan_from(prefix, targets, NameView::kRaw));
  std::vector<std::string> warnings;
  if (lacks_names(planned.plan) && planned.checkpoint.is_object_based()) {
    HOLDALL_ASSIGN(planned, plan_from(prefix, targets, NameView::kVariable));
    if (lacks_names(planned.plan)) return object_based_error(planned, targets);
    warnings.emplace_back(kObjectBasedWarning);
  }
  if (!planned.plan.problems.empty())
    return restore_error(planned.plan, targets, planned.checkpoint.catalog());
  return Found{std::move(planned), std::move(warnings)};
}

}  // namespace

Status Saver::Rep::restore_by_assigning(const SaverParts& parts, Session& session,
                                        const std::string& path) {
  HOLDALL_ASSIGN(const auto targets, targets_of_variables(parts));
  HOLDALL_ASSIGN(Found found, find_values(path, targets));
  auto report = execute_one(std::move(found.planned), session.values(), {});
  if (!report.ok()) return std::move(report).error();
  const std::lock_guard lock(mutex);
  warnings = std::move(found.warnings);
  return {};
}

// The values go where the nodes that restore would have given them, and the graph does the rest.
Status Saver::Rep::restore_by_running(const SaverParts& parts, Session& session,
                                      const std::string& path) {
  std::vector<TensorRequest> requests;
  for (const RestoredPart& part : parts.restored) requests.push_back(part.request);
  HOLDALL_ASSIGN(const auto targets, targets_of_requests(requests));
  HOLDALL_ASSIGN(Found found, find_values(path, targets));
  holdall::Session values;
  auto report = execute_one(std::move(found.planned), values, {});
  if (!report.ok()) return std::move(report).error();
  std::vector<std::pair<Output, Tensor>> feeds;
  for (size_t i = 0; i < targets.size(); ++i) {
    auto value = values.find(targets[i].name);
    if (value) feeds.emplace_back(parts.restored[i].tensor, *std::move(value));
  }
  auto done = session.run({}, {&parts.restore, 1}, feeds);
  if (!done.ok()) {
    Error error = std::move(done).error();
    return error_class(error) == ErrorClass::kInvalidArgument
               ? mismatch_while_restoring(std::move(error))
               : error;
  }
  const std::lock_guard lock(mutex);
  warnings = std::move(found.warnings);
  return {};
}

Status Saver::restore(Session& session, std::string_view path) {
  const auto restore_once = [&]() -> Status {
    HOLDALL_TRY(rep_->status);
    if (rep_->is_empty()) return {};
    HOLDALL_ASSIGN(const auto parts, rep_->parts_in(session));
    const std::string prefix(path);
    if (!checkpoint_exists(prefix)) return not_a_checkpoint(prefix);
    return parts->only_assigns ? rep_->restore_by_assigning(*parts, session, prefix)
                               : rep_->restore_by_running(*parts, session, prefix);
  };
  return retry_if_changed([&] { return guarded(restore_once); });
}

}  // namespace holdall::tf1
