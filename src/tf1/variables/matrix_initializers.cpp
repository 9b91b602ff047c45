// Initializers that make matrices of a kind: orthogonal ones, and the identity.
#include <algorithm>
#include <cstring>

#include "base/try.h"
#include "holdall/tf1_initializers.h"
#include "tensor/tensor_factory.h"
#include "tf1/graph/node_builders.h"
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// Makes nodes under the names that Python's functions give them, so that automatic seeds of what
// comes later are TensorFlow's.
class OrthogonalMaker {
 public:
  explicit OrthogonalMaker(Graph& graph) : graph_(graph), rep_(*GraphRep::of(graph)) {}

  Output make(const Shape& shape, const Shape& matrix, bool is_wide, double gain,
              const RandomOptions& options) {
    const Output drawn = graph_.random_normal(matrix, options);
    const Operation qr = operation("Qr", {drawn}, {{"full_matrices", false}});
    const Output r(qr, 1);
    // Which makes the distribution uniform.
    const Output signs = one("Sign", {one("DiagPart", {r})});
    Output q = scaled(Output(qr, 0), signs);
    if (is_wide) q = with_integers("Transpose", "transpose", q, "perm", "Tperm", Shape({1, 0}));
    q = with_integers("Reshape", "Reshape", q, "shape", "Tshape", shape);
    const ScopedNameScope scope(rep_, "mul");
    if (!scope.ok()) return {};
    return make_binary(rep_, "Mul", make_scalar(rep_, options.dtype, gain, "x"), q, scope.name());
  }

 private:
  Operation operation(const std::string& type, std::vector<Output> inputs,
                      std::map<std::string, AttrValue> attrs = {}) {
    const ScopedNameScope scope(rep_, type);
    return scope.ok() ? node(type, scope.name(), std::move(inputs), std::move(attrs)) : Operation();
  }

  Operation node(const std::string& type, const std::string& name, std::vector<Output> inputs,
                 std::map<std::string, AttrValue> attrs) {
    NodeSpec spec;
    spec.type = type;
    spec.name = name;
    attrs["T"] = inputs.front().dtype();
    spec.inputs = std::move(inputs);
    spec.attrs = std::move(attrs);
    return graph_.node(std::move(spec));
  }

  Output one(const std::string& type, std::vector<Output> inputs) {
    return {operation(type, std::move(inputs)), 0};
  }

  Output scaled(const Output& values, const Output& by) {
    const ScopedNameScope scope(rep_, "mul");
    return scope.ok() ? make_binary(rep_, "Mul", values, by, scope.name()) : Output();
  }

  // A node whose second input is a constant list of integers.
  Output with_integers(const std::string& type, const std::string& name, const Output& input,
                       const std::string& list_name, const std::string& type_attr,
                       const Shape& integers) {
    const ScopedNameScope scope(rep_, name);
    if (!scope.ok()) return {};
    const Shape length({static_cast<int64_t>(integers.rank())});
    const std::vector<int32_t> values(integers.dims().begin(), integers.dims().end());
    const auto tensor = Tensor::of<int32_t>(length, values);
    const Output list = make_constant(rep_, {tensor.ok() ? *tensor : Tensor(), length}, list_name);
    return {node(type, scope.name(), {input, list}, {{type_attr, DType::kI32}}), 0};
  }

  Graph& graph_;
  GraphRep& rep_;
};

Output refuse(Graph& graph, Error error) {
  GraphRep::of(graph)->fail(std::move(error));
  return {};
}

}  // namespace

Initializer orthogonal_initializer(double gain, std::optional<int64_t> seed) {
  return Initializer([gain, seed](Graph& graph, const Shape& shape, DType dtype) -> Output {
    if (shape.rank() < 2)
      return refuse(graph,
                    value_error("The tensor to initialize must be at least two-dimensional"));
    const auto rows = Shape(shape.dims().first(shape.rank() - 1)).element_count();
    const int64_t columns = shape.dims().back();
    if (!rows || !shape.element_count() || *rows > INT32_MAX || columns > INT32_MAX)
      return refuse(graph, value_error("shape {} is negative or too large", shape.to_string()));
    const auto height = static_cast<int64_t>(*rows);
    const std::lock_guard lock(GraphRep::of(graph)->mutex);
    RandomOptions options;
    options.dtype = dtype;
    options.seed = seed;
    const Shape matrix({std::max(height, columns), std::min(height, columns)});
    return OrthogonalMaker(graph).make(shape, matrix, height < columns, gain, options);
  });
}

Result<Tensor> identity_values(const Shape& shape, DType dtype, double gain,
                               const std::optional<SliceInfo>& part) {
  const Shape& whole = part ? part->full_shape : shape;
  if (whole.rank() != 2)
    return value_error("Identity matrix initializer can only be used for 2D matrices.");
  HOLDALL_ASSIGN(const Tensor one, scalar_tensor(dtype, gain));
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(dtype, whole));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  std::fill(buffer->fill().begin(), buffer->fill().end(), std::byte{0});
  const auto step = (static_cast<uint64_t>(whole[1]) + 1) * one.size_bytes();
  for (uint64_t i = 0; i < static_cast<uint64_t>(std::min(whole[0], whole[1])); ++i)
    std::memcpy(buffer->fill().data() + i * step, one.bytes().data(), one.size_bytes());
  HOLDALL_ASSIGN(Tensor values, TensorFactory::make(dtype, whole, std::move(buffer)));
  if (!part) return values;
  return slice_tensor(values, part->offset, shape.dims());
}

Initializer identity_initializer(double gain) {
  return Initializer([gain](Graph& graph, const Shape& shape, DType dtype) -> Output {
    auto values = identity_values(shape, dtype, gain, graph.current_part());
    if (!values.ok()) return refuse(graph, std::move(values).error());
    return graph.constant(*values);
  });
}

}  // namespace holdall::tf1
