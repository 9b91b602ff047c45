#include <chrono>

#include "base/guard.h"
#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/saver.h"
#include "holdall/session.h"
#include "holdall/text.h"
#include "saver/checkpoint_access.h"
#include "session/session_access.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

// The item as a request, unless the tensor is another than was planned; one that is another may
// not even have the elements of the item's box.
std::optional<TensorRequest> make_request(const RestoreItem& item, const TensorInfo* info) {
  if (info == nullptr || info->problem != nullptr || info->dtype != item.dtype) return {};
  if (!item.box)
    return info->shape == item.shape ? std::optional(TensorRequest{info, {}}) : std::nullopt;
  auto box = resolve_box(*item.box, info->shape);
  if (!box.ok() || box->lengths != item.shape.dims()) return {};
  return TensorRequest{info, *std::move(box)};
}

// The plan's items as requests, if the checkpoint is the one that was planned.
Result<std::vector<TensorRequest>> make_requests(const RestorePlan& plan, const Catalog& catalog) {
  std::vector<TensorRequest> requests;
  for (const RestoreItem& item : plan.items) {
    auto request = make_request(item, catalog.find(item.source_name));
    if (!request) {
      return make_error(Code::kIo, reason::kStalePlan,
                        "it is not what was planned: the checkpoint changed; plan again")
          .in_file(catalog.path())
          .in_tensor(item.source_name);
    }
    requests.push_back(*std::move(request));
  }
  return requests;
}

Status restore(const RestorePlan& plan, const Checkpoint& checkpoint, Session& session,
               const ReadOptions& options, RestoreReport& report) {
  HOLDALL_TRY(plan.check());
  const Existing existing = plan.replaces_values ? Existing::kReplace : Existing::kRefuse;
  if (existing == Existing::kRefuse) {
    HOLDALL_TRY(SessionAccess::check_scope_is_free(session, plan.scope, plan.checkpoint_path));
  }
  HOLDALL_ASSIGN(const auto requests, make_requests(plan, checkpoint.catalog()));
  TransferReport moved;
  HOLDALL_ASSIGN(auto tensors, CheckpointAccess::read(checkpoint, requests, options, moved));
  std::vector<std::pair<std::string, Tensor>> values;
  for (size_t i = 0; i < tensors.size(); ++i) {
    values.emplace_back(plan.items[i].name, std::move(tensors[i]));
  }
  HOLDALL_TRY(SessionAccess::publish(session, std::move(values), existing, plan.scope,
                                     plan.checkpoint_path));
  report.bytes_read = moved.bytes_read;
  report.bytes_verified = moved.bytes_verified;
  report.mapped_count = moved.mapped_count;
  return {};
}

}  // namespace

Result<RestoreReport> execute(const RestorePlan& plan, const Checkpoint& checkpoint,
                              Session& session, const ReadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    const auto start = std::chrono::steady_clock::now();
    RestoreReport report{plan.checkpoint_path, plan.scope, plan.items, plan.unused, 0, 0, 0, 0};
    if (auto status = restore(plan, checkpoint, session, options, report); !status.ok()) {
      return std::move(status).error().in_scope(plan.scope);
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

std::string RestoreReport::summary() const {
  const std::string how =
      mapped_count == 0 ? "copied"
      : mapped_count == restored.size()
          ? "mapped"
          : message("{} mapped, {} copied", mapped_count, restored.size() - mapped_count);
  return message("{}/{} restored into {} · {} verified · {} unused · {}", restored.size(),
                 restored.size(), scope.empty() ? "the session" : printable(scope) + "/",
                 size_text(bytes_verified), unused.size(), how);
}

}  // namespace holdall
