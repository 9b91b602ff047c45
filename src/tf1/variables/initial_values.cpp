// Initial values and initializers: what they add to the graph when a variable is made.
#include <algorithm>
#include <cstring>

#include "base/try.h"
#include "tensor/tensor_factory.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/graph/node_builders.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {

InitialValue::InitialValue(float value) : value_(*Tensor::of<float>({}, {value})) {}

InitialValue random_normal(Shape shape, RandomOptions options) {
  return InitialValue([shape = std::move(shape), options = std::move(options)](Graph& graph) {
    return graph.random_normal(shape, options);
  });
}

InitialValue random_uniform(Shape shape, RandomOptions options) {
  return InitialValue([shape = std::move(shape), options = std::move(options)](Graph& graph) {
    return graph.random_uniform(shape, options);
  });
}

InitialValue truncated_normal(Shape shape, RandomOptions options) {
  return InitialValue([shape = std::move(shape), options = std::move(options)](Graph& graph) {
    return graph.truncated_normal(shape, options);
  });
}

InitialValue zeros(Shape shape, DType dtype) {
  return InitialValue(
      [shape = std::move(shape), dtype](Graph& graph) { return graph.zeros(shape, dtype); });
}

InitialValue ones(Shape shape, DType dtype) {
  return InitialValue(
      [shape = std::move(shape), dtype](Graph& graph) { return graph.ones(shape, dtype); });
}

Initializer zeros_initializer() {
  return Initializer(
      [](Graph& graph, const Shape& shape, DType dtype) { return graph.zeros(shape, dtype); });
}

Initializer ones_initializer() {
  return Initializer(
      [](Graph& graph, const Shape& shape, DType dtype) { return graph.ones(shape, dtype); });
}

namespace {

template <Output (Graph::*make)(const Shape&, const RandomOptions&)>
Initializer random_initializer(RandomOptions options) {
  return Initializer([options = std::move(options)](Graph& graph, const Shape& shape, DType dtype) {
    RandomOptions now = options;
    now.dtype = dtype;
    return (graph.*make)(shape, now);
  });
}

Result<Tensor> stretch_strings(const Tensor& values, const Shape& shape, uint64_t count) {
  std::vector<std::string_view> strings;
  for (uint64_t i = 0; i < count; ++i)
    strings.push_back(values.string_at(std::min(i, values.element_count() - 1)));
  return Tensor::of_strings(shape, strings);
}

Result<Tensor> stretch_numbers(const Tensor& values, const Shape& shape, uint64_t count) {
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(values.dtype(), shape));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  const uint64_t element_size = dtype_size_bytes(values.dtype());
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t from = std::min(i, values.element_count() - 1);
    std::memcpy(buffer->fill().data() + i * element_size,
                values.bytes().data() + from * element_size, element_size);
  }
  return TensorFactory::make(values.dtype(), shape, std::move(buffer));
}

// The elements of `values` in order, then the last one until the shape is full.
Result<TensorAttr> stretch(const Tensor& values, const Shape& shape) {
  const auto count = shape.element_count();
  const uint64_t given = values.element_count();
  if (!count) return value_error("shape {} is negative or too large", shape.to_string());
  if (given == 0 && *count > 0) return value_error("no values are given for {} elements", *count);
  if (given > *count && *count > 0) {
    return value_error("Too many elements provided. Needed at most {}, but received {}", *count,
                       given);
  }
  if (given == 1 || values.shape() == shape) return TensorAttr{values, shape};
  auto stretched = values.dtype() == DType::kString ? stretch_strings(values, shape, *count)
                                                    : stretch_numbers(values, shape, *count);
  if (!stretched.ok()) return std::move(stretched).error();
  return TensorAttr{*std::move(stretched), shape};
}

}  // namespace

Initializer constant_initializer(Tensor values) {
  return Initializer(
      [values = std::move(values)](Graph& graph, const Shape& shape, DType dtype) -> Output {
        GraphRep& rep = *GraphRep::of(graph);
        const std::lock_guard lock(rep.mutex);
        if (values.dtype() != dtype) {
          rep.fail(type_error("the initializer's values are {}, the variable is {}",
                              dtype_name(values.dtype()), dtype_name(dtype)));
          return {};
        }
        auto stretched = stretch(values, shape);
        if (!stretched.ok()) {
          rep.fail(std::move(stretched).error());
          return {};
        }
        return make_constant(rep, *stretched, "Const");
      });
}

Initializer random_normal_initializer(RandomOptions options) {
  return random_initializer<&Graph::random_normal>(std::move(options));
}
Initializer random_uniform_initializer(RandomOptions options) {
  return random_initializer<&Graph::random_uniform>(std::move(options));
}
Initializer truncated_normal_initializer(RandomOptions options) {
  return random_initializer<&Graph::truncated_normal>(std::move(options));
}

}  // namespace holdall::tf1
