// Variables: what declaring one adds to the graph, and what handles tell of them.
#include <set>

#include "base/quote.h"
#include "tensor/dtype_kinds.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/graph/node_builders.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

namespace {

// A handle's own type and shape say nothing of what it stands for.
DType variable_dtype(const VariableRep& rep) {
  const auto* dtype = rep.variable->find_attr<DType>("dtype");
  return dtype == nullptr ? DType::kUnknown : *dtype;
}

StaticShape variable_shape(const VariableRep& rep) {
  if (!rep.is_resource) return rep.variable->outputs.front().shape;
  const auto* shape = rep.variable->find_attr<StaticShape>("shape");
  return shape == nullptr ? StaticShape::unknown() : *shape;
}

}  // namespace

std::string Variable::name() const {
  return ref().name();
}
std::string Variable::op_name() const {
  return op().name();
}
DType Variable::dtype() const {
  return is_valid() ? variable_dtype(*rep_) : DType::kUnknown;
}
StaticShape Variable::shape() const {
  return is_valid() ? variable_shape(*rep_) : StaticShape::unknown();
}
bool Variable::is_trainable() const {
  return is_valid() && rep_->is_trainable;
}
Operation Variable::op() const {
  return is_valid() ? graph_->operation(*rep_->variable) : Operation();
}
Operation Variable::initializer() const {
  if (!is_valid()) return {};
  const std::lock_guard lock(graph_->mutex);
  return rep_->initializer == nullptr ? Operation() : graph_->operation(*rep_->initializer);
}
Output Variable::initial_value() const {
  if (!is_valid()) return {};
  const std::lock_guard lock(graph_->mutex);
  if (rep_->initial_value == nullptr) return {};
  return {graph_->operation(*rep_->initial_value), rep_->initial_value_index};
}
bool Variable::is_resource() const {
  return is_valid() && rep_->is_resource;
}
std::optional<SliceInfo> Variable::slice() const {
  if (!is_valid()) return std::nullopt;
  const std::lock_guard lock(graph_->mutex);
  return rep_->slice;
}
void Variable::set_slice(std::optional<SliceInfo> slice) {
  if (!is_valid()) return;
  const std::lock_guard lock(graph_->mutex);
  rep_->slice = std::move(slice);
}
Output Variable::ref() const {
  return {op(), 0};
}
Output Variable::value() const {
  return is_valid() ? Output(graph_->operation(*rep_->snapshot), 0) : Output();
}

namespace {

Status check_initial_value(const Output& value, const VariableOptions& options) {
  if (options.validate_shape && !value.shape().full())
    return value_error("initial_value must have a shape specified: {}", value.name());
  if (options.dtype && *options.dtype != value.dtype()) {
    return value_error("Tensor conversion requested dtype {} for Tensor with dtype {}: {}",
                       dtype_name(*options.dtype), dtype_name(value.dtype()), quote(value.name()));
  }
  return {};
}

// Makes a variable and its nodes. `scope` is the variable's own name with a slash.
class VariableMaker {
 public:
  VariableMaker(GraphRep& graph, std::string scope) : graph_(graph), scope_(std::move(scope)) {}

  Variable make(const Output& initial_value, const VariableOptions& options) {
    if (!initial_value.is_valid()) {
      graph_.fail(value_error("initial_value must be specified."));
      return {};
    }
    if (auto status = check_initial_value(initial_value, options); !status.ok()) {
      graph_.fail(std::move(status).error());
      return {};
    }
    const ControlDependencies uncontrolled = without_control_inputs();
    std::optional<VariableRep> rep = options.use_resource ? make_resource(initial_value, options)
                                                          : make_reference(initial_value, options);
    if (!rep) return {};
    rep->initial_value = GraphRep::node_of(initial_value.op());
    rep->initial_value_index = initial_value.index();
    rep->is_trainable = options.trainable;
    Variable variable = graph_.variable(std::make_shared<const VariableRep>(*rep));
    collect(variable, options);
    return variable;
  }

 private:
  // A variable waits for nothing that stands around it.
  ControlDependencies without_control_inputs() {
    Graph handle = GraphRep::graph_of(graph_.shared_from_this());
    return {handle, std::nullopt};
  }

  std::optional<VariableRep> make_reference(const Output& initial_value,
                                            const VariableOptions& options) {
    const Output ref = make_ref(initial_value, options);
    if (!ref.is_valid()) return std::nullopt;
    const Output assign =
        make_assign(graph_, ref, initial_value, scope_ + "Assign/", options.validate_shape);
    const Output snapshot = make_read(ref);
    if (!assign.is_valid() || !snapshot.is_valid()) return std::nullopt;
    VariableRep rep;
    rep.variable = GraphRep::node_of(ref.op());
    rep.initializer = GraphRep::node_of(assign.op());
    rep.snapshot = GraphRep::node_of(snapshot.op());
    return rep;
  }

