#include "tf1/init_from/initial_checkpoint.h"

#include <set>

#include "base/quote.h"
#include "base/try.h"
#include "tf1/graph/node_builders.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// A node that gives the stored value when it is run; it waits for nothing that stands around it.
Output make_restored(GraphRep& graph, const std::string& path, const std::string& name,
                     const Variable& variable) {
  Graph handle = GraphRep::graph_of(graph.shared_from_this());
  const ControlDependencies uncontrolled(handle, std::nullopt);
  const ScopedNameScope scope(graph, "checkpoint_initializer");
  if (!scope.ok()) return {};
  const auto slice = variable.slice();
  NodeSpec spec;
  spec.type = "RestoreV2";
  spec.name = scope.name();
  spec.inputs = {
      make_strings(graph, {path}, Shape(), "prefix", ""),
      make_strings(graph, {name}, Shape({1}), "tensor_names", ""),
      make_strings(graph, {slice ? slice->spec() : ""}, Shape({1}), "shape_and_slices", "")};
  spec.attrs = {{"dtypes", AttrList(std::vector<DType>{variable.dtype()})}};
  spec.outputs = {{variable.dtype(), variable.shape(), false}};
  return {graph.add(std::move(spec)), 0};
}

bool is_compatible(const StaticShape& wanted, const Shape& given) {
  if (!wanted.has_rank) return true;
  if (wanted.dims.size() != given.rank()) return false;
  for (size_t i = 0; i < given.rank(); ++i) {
    if (wanted.dims[i] >= 0 && wanted.dims[i] != given[i]) return false;
  }
  return true;
}

Status check_parts(std::span<const Variable> parts) {
  std::set<std::string> wholes;
  for (const Variable& part : parts) {
    if (!part.is_valid()) return value_error("a variable to be initialised is invalid");
    if (const auto slice = part.slice()) wholes.insert(slice->full_name);
  }
  if (parts.empty()) return value_error("no variables are given to be initialised");
  if (wholes.size() < 2) return {};
  return value_error("Slices must all be from the same tensor: {}",
                     list_text(std::vector<std::string>(wholes.begin(), wholes.end())));
}

// "w/part_3" is a part of "w".
std::string_view without_part(std::string_view name) {
  const size_t at = name.rfind("/part_");
  if (at == std::string_view::npos) return name;
  const std::string_view number = name.substr(at + std::string_view("/part_").size());
  const bool is_number =
      !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? name.substr(0, at) : name;
}

}  // namespace

Status exchange_initial_value(const Variable& variable,
                              const std::function<Output(GraphRep&)>& make) {
  GraphRep& graph = *GraphRep::of(variable.op());
  const std::lock_guard lock(graph.mutex);
  HOLDALL_TRY(graph.status());
  const Output value = make(graph);
  if (graph.status().ok())
    GraphRep::graph_of(graph.shared_from_this()).replace_initial_value(variable, value);
  // What goes wrong here is the call's to tell, not the graph's.
  return graph.take_status();
}

std::vector<Variable> variables_called(const Graph& graph, const std::string& full_name) {
  if (auto variable = graph.find_variable(full_name)) return {*std::move(variable)};
  if (auto whole = graph.find_partitioned_variable(full_name)) return std::move(whole->parts);
  std::vector<Variable> parts;
  while (auto part = graph.find_variable(full_name + "/part_" + std::to_string(parts.size())))
    parts.push_back(*std::move(part));
  return parts;
}

Result<InitialCheckpoint> InitialCheckpoint::open(std::string_view directory_or_prefix,
                                                  const InitFromLog& log) {
  HOLDALL_ASSIGN(std::string path, find_checkpoint(directory_or_prefix));
  HOLDALL_ASSIGN(CheckpointReader reader, CheckpointReader::open(path));
  return InitialCheckpoint(std::move(path), std::move(reader), log);
}

std::string InitialCheckpoint::contents() const {
  std::string text;
  for (const TensorInfo& info : reader_.catalog())
    text += (text.empty() ? "" : ", ") + message("{}: {}", quote(info.name), list_text(info.shape));
  return "{" + text + "}";
}

Status InitialCheckpoint::check_shape(const std::string& name, const Shape& stored,
                                      const Variable& variable) const {
  const auto slice = variable.slice();
  if (slice ? slice->full_shape == stored : is_compatible(variable.shape(), stored)) return {};
  return value_error(
      "Shape of variable {} ({}) doesn't match with shape of tensor {} ({}) from checkpoint "
      "reader.",
      slice ? slice->full_name : variable.name(),
      slice ? list_text(slice->full_shape) : tuple_text(variable.shape()), printable(name),
      list_text(stored));
}

Status InitialCheckpoint::set_initial_value(const std::string& name,
                                            const Variable& variable) const {
  HOLDALL_TRY(exchange_initial_value(
      variable, [&](GraphRep& graph) { return make_restored(graph, path_, name, variable); }));
  if (log_)
    log_(message("Initialize variable {} from checkpoint {} with {}", variable.name(),
                 printable(path_), printable(name)));
  return {};
}

Status InitialCheckpoint::set_variable(const std::string& name,
                                       std::span<const Variable> parts) const {
  HOLDALL_TRY(check_parts(parts));
  const TensorInfo* stored = reader_.catalog().find(name);
  if (stored == nullptr)
    return value_error("Tensor {} is not found in {} checkpoint {}", printable(name),
                       printable(path_), contents());
  HOLDALL_TRY(check_shape(name, stored->shape, parts.front()));
  for (const Variable& part : parts) HOLDALL_TRY(set_initial_value(name, part));
  return {};
}

Status InitialCheckpoint::set_scope(const Graph& graph, const std::string& key,
                                    std::string_view target) const {
  std::string scope(target.substr(0, target.find_last_not_of('/') + 1));
  if (!key.empty() && !key.ends_with('/'))
    return value_error(
        "Assignment map with scope only name {} should map to scope only {}. Should be 'scope/': "
        "'other_scope/'.",
        printable(scope), printable(key));
  if (target != "/") scope += '/';
  const std::string stored_scope = key == "/" ? "" : key;
  std::set<std::string_view> done;
  const std::vector<std::string> names = graph.variable_names();
  for (const std::string& full : names) {
    if (!full.starts_with(scope) || !done.insert(without_part(full)).second) continue;
    const std::string whole(without_part(full));
    const std::string inner = whole.substr(std::min(scope.size(), whole.size()));
    const std::string name = stored_scope + inner;
    if (!reader_.has(name))
      return value_error("Tensor {} ({} in {}) is not found in {} checkpoint", printable(name),
                         printable(inner), printable(key), printable(path_));
    HOLDALL_TRY(set_variable(name, variables_called(graph, whole)));
  }
  return {};
}

}  // namespace holdall::tf1
