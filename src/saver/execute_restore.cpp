// Staging and publishing: every tensor of every plan is read and verified into new buffers, then
// all values change in one step.
#include <algorithm>
#include <cstring>

#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "holdall/restore.h"
#include "holdall/session.h"
#include "saver/checkpoint_access.h"
#include "saver/restore_execution.h"
#include "session/session_access.h"
#include "tensor/box_copy.h"
#include "tensor/cast.h"
#include "tensor/reserve_pages.h"
#include "tensor/tensor_factory.h"

namespace holdall {
namespace {

using Values = std::vector<SessionTable::SharedRow>;

// The item as a request, unless the tensor is another than was planned; one that is another may
// not even have the elements of the item's box.
std::optional<TensorRequest> make_request(const RestoreItem& item, const TensorInfo* info) {
  if (info == nullptr || info->problem != nullptr || info->dtype != item.stored_dtype ||
      info->shape != item.stored_shape)
    return {};
  if (!item.box) return TensorRequest{info, {}};
  auto box = resolve_box(*item.box, info->shape);
  if (!box.ok()) return {};
  return TensorRequest{info, *std::move(box)};
}

// The plan's items as requests, if the checkpoint is the one that was planned.
Result<std::vector<TensorRequest>> make_requests(const RestorePlan& plan, const Catalog& catalog) {
  std::vector<TensorRequest> requests;
  reserve_pages(requests, plan.items.size());
  // Most plans want the tensors in the catalog's order.
  size_t next = 0;
  for (const RestoreItem& item : plan.items) {
    const bool is_next = next < catalog.count() && catalog.name(next) == item.source_name;
    const TensorInfo* const info = is_next ? &catalog[next] : catalog.find(item.source_name);
    if (info != nullptr) next = catalog.index_of(*info).value_or(next) + 1;
    auto request = make_request(item, info);
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

// `part` over the leading corner of `value`.
Result<Tensor> lay_over(const Tensor& value, const Tensor& part, Arena& arena) {
  if (value.dtype() != part.dtype() || dtype_size_bytes(value.dtype()) == 0) {
    return invalid_argument("its value is {}, so {} cannot be laid over a corner of it",
                            dtype_name(value.dtype()), dtype_name(part.dtype()));
  }
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(value.size_bytes(), &arena));
  if (value.size_bytes() > 0)
    std::memcpy(buffer->fill().data(), value.bytes().data(), value.size_bytes());
  copy_shared(part.bytes(), whole_box(part.shape()), buffer->fill(), whole_box(value.shape()),
              dtype_size_bytes(value.dtype()));
  return TensorFactory::make(value.dtype(), value.shape(), std::move(buffer));
}

// What becomes of a tensor on its way from the checkpoint into its variable.
Result<Tensor> make_value(const RestoreItem& item, Tensor tensor, const Snapshot& before,
                          Arena& arena) {
  HOLDALL_ASSIGN(tensor, cast(tensor, item.dtype, &arena));
  if (!item.is_overlap) return tensor;
  const auto value = before.find(item.name);
  if (!value || value->shape() != item.shape) {
    return invalid_argument("it has no value of shape {} to lay a corner over",
                            item.shape.to_string());
  }
  return lay_over(*value, tensor, arena);
}

Existing to_existing(RestorePlan::Existing existing) {
  switch (existing) {
    case RestorePlan::Existing::kNothing: return Existing::kRefuse;
    case RestorePlan::Existing::kScope: return Existing::kReplaceScope;
    case RestorePlan::Existing::kValues: break;
  }
  return Existing::kReplace;
}

// The change, of which there are no values yet.
template <class Value>
ChangeOf<Value> change_of(const RestorePlan& plan) {
  ChangeOf<Value> change{{}, to_existing(plan.existing), plan.scope, plan.checkpoint_path};
  reserve_pages(change.values, plan.items.size() + plan.initialized.size());
  return change;
}

ChangeOfNames names_of(const RestorePlan& plan) {
  auto change = change_of<std::string_view>(plan);
  for (const RestoreItem& item : plan.items) change.values.push_back(item.name);
  for (const UntouchedVariable& each : plan.initialized) change.values.push_back(each.name);
  return change;
}

Status check_names(std::span<const PlannedRestore> restores, const Session& session) {
  std::vector<ChangeOfNames> changes;
  for (const PlannedRestore& restore : restores) changes.push_back(names_of(restore.plan));
  return SessionAccess::check(session, changes);
}

// The values that one checkpoint's tensors give, in the order of its plan.
Status make_values(const RestorePlan& plan, std::vector<Tensor> tensors, const Snapshot& before,
                   Arena& arena, Values& values) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    auto value = make_value(plan.items[i], std::move(tensors[i]), before, arena);
    if (!value.ok()) return std::move(value).error().in_tensor(plan.items[i].name);
    values.push_back(
        std::make_shared<const SessionTable::Row>(plan.items[i].name, *std::move(value)));
  }
  for (const UntouchedVariable& each : plan.initialized) {
    auto value = each.initializer();
    if (!value.ok()) return std::move(value).error().in_tensor(each.name);
    values.push_back(std::make_shared<const SessionTable::Row>(each.name, *std::move(value)));
  }
  return {};
}

// Everything that the plans want of their checkpoints.
Result<std::vector<ReadTensors>> read_all(std::span<const PlannedRestore> restores, Arena& arena,
                                          ReadOptions options) {
  options.verify_parts = options.verify_parts.value_or(true);
  std::vector<std::vector<TensorRequest>> requests(restores.size());
  HOLDALL_TRY(run_short_in_parallel(restores.size(), options.threads, [&](size_t i) -> Status {
    const PlannedRestore& restore = restores[i];
    auto made = make_requests(restore.plan, restore.checkpoint.catalog());
    if (!made.ok()) return std::move(made).error().in_scope(restore.plan.scope);
    requests[i] = *std::move(made);
    return {};
  }));
  std::vector<CheckpointAccess::Wanted> wanted;
  for (size_t i = 0; i < restores.size(); ++i)
    wanted.push_back({restores[i].checkpoint, requests[i], &arena});
  size_t failed = restores.size();
  auto read = CheckpointAccess::read(wanted, options, failed);
  if (!read.ok() && failed < restores.size())
    return std::move(read).error().in_scope(restores[failed].plan.scope);
  return read;
}

std::string backing_reason(const TransferReport& moved, size_t count) {
  if (!moved.io_reason.starts_with("mapped") || moved.mapped_count == count) return moved.io_reason;
  return moved.io_reason +
         "; but not everything in the file lies as it is used: its alignment, byte order, dtype or "
         "layout differ";
}

RestoreReport make_report(PlannedRestore restore, TransferReport moved, const Values& values) {
  // What a cast or a corner has copied is mapped no more.
  moved.mapped_count =
      static_cast<uint64_t>(std::count_if(values.begin(), values.end(), [](const auto& each) {
        return each->second.backing() == Backing::kMapped;
      }));
  RestorePlan& plan = restore.plan;
  RestoreReport report;
  report.notes = restore.checkpoint.notes();
  report.checkpoint_path = std::move(plan.checkpoint_path);
  report.scope = std::move(plan.scope);
  report.files = std::move(plan.files);
  report.kept = std::move(plan.kept);
  report.initialized = std::move(plan.initialized);
  report.skipped = std::move(plan.skipped);
  report.unmatched_rules = std::move(plan.unmatched_rules);
  report.bytes_read = moved.bytes_read;
  report.bytes_verified = moved.bytes_verified;
  report.mapped_count = moved.mapped_count;
  report.backing_reason = backing_reason(moved, plan.items.size());
  report.restored = std::move(plan.items);
  report.seconds = moved.seconds;
  return report;
}

// One error is told as it is; of several, all.
Status check_plans(std::span<const PlannedRestore> restores) {
  std::vector<Error> errors;
  for (const PlannedRestore& restore : restores) {
    if (auto status = restore.plan.check(); !status.ok())
      errors.push_back(std::move(status).error());
  }
  if (errors.empty()) return {};
  if (errors.size() == 1) return std::move(errors.front());
  Error all =
      make_error(errors.front().code, errors.front().reason,
                 "{} of {} checkpoints cannot be restored:", errors.size(), restores.size());
  for (const Error& error : errors) all.message += '\n' + error.to_string();
  return all;
}

}  // namespace

