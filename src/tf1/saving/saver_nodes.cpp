#include "tf1/saving/saver_nodes.h"

#include "tf1/graph/node_builders.h"

namespace holdall::tf1 {
namespace {

// Restoring is pinned to the CPU in TensorFlow.
constexpr char kCpu[] = "/device:CPU:0";

class SaverNodeMaker {
 public:
  SaverNodeMaker(GraphRep& graph, const std::vector<SavedVariable>& saved)
      : graph_(graph), saved_(saved) {
    for (const SavedVariable& each : saved) dtypes_.push_back(each.variable.dtype());
  }

  SaverDef make(const SaverOptions& options) {
    const Output input = make_strings({"model"}, Shape(), "filename/input", "");
    const Output filename = make_default(input, "filename");
    const Output path = make_default(filename, "Const");
    const Output saved_path = make_save(path);
    const Operation restore = make_restore(path);
    if (!saved_path.is_valid() || !restore.is_valid()) return {};
    return {path.name(), saved_path.name(), restore.name(), options.max_to_keep,
            options.keep_checkpoint_every_n_hours};
  }

 private:
  Output make_strings(const std::vector<std::string_view>& strings, const Shape& shape,
                      std::string_view name, const std::string& device) {
    NodeSpec spec;
    spec.type = "Const";
    spec.name = name;
    spec.device = device;
    spec.attrs = {{"value", TensorAttr{*Tensor::of_strings(shape, strings), shape}},
                  {"dtype", DType::kString}};
    spec.outputs = {{DType::kString, StaticShape::of(shape), false}};
    return {graph_.add(std::move(spec)), 0};
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

  // The names of the tensors, and which slices of them (none: the whole), as two constants.
  std::vector<Output> make_name_lists(const std::string& scope, const std::string& device) {
    std::vector<std::string_view> keys;
    for (const SavedVariable& each : saved_) keys.push_back(each.key);
    const std::vector<std::string_view> slices(keys.size());
    const Shape shape({static_cast<int64_t>(keys.size())});
    return {make_strings(keys, shape, scope + "/tensor_names", device),
            make_strings(slices, shape, scope + "/shape_and_slices", device)};
  }

  Output make_save(const Output& path) {
    NodeSpec spec;
    spec.type = "SaveV2";
    spec.name = "SaveV2";
    spec.inputs = {path};
    for (Output& list : make_name_lists("SaveV2", "")) spec.inputs.push_back(std::move(list));
    for (const SavedVariable& each : saved_) spec.inputs.push_back(each.variable.ref());
    spec.attrs = {{"dtypes", AttrList(dtypes_)}};
    const Operation save = graph_.add(std::move(spec));
    NodeSpec after;
    after.type = "Identity";
    after.name = "control_dependency";
    after.inputs = {path};
    after.control_inputs = {save};
    after.attrs = {{"T", DType::kString}, {"_class", colocated_with(path.op().name())}};
    after.outputs = {{DType::kString, StaticShape::of(Shape()), false}};
    return {graph_.add(std::move(after)), 0};
  }

  Operation make_restore(const Output& path) {
    NodeSpec spec;
    spec.type = "RestoreV2";
    spec.name = "RestoreV2";
    spec.device = kCpu;
    spec.inputs = {path};
    for (Output& list : make_name_lists("RestoreV2", kCpu)) spec.inputs.push_back(std::move(list));
    spec.attrs = {{"dtypes", AttrList(dtypes_)}};
    for (const DType dtype : dtypes_)
      spec.outputs.push_back({dtype, StaticShape::unknown(), false});
    const Operation restored = graph_.add(std::move(spec));
    std::vector<Operation> assigns;
    for (size_t i = 0; i < saved_.size(); ++i) {
      const Output value(restored, static_cast<int>(i));
      assigns.push_back(make_assign(graph_, saved_[i].variable.ref(), value, "Assign").op());
    }
    return make_no_op(graph_, std::move(assigns), "restore_all");
  }

  GraphRep& graph_;
  const std::vector<SavedVariable>& saved_;
  std::vector<DType> dtypes_;
};

}  // namespace

SaverDef add_saver_nodes(GraphRep& graph, const std::vector<SavedVariable>& saved,
                         const SaverOptions& options) {
  const std::lock_guard lock(graph.mutex);
  const ScopedNameScope scope(graph, options.name.empty() ? "save" : options.name);
  if (!scope.ok()) return {};
  return SaverNodeMaker(graph, saved).make(options);
}

}  // namespace holdall::tf1
