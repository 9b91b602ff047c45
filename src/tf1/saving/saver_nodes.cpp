#include "tf1/saving/saver_nodes.h"

#include <map>
#include <random>

#include "tf1/graph/node_builders.h"

namespace holdall::tf1 {
namespace {

// Restoring is pinned to the CPU in TensorFlow.
constexpr char kCpu[] = "/device:CPU:0";

std::string hex(uint32_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[number >> shift & 15];
  return text;
}

using Group = std::vector<const Saveable*>;

class SaverNodeMaker {
 public:
  SaverNodeMaker(GraphRep& graph, const std::vector<Saveable>& saveables,
                 const SaverOptions& options)
      : graph_(graph), options_(options) {
    for (const Saveable& each : saveables) all_.push_back(&each);
    for (const Saveable& each : saveables) by_device_[device_of(each)].push_back(&each);
  }

  SaverDef make() {
    const std::string file = options_.filename.empty() ? "model" : options_.filename;
    const Output input = make_strings(graph_, {file}, Shape(), "filename/input", "");
    const Output filename = make_default(input, "filename");
    path_ = make_default(filename, "Const");
    const Output saved_path = options_.sharded ? make_sharded_save() : make_save(path_, all_);
    const Operation restore = options_.sharded ? make_sharded_restore() : make_plain_restore();
    if (!saved_path.is_valid() || !restore.is_valid()) return {};
    return {path_.name(),         saved_path.name(), restore.name(),
            options_.max_to_keep, options_.sharded,  options_.keep_checkpoint_every_n_hours,
            options_.version};
  }

 private:
  static std::string device_of(const Saveable& saveable) {
    return saveable.specs.empty() ? "" : saveable.specs.front().tensor.op().device();
  }

  Output make_default(const Output& input, std::string_view name) {
    NodeSpec spec;
    spec.type = "PlaceholderWithDefault";
    spec.name = name;
    spec.inputs = {input};
    spec.attrs = {{"dtype", DType::kString}, {"shape", StaticShape::of(Shape())}};
    spec.outputs = {{DType::kString, StaticShape::of(Shape()), false}};
    return {graph_.add(std::move(spec)), 0};
  }

  // The type a spec has in files: of a handle what it stands for.
  static std::vector<DType> dtypes_of(const Group& group) {
    std::vector<DType> dtypes;
    for (const Saveable* saveable : group) {
      for (const SaveSpec& spec : saveable->specs) dtypes.push_back(spec.tensor.dtype());
    }
    return dtypes;
  }

  // The names of the tensors, and which slices of them (none: the whole), as two constants.
  std::vector<Output> make_name_lists(const Group& group, const std::string& scope,
                                      const std::string& slices_name, const std::string& device) {
    std::vector<std::string> keys, slices;
    for (const Saveable* saveable : group) {
      for (const SaveSpec& spec : saveable->specs) {
        keys.push_back(spec.name);
        slices.push_back(spec.slice);
      }
    }
    const Shape shape({static_cast<int64_t>(keys.size())});
    return {make_strings(graph_, keys, shape, scope + "/tensor_names", device),
            make_strings(graph_, slices, shape, scope + slices_name, device)};
  }

  // What is saved of a resource's part is read anew each time.
  Output make_read(const SaveSpec& spec) {
    if (spec.slice.empty() || spec.tensor.op().type() != "ReadVariableOp") return spec.tensor;
    const Output handle = spec.tensor.op().inputs().front();
    Output read;
    {
      const ScopedNameScope scope(graph_, "Read");
      read = make_resource_read(graph_, handle, spec.tensor.dtype(), spec.tensor.shape(),
                                "ReadVariableOp");
    }
    return make_identity(graph_, make_identity(graph_, read, "Identity"), "Identity");
  }

  Output make_save(const Output& path, const Group& group) {
    std::vector<Output> tensors;
    for (const Saveable* saveable : group) {
      for (const SaveSpec& spec : saveable->specs) tensors.push_back(make_read(spec));
    }
    const bool is_v1 = options_.version == SaverVersion::kV1;
    const std::string type = is_v1 ? "SaveSlices" : "SaveV2";
    const std::string name = is_v1 ? "save" : "SaveV2";
    NodeSpec spec;
    spec.type = type;
    // One name for the node and the scope of its constants.
    const std::string own = graph_.unique_name(name, true);
    const std::string& scope = graph_.here().name_scope;
    const std::string inner = own.substr(scope.empty() ? 0 : scope.size() + 1);
    spec.name = own + '/';
    spec.inputs = {path};
    for (Output& list :
         make_name_lists(group, inner, is_v1 ? "/shapes_and_slices" : "/shape_and_slices", ""))
      spec.inputs.push_back(std::move(list));
    spec.inputs.insert(spec.inputs.end(), tensors.begin(), tensors.end());
    spec.attrs = {{is_v1 ? "T" : "dtypes", AttrList(dtypes_of(group))}};
    return make_after(path, {graph_.add(std::move(spec))}, "control_dependency");
  }

