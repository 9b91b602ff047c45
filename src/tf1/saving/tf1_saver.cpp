// What a Saver is of: variables, parts of them, whatever has tensors, or nodes that are there.
#include <algorithm>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "tf1/saving/saver_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

std::vector<Saveable> under_own_names(std::span<const Variable> variables) {
  std::vector<Saveable> saveables;
  for (const Variable& variable : variables) {
    Saveable next = saveable_of(variable);
    const auto known = std::find_if(saveables.begin(), saveables.end(), [&](const Saveable& each) {
      return each.name == next.name && !each.specs.empty() && !next.specs.empty() &&
             !each.specs.front().slice.empty() && !next.specs.front().slice.empty();
    });
    if (known == saveables.end()) {
      saveables.push_back(std::move(next));
    } else {
      known->specs.push_back(next.specs.front());
      known->variables.push_back(variable);
    }
  }
  return saveables;
}

Status check_names(const std::vector<Saveable>& saveables) {
  for (size_t i = 1; i < saveables.size(); ++i) {
    if (saveables[i].name != saveables[i - 1].name) continue;
    const bool is_part = !saveables[i].specs.empty() && !saveables[i].specs.front().slice.empty();
    const bool was_part =
        !saveables[i - 1].specs.empty() && !saveables[i - 1].specs.front().slice.empty();
    if (is_part != was_part)
      return value_error("Mixing slices and non-slices with the same name: {}", saveables[i].name);
    return value_error("At least two variables have the same name: {}", saveables[i].name);
  }
  return {};
}

// A variable of which two values would be restored.
Status check_variables(const std::vector<Saveable>& saveables) {
  std::vector<std::pair<std::string, std::string>> by_variable;
  for (const Saveable& each : saveables) {
    for (const Variable& variable : each.variables)
      by_variable.emplace_back(variable.op_name(), each.name);
  }
  std::sort(by_variable.begin(), by_variable.end());
  for (size_t i = 1; i < by_variable.size(); ++i) {
    if (by_variable[i].first == by_variable[i - 1].first) {
      return value_error("The same saveable will be restored with two names: {}",
                         by_variable[i].second);
    }
  }
  return {};
}

Status check_saveables(const std::vector<Saveable>& saveables, const SaverOptions& options) {
  if (saveables.empty() && !options.allow_empty) return value_error("No variables to save");
  for (const Saveable& each : saveables) {
    for (const SaveSpec& spec : each.specs) {
      if (!spec.tensor.is_valid())
        return type_error("Variable to save is not a Variable: {}", quote(each.name));
    }
  }
  HOLDALL_TRY(check_names(saveables));
  return check_variables(saveables);
}

}  // namespace

Saveable saveable_of(const Variable& variable) {
  const auto slice = variable.slice();
  Saveable saveable;
  saveable.name = slice ? slice->full_name : variable.op_name();
  // Of a part the value is saved, not the reference: TensorFlow's savers make the difference.
  saveable.specs = {{saveable.name,
                     slice || variable.is_resource() ? variable.value() : variable.ref(),
                     slice ? slice->spec() : ""}};
  saveable.variables = {variable};
  return saveable;
}

Result<Saveable> saveable_of(std::string_view name, std::span<const Variable> parts) {
  Saveable saveable;
  saveable.name = name;
  std::string whole;
  for (const Variable& part : parts) {
    const auto slice = part.slice();
    if (!slice) return value_error("Slices must all be Variables / Slices: {}", quote(part.name()));
    if (!whole.empty() && whole != slice->full_name)
      return value_error("Slices must all be from the same tensor: {} != {}", whole,
                         slice->full_name);
    whole = slice->full_name;
    saveable.specs.push_back({saveable.name, part.value(), slice->spec()});
    saveable.variables.push_back(part);
  }
  return saveable;
}

