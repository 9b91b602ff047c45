// Reports of differences as text for people and as JSON (docs/json.md).
#include "base/message.h"
#include "base/quote.h"
#include "codec/json.h"
#include "holdall/diff.h"
#include "holdall/text.h"

namespace holdall {
namespace {

std::string name_of(const DiffTensor& tensor) {
  return tensor.name == tensor.source_name
             ? printable(tensor.name)
             : message("{} ({})", printable(tensor.name), printable(tensor.source_name));
}

std::string type_of(const DiffTensor& tensor) {
  return message("{} {}", dtype_name(tensor.dtype), tensor.shape.to_string());
}

std::string change_of(const ChangedTensor& tensor) {
  if (!tensor.has_values()) return message("{} -> {}", type_of(tensor.a), type_of(tensor.b));
  std::string text = message("{}, {} of {} elements differ", type_of(tensor.a),
                             tensor.different_count, tensor.a.shape.element_count().value_or(0));
  if (tensor.max_difference) text += message(" by up to {:.6g}", *tensor.max_difference);
  return text;
}

Json type_json(const DiffTensor& tensor) {
  Json sizes = Json::array();
  for (const int64_t size : tensor.shape.dims()) sizes.push_back(size);
  return Json::object({{"source_name", tensor.source_name},
                       {"dtype", dtype_name(tensor.dtype)},
                       {"shape", std::move(sizes)}});
}

Json tensors_json(const std::vector<DiffTensor>& tensors) {
  Json array = Json::array();
  for (const DiffTensor& tensor : tensors) {
    Json row = Json::object({{"name", tensor.name}});
    const Json type = type_json(tensor);
    for (const JsonMember& member : type.members()) row.add(member.key, member.value);
    array.push_back(std::move(row));
  }
  return array;
}

Json changed_json(const std::vector<ChangedTensor>& tensors) {
  Json array = Json::array();
  for (const ChangedTensor& tensor : tensors) {
    Json row = Json::object(
        {{"name", tensor.a.name}, {"a", type_json(tensor.a)}, {"b", type_json(tensor.b)}});
    if (tensor.has_values()) {
      row.add("element_count", tensor.a.shape.element_count().value_or(0));
      row.add("different_count", tensor.different_count);
    }
    if (tensor.max_difference) row.add("max_difference", *tensor.max_difference);
    array.push_back(std::move(row));
  }
  return array;
}

Json problems_json(const std::vector<DiffProblem>& problems) {
  Json array = Json::array();
  for (const DiffProblem& problem : problems) {
    array.push_back(Json::object({{"name", problem.name},
                                  {"file", problem.error.place.file},
                                  {"code", code_name(problem.error.code)},
                                  {"reason", problem.error.reason},
                                  {"message", problem.error.message}}));
  }
  return array;
}

Json names_json(const std::vector<std::string>& names) {
  Json array = Json::array();
  for (const std::string& name : names) array.push_back(name);
  return array;
}

}  // namespace

std::string DiffReport::summary() const {
  std::string text = message("{} added · {} removed · {} changed · {} equal", added.size(),
                             removed.size(), changed.size(), equal.size());
  if (!problems.empty()) text += message(" · {} not compared", problems.size());
  return text + " · " + size_text(bytes_compared) + " compared";
}

std::string DiffReport::to_string() const {
  std::string text;
  for (const DiffTensor& tensor : added)
    text += message("added    {}: {}\n", name_of(tensor), type_of(tensor));
  for (const DiffTensor& tensor : removed)
    text += message("removed  {}: {}\n", name_of(tensor), type_of(tensor));
  for (const ChangedTensor& tensor : changed)
    text += message("changed  {}: {}\n", printable(tensor.a.name), change_of(tensor));
  for (const DiffProblem& problem : problems)
    text += message("unread   {}: {}\n", printable(problem.name), problem.error.message);
  for (const std::string& rule : unmatched_rules)
    text += message("rule matched nothing: {}\n", printable(rule));
  return text + summary() + '\n';
}

std::string DiffReport::to_json() const {
  return Json::object({{"schema", 1},
                       {"a", path_a},
                       {"b", path_b},
                       {"is_same", is_same()},
                       {"added", tensors_json(added)},
                       {"removed", tensors_json(removed)},
                       {"changed", changed_json(changed)},
                       {"equal", names_json(equal)},
                       {"problems", problems_json(problems)},
                       {"unmatched_rules", names_json(unmatched_rules)},
                       {"bytes_compared", bytes_compared},
                       {"seconds", seconds}})
      .dump(2);
}

}  // namespace holdall