  Output make_after(const Output& path, std::vector<Operation> first, std::string_view name) {
    NodeSpec after;
    after.type = "Identity";
    after.name = name;
    after.inputs = {path};
    after.control_inputs = std::move(first);
    after.attrs = {{"T", DType::kString}, {"_class", colocated_with(path.op().name())}};
    after.outputs = {{DType::kString, StaticShape::of(Shape()), false}};
    return {graph_.add(std::move(after)), 0};
  }

  Output make_node(NodeSpec spec) {
    spec.outputs = {{DType::kString, StaticShape::of(Shape()), false}};
    return {graph_.add(std::move(spec)), 0};
  }

  // Where the shards are before they are merged: beside the checkpoint, under a name of their own.
  Output make_temporary_path() {
    std::random_device device;
    std::string own = "_temp_";
    for (int i = 0; i < 4; ++i) own += hex(device());
    const Output suffix = make_strings(graph_, {own + "/part"}, Shape(), "StringJoin/inputs_1", "");
    NodeSpec join;
    join.type = "StringJoin";
    join.name = "StringJoin";
    join.inputs = {path_, suffix};
    join.attrs = {{"N", int64_t{2}}, {"separator", std::string()}};
    return make_node(std::move(join));
  }

  Output make_sharded_save() {
    const bool is_v1 = options_.version == SaverVersion::kV1;
    const Output stem = is_v1 ? path_ : make_temporary_path();
    const Output count = make_constant(
        graph_, {*Tensor::of<int32_t>({}, {static_cast<int32_t>(by_device_.size())}), Shape()},
        "num_shards");
    std::vector<Output> shards;
    std::vector<Operation> saves;
    int32_t number = 0;
    for (const auto& [device, group] : by_device_) {
      const std::string own = graph_.unique_name("ShardedFilename", true);
      const std::string& scope = graph_.here().name_scope;
      const std::string inner = own.substr(scope.empty() ? 0 : scope.size() + 1);
      const Output shard =
          make_constant(graph_, {*Tensor::of<int32_t>({}, {number++}), Shape()}, inner + "/shard");
      NodeSpec name;
      name.type = "ShardedFilename";
      name.name = own + '/';
      name.inputs = {stem, shard, count};
      shards.push_back(make_node(std::move(name)));
      saves.push_back(make_save(shards.back(), group).op());
    }
    return is_v1 ? make_filespec(count, saves) : make_merge(shards, saves);
  }

  Output make_filespec(const Output& count, const std::vector<Operation>& saves) {
    NodeSpec spec;
    spec.type = "ShardedFilespec";
    spec.name = "ShardedFilespec";
    spec.inputs = {path_, count};
    spec.control_inputs = saves;
    return make_node(std::move(spec));
  }

  Output make_merge(const std::vector<Output>& shards, const std::vector<Operation>& saves) {
    NodeSpec pack;
    pack.type = "Pack";
    pack.name = "MergeV2Checkpoints/checkpoint_prefixes";
    pack.inputs = shards;
    pack.control_inputs = saves;
    pack.attrs = {
        {"T", DType::kString}, {"N", static_cast<int64_t>(shards.size())}, {"axis", int64_t{0}}};
    pack.outputs = {
        {DType::kString, StaticShape::of({static_cast<int64_t>(shards.size())}), false}};
    const Output prefixes(graph_.add(std::move(pack)), 0);
    NodeSpec merge;
    merge.type = "MergeV2Checkpoints";
    merge.name = "MergeV2Checkpoints";
    merge.inputs = {prefixes, path_};
    merge.attrs = {{"delete_old_dirs", true}};
    std::vector<Operation> first{graph_.add(std::move(merge))};
    first.insert(first.end(), saves.begin(), saves.end());
    NodeSpec after;
    after.type = "Identity";
    after.name = "Identity";
    after.inputs = {path_};
    after.control_inputs = std::move(first);
    after.attrs = {{"T", DType::kString}};
    return make_node(std::move(after));
  }