void Saver::Rep::build(std::shared_ptr<GraphRep> of_graph, std::vector<Saveable> saveables) {
  std::stable_sort(saveables.begin(), saveables.end(),
                   [](const Saveable& a, const Saveable& b) { return a.name < b.name; });
  status = check_saveables(saveables, options);
  if (!status.ok() || saveables.empty()) return;
  graph = std::move(of_graph);
  const std::lock_guard lock(graph->mutex);
  status = graph->status();
  if (!status.ok()) return;
  const SaverDef made = add_saver_nodes(*graph, saveables, options);
  // What goes wrong here is the saver's to tell, not the graph's.
  status = graph->take_status();
  if (status.ok()) adopt(graph, made);
}

void Saver::Rep::adopt(std::shared_ptr<GraphRep> of_graph, const SaverDef& saver_def) {
  graph = std::move(of_graph);
  const std::lock_guard lock(graph->mutex);
  auto read = read_saver_nodes(*graph, saver_def);
  if (!read.ok()) {
    status = std::move(read).error();
    return;
  }
  own_parts = std::make_shared<const SaverParts>(*std::move(read));
  def = saver_def;
  options.version = own_parts->version;
}

Saver::Saver(const Graph& graph, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(options)) {
  rep_->status = graph.status();
  if (rep_->status.ok())
    rep_->build(GraphRep::of(graph), under_own_names(graph.global_variables()));
}

Saver::Saver(std::span<const Variable> variables, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(options)) {
  rep_->build(variables.empty() ? nullptr : GraphRep::of(variables.front().op()),
              under_own_names(variables));
}

Saver::Saver(const std::map<std::string, Variable>& variables, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(options)) {
  std::vector<Saveable> saveables;
  for (const auto& [key, variable] : variables) {
    Saveable saveable = saveable_of(variable);
    saveable.name = key;
    for (SaveSpec& spec : saveable.specs) spec.name = key;
    saveables.push_back(std::move(saveable));
  }
  rep_->build(variables.empty() ? nullptr : GraphRep::of(variables.begin()->second.op()),
              std::move(saveables));
}

Saver::Saver(std::vector<Saveable> saveables, const Graph& graph, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(options)) {
  rep_->build(GraphRep::of(graph), std::move(saveables));
}

namespace {

SaverOptions with_def(SaverOptions options, const SaverDef& def) {
  options.max_to_keep = def.max_to_keep;
  options.keep_checkpoint_every_n_hours = def.keep_checkpoint_every_n_hours;
  options.sharded = def.sharded;
  options.version = def.version;
  return options;
}

}  // namespace

Saver::Saver(const SaverDef& def, const Graph& graph, const SaverOptions& options)
    : rep_(std::make_unique<Rep>(with_def(options, def))) {
  rep_->adopt(GraphRep::of(graph), def);
}

Saver::Saver(Saver&&) noexcept = default;
Saver& Saver::operator=(Saver&&) noexcept = default;
Saver::~Saver() = default;

Status Saver::status() const {
  return rep_->status;
}
bool Saver::is_empty() const {
  return rep_->is_empty();
}
SaverDef Saver::def() const {
  return rep_->def;
}
std::vector<std::string> Saver::last_checkpoints() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->kept.paths();
}
void Saver::set_last_checkpoints(
    std::span<const std::pair<std::string, std::optional<double>>> checkpoints) {
  const std::lock_guard lock(rep_->mutex);
  rep_->kept.set(checkpoints);
}
std::vector<std::string> Saver::warnings() const {
  const std::lock_guard lock(rep_->mutex);
  return rep_->warnings;
}

std::vector<RestoreTarget> targets_of(const Graph& graph) {
  std::vector<RestoreTarget> targets;
  for (const Variable& variable : graph.global_variables()) {
    targets.push_back(
        {variable.op_name(), variable.op_name(), variable.dtype(), variable.shape().full()});
  }
  return targets;
}

}  // namespace holdall::tf1