Result<std::vector<RestoreReport>> execute_all(std::vector<PlannedRestore> restores,
                                               Session& session, const ReadOptions& options) {
  return guarded([&]() -> Result<std::vector<RestoreReport>> {
    HOLDALL_TRY(check_plans(restores));
    HOLDALL_TRY(check_names(restores, session));
    const Snapshot before = session.snapshot();
    Arena& arena = SessionAccess::arena(session);
    HOLDALL_ASSIGN(auto read, read_all(restores, arena, options));
    std::vector<RestoreReport> reports(restores.size());
    std::vector<Change> changes(restores.size());
    // Initializers are the caller's, who did not say that they may run in any thread.
    const bool is_ours = std::ranges::all_of(
        restores, [](const PlannedRestore& each) { return each.plan.initialized.empty(); });
    const unsigned threads = is_ours ? options.threads : 1;
    HOLDALL_TRY(run_short_in_parallel(restores.size(), threads, [&](size_t i) -> Status {
      RestorePlan& plan = restores[i].plan;
      changes[i] = change_of<Values::value_type>(plan);
      auto status = make_values(plan, std::move(read[i].tensors), before, arena, changes[i].values);
      if (!status.ok()) return std::move(status).error().in_scope(plan.scope);
      reports[i] = make_report(std::move(restores[i]), read[i].report, changes[i].values);
      return {};
    }));
    HOLDALL_TRY(SessionAccess::publish(session, std::move(changes)));
    return reports;
  });
}

Result<RestoreReport> execute_one(PlannedRestore restore, Session& session,
                                  const ReadOptions& options) {
  return guarded([&]() -> Result<RestoreReport> {
    // A list of initial values would be copied.
    std::vector<PlannedRestore> restores;
    restores.push_back(std::move(restore));
    HOLDALL_ASSIGN(auto reports, execute_all(std::move(restores), session, options));
    return std::move(reports.front());
  });
}

Result<std::vector<RestoreReport>> execute(std::span<const PlannedRestore> restores,
                                           Session& session, const ReadOptions& options) {
  return guarded([&] { return execute_all({restores.begin(), restores.end()}, session, options); });
}

Result<RestoreReport> execute(const RestorePlan& plan, const Checkpoint& checkpoint,
                              Session& session, const ReadOptions& options) {
  return guarded([&] { return execute_one({plan, checkpoint}, session, options); });
}

}  // namespace holdall
