// Initializers that draw by the number of a layer's inputs and outputs.
#include <algorithm>
#include <cmath>

#include "holdall/tf1_initializers.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// What is left of a normal's standard deviation where it is cut at two of them.
constexpr double kTruncatedSpread = 0.87962566103423978;

double product(std::span<const int64_t> sizes) {
  double all = 1;
  for (const int64_t size : sizes) all *= static_cast<double>(size);
  return all;
}

// Inputs and outputs of a layer with weights of this shape, as TensorFlow counts them.
std::pair<double, double> fans(const Shape& shape) {
  const auto sizes = shape.dims();
  if (sizes.size() < 2) return {product(sizes), product(sizes)};
  const double receptive_field = product(sizes.first(sizes.size() - 2));
  return {receptive_field * static_cast<double>(sizes[sizes.size() - 2]),
          receptive_field * static_cast<double>(sizes.back())};
}

double fan_of(FanMode mode, const Shape& shape) {
  const auto [fan_in, fan_out] = fans(shape);
  switch (mode) {
    case FanMode::kIn: return fan_in;
    case FanMode::kOut: return fan_out;
    case FanMode::kAverage: return (fan_in + fan_out) / 2.0;
  }
  return fan_in;
}

// A part has the fans of the whole.
Shape whole_shape(const Graph& graph, const Shape& shape) {
  const auto part = graph.current_part();
  return part ? part->full_shape : shape;
}

Output draw(Graph& graph, const Shape& shape, DType dtype, Distribution distribution, double spread,
            std::optional<int64_t> seed) {
  RandomOptions options;
  options.dtype = dtype;
  options.seed = seed;
  options.stddev = spread;
  options.minval = -spread;
  options.maxval = spread;
  switch (distribution) {
    case Distribution::kTruncatedNormal: return graph.truncated_normal(shape, options);
    case Distribution::kNormal: return graph.random_normal(shape, options);
    case Distribution::kUniform: return graph.random_uniform(shape, options);
  }
  return {};
}

}  // namespace

double variance_scaling_spread(const VarianceScaling& scaling, const Shape& weights) {
  const double variance = scaling.scale / std::max(1.0, fan_of(scaling.mode, weights));
  switch (scaling.distribution) {
    case Distribution::kTruncatedNormal: return std::sqrt(variance) / kTruncatedSpread;
    case Distribution::kNormal: return std::sqrt(variance);
    case Distribution::kUniform: return std::sqrt(3.0 * variance);
  }
  return 0;
}

double unit_scaling_spread(double factor, const Shape& weights) {
  const auto sizes = weights.dims();
  const double inputs = product(sizes.first(sizes.empty() ? 0 : sizes.size() - 1));
  return std::sqrt(3 / std::max(inputs, 1.0)) * factor;
}

Initializer variance_scaling_initializer(const VarianceScaling& scaling,
                                         std::optional<int64_t> seed) {
  return Initializer([scaling, seed](Graph& graph, const Shape& shape, DType dtype) -> Output {
    if (!(scaling.scale > 0)) {
      GraphRep::of(graph)->fail(
          value_error("`scale` must be positive float. Received: {}", scaling.scale));
      return {};
    }
    const double spread = variance_scaling_spread(scaling, whole_shape(graph, shape));
    return draw(graph, shape, dtype, scaling.distribution, spread, seed);
  });
}

Initializer glorot_uniform_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({1, FanMode::kAverage, Distribution::kUniform}, seed);
}
Initializer glorot_normal_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({1, FanMode::kAverage, Distribution::kTruncatedNormal}, seed);
}
Initializer he_normal_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({2, FanMode::kIn, Distribution::kTruncatedNormal}, seed);
}
Initializer he_uniform_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({2, FanMode::kIn, Distribution::kUniform}, seed);
}
Initializer lecun_normal_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({1, FanMode::kIn, Distribution::kTruncatedNormal}, seed);
}
Initializer lecun_uniform_initializer(std::optional<int64_t> seed) {
  return variance_scaling_initializer({1, FanMode::kIn, Distribution::kUniform}, seed);
}

Initializer uniform_unit_scaling_initializer(double factor, std::optional<int64_t> seed) {
  return Initializer([factor, seed](Graph& graph, const Shape& shape, DType dtype) {
    const double spread = unit_scaling_spread(factor, whole_shape(graph, shape));
    return draw(graph, shape, dtype, Distribution::kUniform, spread, seed);
  });
}

}  // namespace holdall::tf1
