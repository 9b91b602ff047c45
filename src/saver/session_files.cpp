// The one-call forms of Session that touch files: each is a plan and its execution.
#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/checkpoint.h"
#include "holdall/names.h"
#include "holdall/saver.h"
#include "holdall/session.h"
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

Result<PlannedRestore> plan_load(const LoadSource& source) {
  const RestoreOptions options = restore_options(source.options);
  HOLDALL_TRY(check_scope(options.scope));
  auto checkpoint = Checkpoint::open(source.path, {source.options.storage, source.options.names});
  if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(options.scope);
  HOLDALL_ASSIGN(RestorePlan plan, plan_restore(checkpoint->catalog(), options));
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

}  // namespace

Result<RestoreReport> Session::load(std::string_view path, const LoadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    const LoadSource source{std::string(path), options};
    HOLDALL_ASSIGN(auto reports, load_all({&source, 1}));
    return std::move(reports.front());
  });
}

Result<std::vector<RestoreReport>> Session::load_all(std::span<const LoadSource> sources) {
  return guarded([&]() -> Result<std::vector<RestoreReport>> {
    std::vector<PlannedRestore> planned;
    std::vector<Error> errors;
    for (const LoadSource& source : sources) {
      auto each = plan_load(source);
      if (each.ok()) {
        planned.push_back(*std::move(each));
      } else {
        errors.push_back(std::move(each).error());
      }
    }
    if (!errors.empty()) return join_errors(errors, sources.size());
    return execute(planned, *this, sources.empty() ? ReadOptions() : sources[0].options.read);
  });
}

Result<RestoreReport> Session::restore(std::string_view path, const LoadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    const std::string scope = scope_of(options);
    const std::vector<RestoreTarget> targets = targets_of(snapshot(), scope);
    if (targets.empty()) {
      return not_found("it holds no variables to restore; load() makes them").in_scope(scope);
    }
    auto checkpoint = Checkpoint::open(path, {options.storage, options.names});
    if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(scope);
    HOLDALL_ASSIGN(const RestorePlan plan,
                   plan_restore(checkpoint->catalog(), targets, restore_options(options)));
    return execute(plan, *checkpoint, *this, options.read);
  });
}

Result<SaveReport> Session::save(std::string_view path, const SaveOptions& options) const {
  return guarded([&]() -> Result<SaveReport> {
    const ScopeView view = scope(options.scope);
    if (view.count() == 0) {
      return not_found("there is nothing to save: no variable is {}",
                       options.scope.empty() ? "loaded" : "in scope " + quote(options.scope));
    }
    std::vector<SaveItem> items;
    for (const std::string& name : view.names()) {
      items.push_back({join_scope(view.name(), name), *view.find(name), {}, {}, 0});
    }
    HOLDALL_ASSIGN(const SavePlan plan, plan_save(path, std::move(items), options));
    return execute(plan);
  });
}

}  // namespace holdall
