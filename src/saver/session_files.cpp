// The one-call forms of Session that touch files: each is a plan and its execution.
#include <algorithm>
#include <functional>
#include <optional>

#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/names.h"
#include "holdall/saver.h"
#include "holdall/session.h"
#include "saver/checkpoint_access.h"
#include "saver/pinned_files.h"
#include "saver/restore_execution.h"
#include "saver/save_plan_layout.h"
#include "saver/session_saving.h"
#include "session/session_access.h"

namespace holdall {

namespace {

// A scope may be written with the slash that ends it.
std::string scope_of(const LoadOptions& options) {
  std::string scope = options.scope;
  if (scope.ends_with('/')) scope.pop_back();
  return scope;
}

RestoreOptions restore_options(const LoadOptions& options) {
  return {scope_of(options),  options.select,   options.rules,  options.skip_roles,
          options.prefer_ema, options.policies, options.replace};
}

OpenOptions open_options(const LoadOptions& options) {
  return {options.storage, options.names, options.limits, options.is_confined};
}

Result<PlannedRestore> plan_load(const LoadSource& source) {
  const RestoreOptions options = restore_options(source.options);
  HOLDALL_TRY(check_scope(options.scope));
  auto checkpoint = CheckpointAccess::open_by_variables(source.path, open_options(source.options));
  if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(options.scope);
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint->catalog_with_roles(), options));
  return PlannedRestore{std::move(plan), *std::move(checkpoint)};
}

Result<PlannedRestore> plan_variables(const Session& session, const LoadSource& source) {
  const std::string scope = scope_of(source.options);
  const std::vector<RestoreTarget> targets = targets_of(session.snapshot(), scope);
  if (targets.empty())
    return not_found("it holds no variables to restore; load() makes them").in_scope(scope);
  auto checkpoint = CheckpointAccess::open_by_variables(source.path, open_options(source.options));
  if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(scope);
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint->catalog_with_roles(), targets,
                                                restore_options(source.options)));
  return PlannedRestore{std::move(plan), *std::move(checkpoint)};
}

// All errors in one, and the code of the first.
Error join_errors(const std::vector<Error>& errors, size_t source_count) {
  if (errors.size() == 1) return errors.front();
  Error all = make_error(errors.front().code, errors.front().reason,
                         "{} of {} checkpoints cannot be loaded:", errors.size(), source_count);
  for (const Error& error : errors) all.message += '\n' + error.to_string();
  return all;
}

using Plan = std::function<Result<PlannedRestore>(const LoadSource& source)>;

// Opening is mostly waiting for the system, and several do that together.
Result<std::vector<PlannedRestore>> plan_each(std::span<const LoadSource> sources, unsigned threads,
                                              const Plan& plan) {
  std::vector<std::optional<Result<PlannedRestore>>> results(sources.size());
  HOLDALL_TRY(run_in_parallel(sources.size(), threads, [&](size_t i) -> Status {
    results[i] = plan(sources[i]);
    return {};
  }));
  std::vector<PlannedRestore> planned;
  std::vector<Error> errors;
  for (auto& each : results) {
    if (each->ok()) {
      planned.push_back(**std::move(each));
    } else {
      errors.push_back((*std::move(each)).error());
    }
  }
  if (!errors.empty()) return join_errors(errors, sources.size());
  return planned;
}

// The variables under the names that they will have in the checkpoint.
Result<std::vector<SaveItem>> name_items(const ScopeView& view, const SaveOptions& options) {
  const std::vector<std::string> names = view.names();
  std::vector<std::string> given;
  for (const std::string& name : names)
    given.push_back(options.inside_scope ? name : join_scope(view.name(), name));
  const std::vector<std::string_view> views(given.begin(), given.end());
  const RenameReport renamed = options.rules.apply_all(views);
  HOLDALL_TRY(options.rules.check(renamed));
  std::vector<SaveItem> items;
  for (size_t i = 0; i < names.size(); ++i) {
    if (const auto& name = renamed.names[i].name)
      items.push_back({*name, *view.find(names[i]), {}, {}, 0});
  }
  std::sort(items.begin(), items.end(),
            [](const SaveItem& a, const SaveItem& b) { return a.name < b.name; });
  return items;
}

// From the top again where a checkpoint was saved anew meanwhile.
template <class Body>
auto guarded_while_changing(const Body& body) {
  return retry_if_changed([&] { return guarded(body); });
}

Result<std::vector<RestoreReport>> plan_and_execute(Session& session,
                                                    std::span<const LoadSource> sources,
                                                    const Plan& plan) {
  return guarded_while_changing([&]() -> Result<std::vector<RestoreReport>> {
    if (sources.empty()) return std::vector<RestoreReport>();
    const ReadOptions& read = sources.front().options.read;
    HOLDALL_ASSIGN(auto planned, plan_each(sources, read.threads, plan));
    return execute_all(std::move(planned), session, read);
  });
}

}  // namespace

Result<RestoreReport> Session::load(std::string_view path, const LoadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    const LoadSource source{std::string(path), options};
    HOLDALL_ASSIGN(auto reports, load_all({&source, 1}));
    return std::move(reports.front());
  });
}

Result<std::vector<RestoreReport>> Session::load_all(std::span<const LoadSource> sources) {
  return plan_and_execute(*this, sources, plan_load);
}

Result<RestoreReport> Session::restore(std::string_view path, const LoadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    const LoadSource source{std::string(path), options};
    HOLDALL_ASSIGN(auto reports, restore_all({&source, 1}));
    return std::move(reports.front());
  });
}

Result<std::vector<RestoreReport>> Session::restore_all(std::span<const LoadSource> sources) {
  return plan_and_execute(
      *this, sources, [this](const LoadSource& source) { return plan_variables(*this, source); });
}

Result<SavePlan> plan_session_save(const Session& session, std::string_view path,
                                   const SaveOptions& options) {
  const ScopeView view = session.scope(options.scope);
  if (view.count() == 0) {
    return not_found("there is nothing to save: no variable is {}",
                     options.scope.empty() ? "loaded" : "in scope " + quote(options.scope));
  }
  HOLDALL_ASSIGN(auto items, name_items(view, options));
  if (items.empty()) return not_found("there is nothing to save: the rules leave out everything");
  spread_over_shards(items, options.shard_count);
  return plan_save(path, std::move(items), options);
}

Result<SaveReport> Session::save(std::string_view path, const SaveOptions& options) const {
  return guarded([&]() -> Result<SaveReport> {
    HOLDALL_ASSIGN(const SavePlan plan, plan_session_save(*this, path, options));
    return execute(plan);
  });
}

}  // namespace holdall
