// What initializers draw with and make; the classes are Python's.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_tf1.h"
#include "bindings.h"

namespace nb = nanobind;

namespace holdall::python {

using namespace tf1;

namespace {

VarianceScaling to_scaling(double scale, const std::string& mode, const std::string& distribution) {
  VarianceScaling scaling;
  scaling.scale = scale;
  scaling.mode = mode == "fan_in"    ? FanMode::kIn
                 : mode == "fan_out" ? FanMode::kOut
                                     : FanMode::kAverage;
  scaling.distribution = distribution == "uniform"              ? Distribution::kUniform
                         : distribution == "untruncated_normal" ? Distribution::kNormal
                                                                : Distribution::kTruncatedNormal;
  return scaling;
}

}  // namespace

void bind_tf1_initializers(nb::module_& module) {
  module.def(
      "variance_scaling_spread",
      [](double scale, const std::string& mode, const std::string& distribution,
         const Ints& weights) {
        return variance_scaling_spread(to_scaling(scale, mode, distribution), Shape(weights));
      },
      nb::arg("scale"), nb::arg("mode"), nb::arg("distribution"), nb::arg("weights"));
  module.def(
      "unit_scaling_spread",
      [](double factor, const Ints& weights) {
        return unit_scaling_spread(factor, Shape(weights));
      },
      nb::arg("factor"), nb::arg("weights"));
  module.def(
      "orthogonal",
      [](Graph& graph, const Ints& shape, double gain, const std::string& dtype,
         std::optional<int64_t> seed) {
        return checked(
            graph,
            orthogonal_initializer(gain, seed).build(graph, Shape(shape), *find_dtype(dtype)));
      },
      nb::arg("graph"), nb::arg("shape"), nb::arg("gain"), nb::arg("dtype"), nb::arg("seed").none(),
      Unlocked());
  module.def(
      "identity_values",
      [](const Ints& shape, double gain, const std::string& dtype,
         const std::optional<std::pair<Ints, Ints>>& part) {
        std::optional<SliceInfo> slice;
        if (part) slice = SliceInfo{"", Shape(part->first), part->second, Shape(shape)};
        return unwrap(identity_values(Shape(shape), *find_dtype(dtype), gain, slice), Face::kTf1);
      },
      nb::arg("shape"), nb::arg("gain"), nb::arg("dtype"), nb::arg("part").none());
}

}  // namespace holdall::python
