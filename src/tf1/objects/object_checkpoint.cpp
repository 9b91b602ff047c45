// Checkpoints of nested objects.
#include <algorithm>
#include <map>
#include <set>

#include "base/guard.h"
#include "base/try.h"
#include "formats/tf_bundle/object_graph.h"
#include "holdall/storage.h"
#include "holdall/tf1_files.h"
#include "tensor/cast.h"
#include "tf1/files/checkpoint_tensors.h"
#include "tf1/objects/object_checkpoint_rep.h"
#include "tf1/objects/object_keys.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

bool has_child(const TrackedObject& object, std::string_view name) {
  return std::any_of(object.children.begin(), object.children.end(),
                     [&](const auto& child) { return child.first == name; });
}

// Values and the graph of objects, in the order of keys, as TensorFlow has them in a file.
Result<std::vector<SaveItem>> items_of(Session& session, std::span<const TrackedObject> objects) {
  HOLDALL_ASSIGN(const auto variables, keyed_variables(objects));
  std::vector<Output> fetches;
  for (const KeyedVariable& each : variables) fetches.push_back(each.variable.value());
  HOLDALL_ASSIGN(const auto values, session.run(fetches, {}));
  std::map<std::string, Tensor> tensors;
  for (size_t i = 0; i < variables.size(); ++i)
    tensors.insert_or_assign(variables[i].key, values[i]);
  const std::string graph = encode_object_graph(objects, variables);
  const std::string_view text = graph;
  HOLDALL_ASSIGN(Tensor message, Tensor::of_strings({}, {&text, 1}));
  tensors.insert_or_assign(std::string(tf_bundle::kObjectGraphKey), std::move(message));
  std::vector<SaveItem> items;
  for (auto& [key, tensor] : tensors) {
    items.emplace_back();
    items.back().name = key;
    items.back().tensor = std::move(tensor);
  }
  return items;
}

// Assigns stored values as the initializers would assign the initial ones.
class ValueFeeds {
 public:
  Status add(const Variable& variable, const Tensor& stored) {
    const Operation initializer = variable.initializer();
    const auto inputs = initializer.inputs();
    if (inputs.size() != 2)
      return value_error("variable {} has no initializer that could be fed", variable.name());
    HOLDALL_ASSIGN(Tensor value, cast(stored, variable.dtype()));
    targets_.push_back(initializer);
    feeds_.emplace_back(inputs[1], std::move(value));
    return {};
  }

  Status run(Session& session) const {
    if (targets_.empty()) return {};
    auto nothing = session.run({}, targets_, feeds_);
    if (!nothing.ok()) return std::move(nothing).error();
    return {};
  }

 private:
  std::vector<Operation> targets_;
  std::vector<std::pair<Output, Tensor>> feeds_;
};

}  // namespace

std::vector<TrackedObject> ObjectCheckpoint::Rep::all_objects() const {
  std::vector<TrackedObject> all = objects;
  if (all.empty()) all.emplace_back();
  if (counter.is_valid() && !has_child(all.front(), kSaveCounter)) {
    all.front().children.emplace_back(kSaveCounter, all.size());
    all.push_back({{}, counter});
  }
  return all;
}

Variable ObjectCheckpoint::Rep::counter_in(Graph& graph, bool use_resource) {
  if (counter.is_valid()) return counter;
  const ControlDependencies uncontrolled(graph, std::nullopt);
  const NameScope root(graph, "");
  const Output zero = graph.constant(*Tensor::of<int64_t>({}, {0}));
  VariableOptions options;
  options.trainable = false;
  options.use_resource = use_resource;
  counter = graph.variable(kSaveCounter, zero, options);
  return counter;
}

Result<int64_t> ObjectCheckpoint::Rep::next_number(Session& session) {
  Graph graph = session.graph();
  const Variable counted = counter_in(graph, false);
  HOLDALL_TRY(graph.status());
  if (!session.is_initialized(counted)) HOLDALL_TRY(session.run(counted.initializer()));
  HOLDALL_ASSIGN(const Tensor before, session.eval(counted));
  HOLDALL_ASSIGN(const auto number, before.view<int64_t>());
  if (number.size() != 1) return value_error("{} is no single number", counted.name());
  // Unsigned, so that the largest number is followed by some other.
  const auto next = static_cast<int64_t>(static_cast<uint64_t>(number[0]) + 1);
  HOLDALL_ASSIGN(Tensor after, Tensor::of<int64_t>(before.shape(), {next}));
  HOLDALL_TRY(session.values().assign(counted.op_name(), std::move(after)));
  return next;
}