  std::vector<Operation> make_restore(const Group& group) {
    const std::string own = graph_.unique_name("RestoreV2", true);
    const std::string& scope = graph_.here().name_scope;
    const std::string inner = own.substr(scope.empty() ? 0 : scope.size() + 1);
    NodeSpec spec;
    spec.type = "RestoreV2";
    spec.name = own + '/';
    spec.device = kCpu;
    spec.inputs = {path_};
    for (Output& list : make_name_lists(group, inner, "/shape_and_slices", kCpu))
      spec.inputs.push_back(std::move(list));
    const std::vector<DType> dtypes = dtypes_of(group);
    spec.attrs = {{"dtypes", AttrList(dtypes)}};
    for (const DType dtype : dtypes) spec.outputs.push_back({dtype, StaticShape::unknown(), false});
    const Operation restored = graph_.add(std::move(spec));
    std::vector<Operation> takers;
    int index = 0;
    for (const Saveable* saveable : group) {
      std::vector<Output> values;
      for (size_t i = 0; i < saveable->specs.size(); ++i) values.emplace_back(restored, index++);
      add_takers(*saveable, values, takers);
    }
    return takers;
  }

  void add_takers(const Saveable& saveable, const std::vector<Output>& values,
                  std::vector<Operation>& takers) {
    if (saveable.restore) {
      Graph handle = GraphRep::graph_of(graph_.shared_from_this());
      takers.push_back(saveable.restore(handle, values, options_.reshape));
      return;
    }
    for (size_t i = 0; i < values.size() && i < saveable.variables.size(); ++i) {
      const Variable& variable = saveable.variables[i];
      const Output value = options_.reshape ? make_reshape(values[i], variable) : values[i];
      takers.push_back(variable.is_resource()
                           ? make_resource_assign(variable, value)
                           : make_assign(graph_, variable.ref(), value, "Assign").op());
    }
  }

  Output make_reshape(const Output& value, const Variable& variable) {
    const auto shape = variable.shape().full();
    if (!shape) return value;
    std::vector<int32_t> dims;
    for (const int64_t size : shape->dims()) dims.push_back(static_cast<int32_t>(size));
    const std::string own = graph_.unique_name("Reshape", true);
    const std::string& scope = graph_.here().name_scope;
    const std::string inner = own.substr(scope.empty() ? 0 : scope.size() + 1);
    const Shape vector({static_cast<int64_t>(dims.size())});
    const Output sizes =
        make_constant(graph_, {*Tensor::of<int32_t>(vector, dims), vector}, inner + "/shape");
    NodeSpec spec;
    spec.type = "Reshape";
    spec.name = own + '/';
    spec.inputs = {value, sizes};
    spec.attrs = {{"T", value.dtype()}, {"Tshape", DType::kI32}};
    spec.outputs = {{value.dtype(), StaticShape::of(*shape), false}};
    return {graph_.add(std::move(spec)), 0};
  }

  Operation make_resource_assign(const Variable& variable, const Output& value) {
    NodeSpec spec;
    spec.type = "AssignVariableOp";
    spec.name = "AssignVariableOp";
    spec.inputs = {variable.ref(), make_identity(graph_, value, "Identity")};
    spec.attrs = {{"dtype", variable.dtype()}};
    return graph_.add(std::move(spec));
  }

  Operation make_plain_restore() { return make_no_op(graph_, make_restore(all_), "restore_all"); }

  Operation make_sharded_restore() {
    std::vector<Operation> shards;
    for (const auto& [device, group] : by_device_)
      shards.push_back(make_no_op(graph_, make_restore(group), "restore_shard"));
    if (by_device_.size() < 2) return make_no_op(graph_, shards, "restore_all");
    std::vector<Operation> each;
    for (const Operation& shard : shards)
      each.push_back(make_no_op(graph_, {shard}, "restore_all/NoOp"));
    return make_no_op(graph_, each, "restore_all");
  }

  GraphRep& graph_;
  const SaverOptions& options_;
  Group all_;
  std::map<std::string, Group> by_device_;  // by the device's name as text
  Output path_;
};

}  // namespace

SaverDef add_saver_nodes(GraphRep& graph, const std::vector<Saveable>& saveables,
                         const SaverOptions& options) {
  const ScopedNameScope scope(graph, options.name.empty() ? "save" : options.name);
  if (!scope.ok()) return {};
  return SaverNodeMaker(graph, saveables, options).make();
}

}  // namespace holdall::tf1
