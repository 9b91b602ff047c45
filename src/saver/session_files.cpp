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

Result<RestoreReport> Session::load(std::string_view path, const LoadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    std::string_view scope = options.scope;
    if (scope.ends_with('/')) scope.remove_suffix(1);
    HOLDALL_TRY(check_scope(scope));
    auto checkpoint = Checkpoint::open(path, {options.storage});
    if (!checkpoint.ok()) return std::move(checkpoint).error().in_scope(scope);
    HOLDALL_ASSIGN(const RestorePlan plan, plan_restore(checkpoint->catalog(), scope));
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