  std::optional<VariableRep> make_resource(const Output& initial_value,
                                           const VariableOptions& options) {
    const StaticShape shape =
        options.validate_shape ? initial_value.shape() : StaticShape::unknown();
    const std::string name = scope_.substr(0, scope_.size() - 1);
    NodeSpec spec;
    spec.type = "VarHandleOp";
    spec.name = scope_;
    spec.attrs = {{"shape", shape},
                  {"dtype", initial_value.dtype()},
                  {"container", std::string()},
                  {"shared_name", name}};
    spec.outputs = {{DType::kResource, StaticShape::of(Shape()), false}};
    const Output handle(graph_.add(std::move(spec)), 0);
    NodeSpec check;
    check.type = "VarIsInitializedOp";
    check.name = scope_ + "IsInitialized/VarIsInitializedOp/";
    check.inputs = {handle};
    check.outputs = {{DType::kBool, StaticShape::of(Shape()), false}};
    (void)graph_.add(std::move(check));
    NodeSpec assign;
    assign.type = "AssignVariableOp";
    assign.name = scope_ + "Assign/";
    assign.inputs = {handle, initial_value};
    assign.attrs = {{"dtype", initial_value.dtype()}};
    const Operation initializer = graph_.add(std::move(assign));
    const Output read = make_resource_read(graph_, handle, initial_value.dtype(), shape,
                                           scope_ + "Read/ReadVariableOp/");
    if (!initializer.is_valid() || !read.is_valid()) return std::nullopt;
    VariableRep rep;
    rep.is_resource = true;
    rep.variable = GraphRep::node_of(handle.op());
    rep.initializer = GraphRep::node_of(initializer);
    rep.snapshot = GraphRep::node_of(read.op());
    return rep;
  }

  Output make_ref(const Output& initial_value, const VariableOptions& options) {
    const StaticShape shape =
        options.validate_shape ? initial_value.shape() : StaticShape::unknown();
    NodeSpec spec;
    spec.type = "VariableV2";
    spec.name = scope_;
    spec.attrs = {{"shape", shape},
                  {"dtype", initial_value.dtype()},
                  {"container", std::string()},
                  {"shared_name", std::string()}};
    spec.outputs = {{initial_value.dtype(), shape, true}};
    return {graph_.add(std::move(spec)), 0};
  }

  Output make_read(const Output& ref) {
    NodeSpec spec;
    spec.type = "Identity";
    spec.name = scope_ + "read/";
    spec.inputs = {ref};
    spec.attrs = {{"T", ref.dtype()}, {"_class", colocated_with(ref.op().name())}};
    spec.outputs = {{ref.dtype(), ref.shape(), false}};
    return {graph_.add(std::move(spec)), 0};
  }

  void collect(const Variable& variable, const VariableOptions& options) {
    std::vector<std::string> keys =
        options.collections.value_or(std::vector<std::string>{std::string(kGlobalVariables)});
    if (options.trainable) keys.emplace_back(kTrainableVariables);
    // A key that is given twice counts once.
    for (const std::string& key : std::set<std::string>(keys.begin(), keys.end())) {
      graph_.collections[key].push_back(graph_.kept(variable));
    }
  }

