// Element-wise arithmetic against loops over indexes.
#include <cmath>
#include <random>

#include "tensor/convert.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/graph/node_builders.h"
#include "tf1/tf1_testing.h"

namespace holdall::tf1 {
namespace {

// The element of `shape` that stands at `index` of a result with `result_dims`, by NumPy's rule.
uint64_t stretched_index(const Shape& shape, const std::vector<int64_t>& result_dims,
                         uint64_t index) {
  uint64_t source = 0;
  uint64_t step = 1;
  uint64_t rest = index;
  for (size_t back = 1; back <= result_dims.size(); ++back) {
    const auto size = static_cast<uint64_t>(result_dims[result_dims.size() - back]);
    const uint64_t at = rest % size;
    rest /= size;
    if (back > shape.rank()) continue;
    const auto own = static_cast<uint64_t>(shape[shape.rank() - back]);
    if (own > 1) source += at * step;
    step *= own;
  }
  return source;
}

struct ShapePair {
  Shape a;
  Shape b;
  std::vector<int64_t> result;
};

const std::vector<ShapePair>& shape_pairs() {
  static const std::vector<ShapePair> all = {
      {{}, {}, {}},
      {{3}, {}, {3}},
      {{}, {2, 2}, {2, 2}},
      {{2, 3}, {3}, {2, 3}},
      {{2, 1}, {1, 3}, {2, 3}},
      {{4, 1, 2}, {3, 1}, {4, 3, 2}},
      {{1, 1}, {2, 3}, {2, 3}},
      {{2, 3, 4}, {2, 3, 4}, {2, 3, 4}},
      {{3, 1, 5, 1}, {1, 2, 1, 4}, {3, 2, 5, 4}},
      {{0, 3}, {3}, {0, 3}},
      {{1}, {0}, {0}},
      {{0}, {0}, {0}},
  };
  return all;
}

using Combine = Output (Graph::*)(const Output&, const Output&, std::string_view);

Tensor combined(Combine combine, const Tensor& a, const Tensor& b) {
  Graph graph;
  return evaluate(graph, (graph.*combine)(graph.constant(a), graph.constant(b), "result"));
}

template <class T, class Naive>
void expect_like_loops(DType dtype, Combine combine, Naive naive) {
  std::mt19937_64 random(7);
  for (const ShapePair& shapes : shape_pairs()) {
    const Tensor a = random_tensor(random, dtype, shapes.a);
    const Tensor b = random_tensor(random, dtype, shapes.b);
    const Tensor result = combined(combine, a, b);
    EXPECT_EQ(result.shape(), Shape(shapes.result));
    EXPECT_EQ(result.dtype(), dtype);
    const auto x = values_of<T>(a);
    const auto y = values_of<T>(b);
    const auto out = values_of<T>(result);
    for (uint64_t i = 0; i < out.size(); ++i) {
      const T expected = naive(x[stretched_index(shapes.a, shapes.result, i)],
                               y[stretched_index(shapes.b, shapes.result, i)]);
      // Any NaN is as good as another.
      if (expected != expected) {
        EXPECT_NE(out[i], out[i]);
      } else {
        EXPECT_EQ(out[i], expected) << shapes.a.to_string() << shapes.b.to_string() << i;
      }
    }
  }
}

template <class T>
void expect_like_loops(DType dtype) {
  expect_like_loops<T>(dtype, &Graph::add, [](T a, T b) { return a + b; });
  expect_like_loops<T>(dtype, &Graph::subtract, [](T a, T b) { return a - b; });
  expect_like_loops<T>(dtype, &Graph::multiply, [](T a, T b) { return a * b; });
}

TEST(Arithmetic, OfFloatsIsIeees) {
  expect_like_loops<float>(DType::kF32);
  expect_like_loops<double>(DType::kF64);
}

// Modulo 2^64, and what of that fits; signed overflow would be undefined.
template <class T>
void expect_like_wrapping_loops(DType dtype) {
  const auto cut = [](uint64_t value) { return static_cast<T>(value); };
  const auto wide = [](T value) { return static_cast<uint64_t>(static_cast<int64_t>(value)); };
  expect_like_loops<T>(dtype, &Graph::add, [&](T a, T b) { return cut(wide(a) + wide(b)); });
  expect_like_loops<T>(dtype, &Graph::subtract, [&](T a, T b) { return cut(wide(a) - wide(b)); });
  expect_like_loops<T>(dtype, &Graph::multiply, [&](T a, T b) { return cut(wide(a) * wide(b)); });
}

TEST(Arithmetic, OfIntegersWraps) {
  expect_like_wrapping_loops<int32_t>(DType::kI32);
  expect_like_wrapping_loops<int64_t>(DType::kI64);
  const Tensor most = *Tensor::of<int32_t>({}, {INT32_MAX});
  const Tensor one = *Tensor::of<int32_t>({}, {1});
  EXPECT_EQ(values_of<int32_t>(combined(&Graph::add, most, one))[0], INT32_MIN);
}

Tensor half(std::initializer_list<float> values) {
  std::vector<uint16_t> bits;
  for (const float value : values) bits.push_back(float_to_half(value));
  return *Tensor::copy_of(DType::kF16, {static_cast<int64_t>(bits.size())},
                          std::as_bytes(std::span(bits)));
}

TEST(Arithmetic, OfHalvesRoundsEachResultToEven) {
  EXPECT_EQ(combined(&Graph::add, half({1, 2048, 2048, 65504}), half({0.5, 1, 3, 65504})),
            half({1.5, 2048, 2052, HUGE_VALF}));
  EXPECT_EQ(combined(&Graph::subtract, half({1, 2048}), half({0.25, -1})), half({0.75, 2048}));
  EXPECT_EQ(combined(&Graph::multiply, half({3, 0.1f}), half({-5, 0.1f})),
            half({-15, half_to_float(float_to_half(0.1f)) * half_to_float(float_to_half(0.1f))}));
}

TEST(Arithmetic, TakesNoOtherTypes) {
  for (const DType dtype : {DType::kU8, DType::kBool, DType::kComplex64}) {
    Graph graph;
    const Output sum = graph.add(graph.ones({2}, dtype), graph.ones({2}, dtype));
    Session session(graph);
    EXPECT_TRUE(raises(session.run(sum), ErrorClass::kUnimplemented,
                       {"no arithmetic on", dtype_name(dtype)}));
  }
}

// Shapes that are only known when a graph runs are checked there.
TEST(Arithmetic, ChecksShapesAgainWhenItRuns) {
  Graph graph;
  const auto unknown = [&](int32_t size) {
    const Output dims = graph.identity(graph.constant(*Tensor::of<int32_t>({1}, {size})));
    return graph.fill(dims, graph.constant(scalar(1)));
  };
  Session session(graph);
  const Output sum = graph.add(unknown(2), unknown(3));
  EXPECT_TRUE(
      raises(session.run(sum), ErrorClass::kInvalidArgument, {"Incompatible shapes: [2] vs. [3]"}));
}

TEST(Arithmetic, TakesBytesAtAnyAddress) {
  const std::vector<float> numbers = {0, 1, 2};
  std::vector<std::byte> bytes(1 + sizeof(float) * 3);
  std::memcpy(bytes.data() + 1, numbers.data(), sizeof(float) * 3);
  const Tensor odd = *Tensor::borrow(DType::kF32, {3}, std::span(bytes).subspan(1), nullptr);
  EXPECT_EQ(values_of<float>(combined(&Graph::add, odd, odd)), (std::vector<float>{0, 2, 4}));
}

TEST(Arithmetic, AnswersAddV2AsAdd) {
  Graph graph;
  const Output two = graph.constant(scalar(2));
  const Output sum = make_binary(*GraphRep::of(graph), "AddV2", two, two, "sum");
  EXPECT_EQ(values_of<float>(evaluate(graph, sum)), (std::vector<float>{4}));
}

}  // namespace
}  // namespace holdall::tf1
