// Plans and reports of restores as text for people and as JSON (docs/json.md).
#include <algorithm>
#include <map>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "codec/json_object_text.h"
#include "holdall/restore.h"
#include "holdall/text.h"
#include "saver/json_text.h"
#include "saver/restore_advice.h"

namespace holdall {
namespace {

// Names that one message lists; the rest is counted.
constexpr size_t kMaxListed = 20;

// Grows when a reader of the old form could be misled.
constexpr int kJsonSchema = 1;

bool is_missing(const RestoreProblem& problem) {
  return problem.error.code == Code::kNotFound;
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

bool is_unexpected(const RestoreProblem& problem) {
  return problem.error.reason == reason::kUnexpected;
}

// How many variables there are; a tensor that no variable wants is none.
size_t count_variables(std::span<const RestoreProblem> problems, size_t fitting) {
  return fitting +
         static_cast<size_t>(std::count_if(problems.begin(), problems.end(),
                                           [](const auto& each) { return !is_unexpected(each); }));
}

std::string count_problems(std::span<const RestoreProblem> problems, size_t fitting) {
  const size_t variables = count_variables(problems, fitting);
  const size_t unexpected = problems.size() - (variables - fitting);
  std::string text =
      message("{} of {} variables cannot be restored", variables - fitting, variables);
  if (unexpected == 1) text += ", 1 tensor is wanted by no variable";
  if (unexpected > 1) text += message(", {} tensors are wanted by no variable", unexpected);
  return text + ':';
}

// "326 optimizer, 1 step": of each role, the most first.
std::string count_roles(std::span<const SkippedTensor> skipped) {
  std::map<Role, size_t> counts;
  for (const SkippedTensor& each : skipped) ++counts[each.role];
  return list_roles(counts);
}

std::string notes_of(const RestoreItem& item) {
  std::string text;
  if (item.dtype != item.stored_dtype)
    text += message(", cast from {}", dtype_name(item.stored_dtype));
  if (item.is_overlap) text += message(", overlap with {}", item.stored_shape.to_string());
  return text;
}

// Without message(): there may be a million of them.
void append_line(std::string& text, const RestoreItem& item) {
  text.append(printable(item.name)).append(" <- ").append(printable(item.source_name));
  text.append(" ").append(dtype_name(item.dtype)).append(" ").append(item.shape.to_string());
  text.append(", ").append(std::to_string(item.size_bytes)).append(" bytes");
  text.append(notes_of(item)).append("\n");
}

Json item_json(const RestoreItem& item, std::span<const std::string> files) {
  Json row = Json::object({{"name", item.name},
                           {"source_name", item.source_name},
                           {"dtype", dtype_name(item.dtype)},
                           {"shape", shape_json(item.shape)},
                           {"size_bytes", item.size_bytes},
                           {"role", role_name(item.role)}});
  if (item.file_index < files.size()) row.add("file", files[item.file_index]);
  if (item.box) row.add("box", item.box->to_string());
  return row;
}

// Of those that are not restored as they are stored: from what to what.
Json cast_json(std::span<const RestoreItem> items) {
  Json array = Json::array();
  for (const RestoreItem& item : items) {
    if (item.dtype == item.stored_dtype) continue;
    array.push_back(Json::object({{"name", item.name},
                                  {"from", dtype_name(item.stored_dtype)},
                                  {"to", dtype_name(item.dtype)}}));
  }
  return array;
}

Json reshaped_json(std::span<const RestoreItem> items) {
  Json array = Json::array();
  for (const RestoreItem& item : items) {
    if (!item.is_overlap) continue;
    array.push_back(Json::object({{"name", item.name},
                                  {"from", shape_json(item.stored_shape)},
                                  {"to", shape_json(item.shape)},
                                  {"copied", shape_json(Shape(item.box->lengths))}}));
  }
  return array;
}

Json untouched_json(std::span<const UntouchedVariable> variables) {
  Json array = Json::array();
  for (const UntouchedVariable& each : variables) {
    array.push_back(Json::object({{"name", each.name}, {"reason", each.reason}}));
  }
  return array;
}

Json skipped_json(std::span<const SkippedTensor> skipped) {
  Json array = Json::array();
  for (const SkippedTensor& each : skipped) {
    array.push_back(Json::object({{"name", each.source_name},
                                  {"role", role_name(each.role)},
                                  {"reason", skip_reason_name(each.reason)}}));
  }
  return array;
}

void add_missing(Json& array, const std::string& name, std::span<const std::string> nearest) {
  array.push_back(Json::object({{"name", name}, {"nearest", names_json(nearest)}}));
}

// Missing variables, whatever the policy made of them.
Json missing_json(std::span<const RestoreProblem> problems, std::span<const UntouchedVariable> kept,
                  std::span<const UntouchedVariable> initialized) {
  Json array = Json::array();
  for (const RestoreProblem& problem : problems) {
    if (is_missing(problem)) add_missing(array, problem.name, problem.nearest);
  }
  for (const auto& list : {kept, initialized}) {
    for (const UntouchedVariable& each : list) {
      if (each.reason == "missing") add_missing(array, each.name, each.nearest);
    }
  }
  return array;
}

Json problems_json(std::span<const RestoreProblem> problems) {
  Json array = Json::array();
  for (const RestoreProblem& problem : problems) {
    array.push_back(Json::object({{"name", problem.name},
                                  {"source_name", problem.source_name},
                                  {"code", code_name(problem.error.code)},
                                  {"reason", problem.error.reason},
                                  {"message", problem.error.message}}));
  }
  return array;
}

// What plans and reports have in common.
template <class Restore>
JsonObjectText common_json(const Restore& restore, std::span<const RestoreItem> items,
                           std::span<const RestoreProblem> problems) {
  JsonObjectText text;
  text.add("schema", kJsonSchema);
  text.add("checkpoint", restore.checkpoint_path);
  text.add("scope", restore.scope);
  text.open_list("restored");
  for (const RestoreItem& item : items) text.push_back(item_json(item, restore.files));
  text.close_list();
  text.add("kept", untouched_json(restore.kept));
  text.add("initialized", untouched_json(restore.initialized));
  text.add("skipped", skipped_json(restore.skipped));
  text.add("missing", missing_json(problems, restore.kept, restore.initialized));
  text.add("reshaped", reshaped_json(items));
  text.add("cast", cast_json(items));
  text.add("unmatched_rules", names_json(restore.unmatched_rules));
  return text;
}

}  // namespace

std::string_view skip_reason_name(SkipReason reason) {
  switch (reason) {
    case SkipReason::kSelect: return "select";
    case SkipReason::kRole: return "role";
    case SkipReason::kEma: return "ema";
    case SkipReason::kRule: return "rule";
    case SkipReason::kUnexpected: return "unexpected";
  }
  return "";
}

uint64_t RestorePlan::size_bytes() const {
  uint64_t sum = 0;
  for (const RestoreItem& item : items)
    sum = checked_add(sum, item.size_bytes).value_or(UINT64_MAX);
  return sum;
}

Status RestorePlan::check() const {
  const auto placed = [&](Error error) {
    error.place.scope = scope;
    return std::move(error).in_file(checkpoint_path);
  };
  if (problems.empty() && items.empty()) {
    const bool is_empty = skipped.empty() && kept.empty() && initialized.empty();
    Error error = is_empty ? not_found("the checkpoint has no tensors")
                           : not_found(
                                 "nothing would be restored: {} tensors are left out, {} "
                                 "variables are missing or do not fit",
                                 skipped.size(), kept.size() + initialized.size());
    if (!advice.empty()) error.message += "; " + advice;
    return placed(std::move(error));
  }
  if (problems.empty()) return {};
  std::vector<const RestoreProblem*> sorted;
  for (const RestoreProblem& problem : problems) sorted.push_back(&problem);
  std::stable_partition(sorted.begin(), sorted.end(), [](const auto* p) { return is_missing(*p); });
  Error error = sorted.front()->error;
  if (problems.size() > 1) {
    error.place.tensor.clear();
    error.message = count_problems(problems, items.size()) + list_problems(sorted);
  }
  if (!advice.empty()) error.message += (problems.size() > 1 ? "\n" : "; ") + advice;
  return placed(std::move(error));
}

std::string RestorePlan::to_string() const {
  std::string text;
  for (const RestoreItem& item : items) append_line(text, item);
  for (const RestoreProblem& problem : problems) {
    text += message("{} <- {}: {}\n", printable(problem.name), printable(problem.source_name),
                    problem.error.message);
  }
  for (const UntouchedVariable& each : kept)
    text += message("{} keeps its value: {}\n", printable(each.name), each.reason);
  for (const UntouchedVariable& each : initialized)
    text += message("{} is initialised: {}\n", printable(each.name), each.reason);
  if (!skipped.empty()) {
    text += message("{} {} skipped\n", count_roles(skipped),
                    skipped.size() == 1 ? "tensor" : "tensors");
  }
  for (const std::string& rule : unmatched_rules)
    text += message("rule matched nothing: {}\n", printable(rule));
  if (!advice.empty()) text += advice + '\n';
  const size_t variables =
      count_variables(problems, items.size()) + kept.size() + initialized.size();
  return text + message("{} of {} variables, {} bytes from {}\n", items.size(), variables,
                        size_bytes(), printable(checkpoint_path));
}

std::string RestorePlan::to_json() const {
  JsonObjectText json = common_json(*this, items, problems);
  json.add("problems", problems_json(problems));
  json.add("advice", advice);
  json.add("size_bytes", size_bytes());
  return std::move(json).finish();
}

std::string RestoreReport::summary() const {
  const std::string how =
      mapped_count == 0 ? "copied"
      : mapped_count == restored.size()
          ? "mapped"
          : message("{} mapped, {} copied", mapped_count, restored.size() - mapped_count);
  std::string text = message("{}/{} restored into {} · {} verified · {} kept · {} skipped · {}",
                             restored.size(), restored.size() + kept.size() + initialized.size(),
                             scope.empty() ? "the session" : printable(scope) + "/",
                             size_text(bytes_verified), kept.size(), skipped.size(), how);
  if (!initialized.empty()) text += message(" · {} initialised", initialized.size());
  return text;
}

std::string RestoreReport::to_json() const {
  JsonObjectText json = common_json(*this, restored, {});
  json.add("bytes_read", bytes_read);
  json.add("bytes_verified", bytes_verified);
  json.add("seconds", seconds);
  json.add("backing", mapped_count > 0 && mapped_count == restored.size() ? "mapped" : "copied");
  json.add("mapped_count", mapped_count);
  json.add("backing_reason", backing_reason);
  json.add("notes", names_json(notes));
  return std::move(json).finish();
}

}  // namespace holdall