  GraphRep& graph_;
  std::string scope_;
};

// Makes a variable whose initial value is built by a function of its shape: TensorFlow builds that
// below the variable, in a scope "Initializer", and lets its nodes belong to the variable.
Variable make_from_initializer(GraphRep& graph, const std::string& full_name,
                               const Initializer& initializer, const Shape& shape, DType dtype,
                               const VariableOptions& options) {
  const ScopedNameScope root(graph, "");
  const ScopedNameScope own(graph, full_name);
  if (!own.ok()) return {};
  const std::string name = own.name().substr(0, own.name().size() - 1);
  ThreadState& here = graph.here();
  const auto outer_attrs = here.attrs;
  here.attrs["_class"] = colocated_with(name);
  Graph handle = GraphRep::graph_of(graph.shared_from_this());
  Output initial_value;
  {
    const ScopedNameScope inner(graph, "Initializer");
    initial_value = initializer.build(handle, shape, dtype);
  }
  VariableMaker maker(graph, own.name());
  Variable variable = maker.make(initial_value, options);
  here.attrs = outer_attrs;
  return variable;
}

Result<Initializer> default_initializer(const std::string& name, DType dtype) {
  if (is_floating(dtype)) return glorot_uniform_initializer();
  if (is_integer(dtype) || dtype == DType::kBool || dtype == DType::kString)
    return zeros_initializer();
  return value_error("An initializer for variable {} of {} is required", name, dtype_name(dtype));
}

Status check_shared(const Variable& found, const std::string& name,
                    const std::optional<Shape>& shape, DType dtype) {
  const auto found_shape = found.shape().full();
  if (shape && found_shape && *shape != *found_shape) {
    return value_error("Trying to share variable {}, but specified shape {} and found shape {}.",
                       name, tuple_text(*shape), tuple_text(*found_shape));
  }
  if (found.dtype() != dtype) {
    return value_error("Trying to share variable {}, but specified dtype {} and found dtype {}{}.",
                       name, dtype_name(dtype), dtype_name(found.dtype()),
                       found.is_resource() ? "" : "_ref");
  }
  return {};
}

// What the scope's reuse says of a name: the variable that exists, none if one is to be made.
Result<std::optional<Variable>> find_shared(GraphRep& graph, const std::string& name, Reuse reuse) {
  const auto at = graph.variable_store.find(name);
  const bool exists = at != graph.variable_store.end();
  if (exists && reuse == Reuse::kInherit) {
    return value_error(
        "Variable {} already exists, disallowed. Did you mean to set reuse=True or "
        "reuse=tf.AUTO_REUSE in VarScope?",
        name);
  }
  if (!exists && reuse == Reuse::kTrue) {
    return value_error(
        "Variable {} does not exist, or was not created with tf.get_variable(). Did you "
        "mean to set reuse=tf.AUTO_REUSE in VarScope?",
        name);
  }
  if (!exists) return std::optional<Variable>();
  return std::optional<Variable>(graph.variable(at->second));
}

// TensorFlow's words; they also answer a call with neither shape nor initializer.
constexpr std::string_view kInitializerWithoutShape =
    "The initializer passed is not valid. It should be a callable with no arguments and the shape "
    "should not be provided or an instance of `tf.keras.initializers.*' and `shape` should be "
    "fully defined.";

// Only what the call itself says is compared: a dtype of the scope gives way to a constant's.
Status check_constant_dtype(const GetVariableOptions& options) {
  if (!options.initializer || !options.dtype) return {};
  const auto* constant = std::get_if<Tensor>(&*options.initializer);
  if (constant == nullptr || constant->dtype() == *options.dtype) return {};
  return value_error("Initializer type '{}' and explicit dtype '{}' don't match.",
                     dtype_name(constant->dtype()), dtype_name(*options.dtype));
}

Variable make_from_tensor(GraphRep& graph, const std::string& full_name, const Tensor& tensor,
                          const VariableOptions& options) {
  const ScopedNameScope root(graph, "");
  return GraphRep::graph_of(graph.shared_from_this()).variable(full_name, tensor, options);
}

}  // namespace

Variable Graph::variable(std::string_view name, const InitialValue& initial_value,
                         const VariableOptions& options) {
  const std::lock_guard lock(rep_->mutex);
  // A function's nodes come first, and beside the variable: it was called before, as an argument.
  Output value;
  if (const auto* build = std::get_if<InitialValue::Build>(&initial_value.value())) {
    value = (*build)(*this);
  } else if (const auto* output = std::get_if<Output>(&initial_value.value())) {
    value = *output;
  }
  const ScopedNameScope scope(*rep_, name.empty() ? "Variable" : name);
  if (!scope.ok()) return {};
  if (const auto* tensor = std::get_if<Tensor>(&initial_value.value())) {
    value = constant(*tensor, options.use_resource ? "Initializer/initial_value" : "initial_value");
  }
  return VariableMaker(*rep_, scope.name()).make(value, options);
}

Variable Graph::get_variable(std::string_view name, const GetVariableOptions& options) {
  const std::lock_guard lock(rep_->mutex);
  const VariableScopeRep& scope = *rep_->here().variable_scope;
  const std::string full =
      scope.name.empty() ? std::string(name) : scope.name + '/' + std::string(name);
  const auto initializer = options.initializer ? options.initializer : scope.initializer;
  const DType dtype = options.dtype.value_or(scope.dtype);
  const auto refuse = [&](Error error) {
    rep_->fail(std::move(error));
    return Variable();
  };
  if (auto status = check_constant_dtype(options); !status.ok()) {
    return refuse(std::move(status).error());
  }
  auto shared = find_shared(*rep_, full, scope.reuse);
  if (!shared.ok()) return refuse(std::move(shared).error());
  if (*shared) {
    auto status = check_shared(**shared, full, options.shape, dtype);
    return status.ok() ? **shared : refuse(std::move(status).error());
  }
  VariableOptions variable_options;
  variable_options.trainable = options.trainable;
  variable_options.use_resource = options.use_resource;
  variable_options.collections = options.collections;
  Variable made;
  if (initializer && std::holds_alternative<Tensor>(*initializer)) {
    if (options.shape)
      return refuse(value_error("If initializer is a constant, do not specify shape."));
    made = make_from_tensor(*rep_, full, std::get<Tensor>(*initializer), variable_options);
  } else {
    if (!options.shape) {
      return refuse(value_error(kInitializerWithoutShape));
    }
    auto chosen = initializer ? Result<Initializer>(std::get<Initializer>(*initializer))
                              : default_initializer(full, dtype);
    if (!chosen.ok()) return refuse(std::move(chosen).error());
    variable_options.dtype = dtype;
    made = make_from_initializer(*rep_, full, *chosen, *options.shape, dtype, variable_options);
  }
  if (made.is_valid()) rep_->variable_store[full] = GraphRep::rep_of(made);
  return made;
}

}  // namespace holdall::tf1