ObjectCheckpoint::ObjectCheckpoint() : rep_(std::make_shared<Rep>()) {}

size_t ObjectCheckpoint::add(size_t parent, std::string_view name, const Variable& variable) {
  const std::lock_guard lock(rep_->mutex);
  const size_t index = rep_->objects.size();
  rep_->objects.push_back({{}, variable});
  link(parent, name, index);
  return index;
}

void ObjectCheckpoint::link(size_t parent, std::string_view name, size_t child) {
  const std::lock_guard lock(rep_->mutex);
  if (parent >= rep_->objects.size()) rep_->objects.resize(parent + 1);
  rep_->objects[parent].children.emplace_back(name, child);
}

void ObjectCheckpoint::set_objects(std::vector<TrackedObject> objects) {
  const std::lock_guard lock(rep_->mutex);
  rep_->objects = std::move(objects);
}

Variable ObjectCheckpoint::save_counter(Graph& graph, bool use_resource) {
  const std::lock_guard lock(rep_->mutex);
  return rep_->counter_in(graph, use_resource);
}

Result<std::string> ObjectCheckpoint::write(Session& session, std::string_view prefix) const {
  return guarded([&]() -> Result<std::string> {
    const std::lock_guard lock(rep_->mutex);
    HOLDALL_ASSIGN(auto items, items_of(session, rep_->all_objects()));
    std::string path(prefix);
    HOLDALL_TRY(write_tensors(path, std::move(items), SaverVersion::kV2, 1));
    return path;
  });
}

Result<std::string> ObjectCheckpoint::save(Session& session, std::string_view prefix) {
  return guarded([&]() -> Result<std::string> {
    const std::lock_guard lock(rep_->mutex);
    HOLDALL_ASSIGN(const int64_t number, rep_->next_number(session));
    HOLDALL_ASSIGN(std::string path,
                   write(session, std::string(prefix) + '-' + std::to_string(number)));
    HOLDALL_TRY(update_checkpoint_state(directory_of(path), {path}, "checkpoint", true));
    return path;
  });
}

Result<ObjectRestoreReport> ObjectCheckpoint::read(Session& session,
                                                   std::string_view prefix) const {
  return guarded([&]() -> Result<ObjectRestoreReport> {
    const std::lock_guard lock(rep_->mutex);
    HOLDALL_ASSIGN(const auto variables, keyed_variables(rep_->all_objects()));
    HOLDALL_ASSIGN(const CheckpointReader reader, CheckpointReader::open(prefix));
    ObjectRestoreReport report;
    ValueFeeds values;
    // What the counter would be is nobody's loss, nor what TensorFlow itself reads.
    const std::string counter = save_counter_key();
    std::set<std::string> taken = {counter, std::string(tf_bundle::kObjectGraphKey)};
    for (const KeyedVariable& each : variables) {
      if (!reader.has(each.key)) {
        if (each.key != counter) report.missing.push_back(each.key);
        continue;
      }
      HOLDALL_ASSIGN(const Tensor stored, reader.get(each.key));
      HOLDALL_TRY(values.add(each.variable, stored));
      taken.insert(each.key);
    }
    for (const TensorInfo& info : reader.catalog()) {
      if (!taken.contains(info.name)) report.unused.push_back(info.name);
    }
    HOLDALL_TRY(values.run(session));
    return report;
  });
}

Result<ObjectRestoreReport> ObjectCheckpoint::restore(Session& session, std::string_view prefix) {
  return guarded([&]() -> Result<ObjectRestoreReport> {
    Graph graph = session.graph();
    (void)save_counter(graph);
    HOLDALL_TRY(graph.status());
    return read(session, prefix);
  });
}

}  // namespace holdall::tf1
