// Initializers of the TensorFlow-1 face (tf1.h) that scale with a variable's shape: for
// get_variable and variable scopes. Those that do not are in tf1_graph.h. Of a part of a variable
// the whole's shape counts.
#pragma once

#include <cstdint>
#include <optional>

#include "holdall/status.h"
#include "holdall/tensor.h"
#include "holdall/tf1_graph.h"

namespace holdall::tf1 {

// Of a layer with weights of a shape: its inputs, its outputs, or the mean of the two.
enum class FanMode : uint8_t { kIn, kOut, kAverage };

enum class Distribution : uint8_t { kTruncatedNormal, kNormal, kUniform };

struct VarianceScaling {
  double scale = 1;
  FanMode mode = FanMode::kIn;
  Distribution distribution = Distribution::kTruncatedNormal;
};

// Draws with the variance scale / fan. A scale that is not positive is a ValueError.
HOLDALL_EXPORT Initializer variance_scaling_initializer(const VarianceScaling& scaling = {},
                                                        std::optional<int64_t> seed = {});
HOLDALL_EXPORT Initializer glorot_normal_initializer(std::optional<int64_t> seed = {});
HOLDALL_EXPORT Initializer he_normal_initializer(std::optional<int64_t> seed = {});
HOLDALL_EXPORT Initializer he_uniform_initializer(std::optional<int64_t> seed = {});
HOLDALL_EXPORT Initializer lecun_normal_initializer(std::optional<int64_t> seed = {});
HOLDALL_EXPORT Initializer lecun_uniform_initializer(std::optional<int64_t> seed = {});

// Uniform in +-factor * sqrt(3 / inputs), where all axes but the last are inputs.
HOLDALL_EXPORT Initializer uniform_unit_scaling_initializer(double factor = 1,
                                                            std::optional<int64_t> seed = {});

// A matrix (all axes but the last together, and the last) whose rows or columns, whichever are
// fewer, are orthogonal and of length `gain`. Fewer than two axes are a ValueError.
HOLDALL_EXPORT Initializer orthogonal_initializer(double gain = 1,
                                                  std::optional<int64_t> seed = {});

// `gain` times the identity, of as many rows and columns as there are. Another rank than two is a
// ValueError.
HOLDALL_EXPORT Initializer identity_initializer(double gain = 1);

// What the first and the third of them draw with for weights of a shape: the standard deviation
// that a normal distribution is given, and half the width of a uniform one.
HOLDALL_EXPORT double variance_scaling_spread(const VarianceScaling& scaling, const Shape& weights);
HOLDALL_EXPORT double unit_scaling_spread(double factor, const Shape& weights);

// The values of the last, or of a part of them. Fails: kInvalidArgument (ValueError).
HOLDALL_EXPORT Result<Tensor> identity_values(const Shape& shape, DType dtype, double gain = 1,
                                              const std::optional<SliceInfo>& part = {});

}  // namespace holdall::tf1
