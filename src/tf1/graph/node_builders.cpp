#include "tf1/graph/node_builders.h"

#include <cmath>
#include <limits>

#include "tensor/convert.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Below it TensorFlow stores zeros and ones in the graph, above it computes them.
constexpr uint64_t kMaxConstantElements = 1000;

// NumPy's rule: sizes are matched from the last dimension on, and 1 stretches. Fails: TensorFlow's
// words for the first two sizes that do not fit.
Result<StaticShape> broadcast(const StaticShape& a, const StaticShape& b) {
  if (!a.has_rank || !b.has_rank) return StaticShape::unknown();
  StaticShape result{true, {}};
  const size_t rank = std::max(a.dims.size(), b.dims.size());
  for (size_t i = 0; i < rank; ++i) {
    const int64_t x = i < rank - a.dims.size() ? 1 : a.dims[i - (rank - a.dims.size())];
    const int64_t y = i < rank - b.dims.size() ? 1 : b.dims[i - (rank - b.dims.size())];
    if (x != y && x != 1 && y != 1 && x != -1 && y != -1)
      return value_error("Dimensions must be equal, but are {} and {}", x, y);
    result.dims.push_back(x == 1 ? y : (y == 1 || x > 0) ? x : y);
  }
  return result;
}

// The Const node that tells a random operation its shape.
Output make_shape_constant(GraphRep& graph, const Shape& shape, std::string_view name) {
  std::vector<int32_t> dims;
  bool fits = true;
  for (const int64_t size : shape.dims()) {
    fits &= size <= INT32_MAX;
    dims.push_back(static_cast<int32_t>(size));
  }
  const Shape vector({static_cast<int64_t>(shape.rank())});
  if (!fits)
    return make_constant(graph, {*Tensor::of<int64_t>(vector, shape.dims()), vector}, name);
  return make_constant(graph, {*Tensor::of<int32_t>(vector, dims), vector}, name);
}

Output make_sampler(GraphRep& graph, std::string_view type, std::string_view name,
                    std::vector<Output> inputs, const Shape& shape, const RandomOptions& options) {
  const auto [seed, seed2] = graph.derive_seeds(options.seed);
  NodeSpec spec;
  spec.type = type;
  spec.name = name;
  spec.attrs = {{"seed", seed}, {"seed2", seed2}, {"T", inputs.front().dtype()}};
  spec.attrs.emplace(type == "RandomUniformInt" ? "Tout" : "dtype", options.dtype);
  spec.inputs = std::move(inputs);
  spec.outputs = {{options.dtype, StaticShape::of(shape), false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_normal(GraphRep& graph, RandomKind kind, const Shape& shape,
                   const RandomOptions& options, const std::string& scope) {
  const Output dims = make_shape_constant(graph, shape, "shape");
  const Output mean = make_scalar(graph, options.dtype, options.mean, "mean");
  const Output stddev = make_scalar(graph, options.dtype, options.stddev, "stddev");
  const std::string_view type =
      kind == RandomKind::kNormal ? "RandomStandardNormal" : "TruncatedNormal";
  const Output sample = make_sampler(graph, type, type, {dims}, shape, options);
  return make_binary(graph, "Add", make_binary(graph, "Mul", sample, stddev, "mul"), mean, scope);
}

Output make_uniform(GraphRep& graph, const Shape& shape, const RandomOptions& options,
                    const std::string& scope) {
  const bool is_integer = options.dtype == DType::kI32 || options.dtype == DType::kI64;
  const bool is_floating =
      options.dtype == DType::kF16 || options.dtype == DType::kF32 || options.dtype == DType::kF64;
  if (!is_integer && !is_floating) {
    graph.fail(value_error("Invalid dtype tf.{}", dtype_name(options.dtype)));
    return {};
  }
  if (is_integer && !options.maxval) {
    graph.fail(
        value_error("Must specify maxval for integer dtype tf.{}", dtype_name(options.dtype)));
    return {};
  }
  const Output dims = make_shape_constant(graph, shape, "shape");
  const Output least = make_scalar(graph, options.dtype, options.minval, "min");
  const Output most = make_scalar(graph, options.dtype, options.maxval.value_or(1), "max");
  if (is_integer) {
    return make_sampler(graph, "RandomUniformInt", scope, {dims, least, most}, shape, options);
  }
  const Output sample =
      make_sampler(graph, "RandomUniform", "RandomUniform", {dims}, shape, options);
  const Output range = make_binary(graph, "Sub", most, least, "sub");
  return make_binary(graph, "Add", make_binary(graph, "Mul", sample, range, "mul"), least, scope);
}

// TensorFlow's words for two shapes that should be one.
std::string shapes_differ(const Shape& wanted, const Shape& given) {
  if (wanted.rank() != given.rank()) {
    return message("Shapes must be equal rank, but are {} and {}", wanted.rank(), given.rank());
  }
  size_t axis = 0;
  while (wanted[axis] == given[axis]) ++axis;
  return message(
      "Dimension {} in both shapes must be equal, but are {} and {}. Shapes are {} and {}.", axis,
      wanted[axis], given[axis], wanted.to_string(), given.to_string());
}

template <class T>
Result<Tensor> integer_tensor(double value) {
  // One above the maximum, which itself need not be a double.
  constexpr T kHalf = std::numeric_limits<T>::max() / 2 + 1;
  constexpr double kEnd = 2.0 * static_cast<double>(kHalf);
  const bool fits = value >= static_cast<double>(std::numeric_limits<T>::min()) && value < kEnd;
  if (!fits || std::trunc(value) != value)
    return type_error("Expected {}, got {}", dtype_name(kDTypeOf<T>), value);
  return Tensor::of<T>({}, {static_cast<T>(value)});
}

// The elements of a constant list of sizes, one of which may stand for all.
template <class T>
StaticShape shape_from(const TensorAttr& sizes, std::span<const T> given) {
  StaticShape shape{true, {given.begin(), given.end()}};
  if (given.size() == 1) shape.dims.assign(sizes.shape.element_count().value_or(1), given[0]);
  return shape;
}

StaticShape shape_from(const TensorAttr& sizes) {
  if (const auto given = sizes.values.view<int32_t>(); given.ok()) return shape_from(sizes, *given);
  if (const auto given = sizes.values.view<int64_t>(); given.ok()) return shape_from(sizes, *given);
  return StaticShape::unknown();
}

}  // namespace

Result<Tensor> scalar_tensor(DType dtype, double value) {
  switch (dtype) {
    case DType::kF32: return Tensor::of<float>({}, {static_cast<float>(value)});
    case DType::kF64: return Tensor::of<double>({}, {value});
    case DType::kI8: return integer_tensor<int8_t>(value);
    case DType::kI16: return integer_tensor<int16_t>(value);
    case DType::kI32: return integer_tensor<int32_t>(value);
    case DType::kI64: return integer_tensor<int64_t>(value);
    case DType::kU8: return integer_tensor<uint8_t>(value);
    case DType::kU16: return integer_tensor<uint16_t>(value);
    case DType::kU32: return integer_tensor<uint32_t>(value);
    case DType::kU64: return integer_tensor<uint64_t>(value);
    case DType::kBool: return Tensor::of<bool>({}, {value != 0});
    case DType::kComplex64: return Tensor::of<std::complex<float>>({}, {static_cast<float>(value)});
    case DType::kComplex128: return Tensor::of<std::complex<double>>({}, {value});
    case DType::kF16: {
      const uint16_t bits = float_to_half(static_cast<float>(value));
      return Tensor::copy_of(dtype, {}, std::as_bytes(std::span(&bits, 1)));
    }
    case DType::kString: {
      const std::string_view empty;
      return Tensor::of_strings({}, {&empty, 1});
    }
    default: return unsupported("no constant of dtype {} can be made", dtype_name(dtype));
  }
}

AttrValue colocated_with(const std::string& name) {
  return AttrList(std::vector<std::string>{"loc:@" + name});
}

Output make_constant(GraphRep& graph, const TensorAttr& tensor, std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  NodeSpec spec;
  spec.type = "Const";
  spec.name = name;
  spec.attrs = {{"value", tensor}, {"dtype", tensor.values.dtype()}};
  spec.outputs = {{tensor.values.dtype(), StaticShape::of(tensor.shape), false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_scalar(GraphRep& graph, DType dtype, double value, std::string_view name) {
  auto tensor = scalar_tensor(dtype, value);
  if (!tensor.ok()) {
    graph.fail(std::move(tensor).error());
    return {};
  }
  return make_constant(graph, {*tensor, Shape()}, name);
}

Output make_binary(GraphRep& graph, std::string_view type, const Output& a, const Output& b,
                   std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  if (a.is_valid() && b.is_valid() && a.dtype() != b.dtype()) {
    graph.fail(
        type_error("Input 'y' of '{}' Op has type {} that does not match type {} of argument 'x'.",
                   type, dtype_name(b.dtype()), dtype_name(a.dtype())));
    return {};
  }
  const auto shape = broadcast(a.shape(), b.shape());
  if (!shape.ok()) {
    graph.fail(value_error("{} for '{}' (op: '{}') with input shapes: {}, {}.",
                           shape.error().message, name, type, Shape(a.shape().dims).to_string(),
                           Shape(b.shape().dims).to_string()));
    return {};
  }
  NodeSpec spec;
  spec.type = type;
  spec.name = name;
  spec.inputs = {a, b};
  spec.attrs = {{"T", a.dtype()}};
  spec.outputs = {{a.dtype(), *shape, false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_identity(GraphRep& graph, const Output& input, std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  NodeSpec spec;
  spec.type = "Identity";
  spec.name = name;
  spec.inputs = {input};
  spec.attrs = {{"T", input.dtype()}};
  spec.outputs = {{input.dtype(), input.shape(), false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_fill(GraphRep& graph, const Output& dims, const Output& value, std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  const Node* source = GraphRep::node_of(dims.op());
  const auto* sizes = source == nullptr ? nullptr : source->find_attr<TensorAttr>("value");
  const StaticShape shape = sizes == nullptr ? StaticShape::unknown() : shape_from(*sizes);
  NodeSpec spec;
  spec.type = "Fill";
  spec.name = name;
  spec.inputs = {dims, value};
  spec.attrs = {{"T", value.dtype()}, {"index_type", dims.dtype()}};
  spec.outputs = {{value.dtype(), shape, false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_filled(GraphRep& graph, const Shape& shape, DType dtype, double value,
                   std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  const auto count = shape.element_count();
  if (!count) {
    graph.fail(value_error("shape {} is negative or too large", shape.to_string()));
    return {};
  }
  auto element = scalar_tensor(dtype, value);
  if (!element.ok()) {
    graph.fail(std::move(element).error());
    return {};
  }
  const ScopedNameScope scope(graph, name);
  if (!scope.ok()) return {};
  if (*count < kMaxConstantElements) return make_constant(graph, {*element, shape}, scope.name());
  const Output dims = make_shape_constant(graph, shape, "shape_as_tensor");
  const Output one = make_constant(graph, {*element, Shape()}, "Const");
  return make_fill(graph, dims, one, scope.name());
}

Output make_random(GraphRep& graph, RandomKind kind, const Shape& shape,
                   const RandomOptions& options) {
  const std::lock_guard lock(graph.mutex);
  if (!shape.element_count()) {
    graph.fail(value_error("shape {} is negative or too large", shape.to_string()));
    return {};
  }
  constexpr std::string_view kNames[] = {"random_normal", "truncated_normal", "random_uniform"};
  const ScopedNameScope scope(
      graph, options.name.empty() ? kNames[static_cast<size_t>(kind)] : options.name);
  if (!scope.ok()) return {};
  if (kind == RandomKind::kUniform) return make_uniform(graph, shape, options, scope.name());
  return make_normal(graph, kind, shape, options, scope.name());
}

Output make_resource_read(GraphRep& graph, const Output& handle, DType dtype,
                          const StaticShape& shape, std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  NodeSpec spec;
  spec.type = "ReadVariableOp";
  spec.name = name;
  spec.inputs = {handle};
  spec.attrs = {{"dtype", dtype}};
  spec.outputs = {{dtype, shape, false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_strings(GraphRep& graph, const std::vector<std::string>& strings, const Shape& shape,
                    std::string_view name, const std::string& device) {
  const std::lock_guard lock(graph.mutex);
  const std::vector<std::string_view> views(strings.begin(), strings.end());
  auto tensor = Tensor::of_strings(shape, views);
  if (!tensor.ok()) {
    graph.fail(std::move(tensor).error());
    return {};
  }
  NodeSpec spec;
  spec.type = "Const";
  spec.name = name;
  spec.device = device;
  spec.attrs = {{"value", TensorAttr{*std::move(tensor), shape}}, {"dtype", DType::kString}};
  spec.outputs = {{DType::kString, StaticShape::of(shape), false}};
  return {graph.add(std::move(spec)), 0};
}

Output make_assign(GraphRep& graph, const Output& ref, const Output& value, std::string_view name,
                   bool validate_shape) {
  const std::lock_guard lock(graph.mutex);
  if (value.is_valid() && value.dtype() != ref.dtype()) {
    graph.fail(type_error(
        "Input 'value' of 'Assign' Op has type {} that does not match type {} of argument 'ref'.",
        dtype_name(value.dtype()), dtype_name(ref.dtype())));
    return {};
  }
  const auto wanted = ref.shape().full();
  const auto given = value.shape().full();
  if (validate_shape && wanted && given && *wanted != *given) {
    if (name.ends_with('/')) name.remove_suffix(1);
    graph.fail(value_error("{} for '{}' (op: 'Assign') with input shapes: {}, {}.",
                           shapes_differ(*wanted, *given), name, wanted->to_string(),
                           given->to_string()));
    return {};
  }
  NodeSpec spec;
  spec.type = "Assign";
  spec.name = name;
  spec.inputs = {ref, value};
  spec.attrs = {{"T", ref.dtype()},
                {"validate_shape", validate_shape},
                {"use_locking", true},
                {"_class", colocated_with(ref.op().name())}};
  spec.outputs = {{ref.dtype(), ref.shape(), true}};
  return {graph.add(std::move(spec)), 0};
}

Operation make_no_op(GraphRep& graph, std::vector<Operation> control_inputs,
                     std::string_view name) {
  const std::lock_guard lock(graph.mutex);
  NodeSpec spec;
  spec.type = "NoOp";
  spec.name = name;
  spec.control_inputs = std::move(control_inputs);
  return graph.add(std::move(spec));
}

}  // namespace holdall::tf1
