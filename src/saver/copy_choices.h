// What a copy does to tensors on their way, by glob: casts and partitions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/name_rules.h"
#include "holdall/status.h"
#include "holdall/tensor.h"

namespace holdall {

class Casts {
 public:
  // Fails: kInvalidArgument (glob, dtype).
  static Result<Casts> parse(const std::vector<std::string>& texts);

  // What the tensor becomes. Fails: kUnsupported (a glob asks for a cast that there is not).
  Result<DType> dtype_of(std::string_view name, DType stored) const;

 private:
  struct Cast {
    std::optional<Glob> glob;  // none: floating tensors
    DType dtype = DType::kUnknown;
  };
  std::vector<Cast> casts_;
};

class Partitions {
 public:
  // Fails: kInvalidArgument (glob, axis, count).
  static Result<Partitions> parse(const std::vector<std::string>& texts);

  // The slices, in order; none if the tensor stays whole. The first ones are one longer where the
  // axis does not divide evenly, as TensorFlow's partitioners do it. Fails: kInvalidArgument (no
  // such axis, fewer elements than slices).
  Result<std::vector<Box>> boxes_of(std::string_view name, const Shape& shape) const;

 private:
  struct Partition {
    Glob glob;
    uint64_t axis = 0;
    uint64_t count = 1;
  };
  std::vector<Partition> partitions_;
};

}  // namespace holdall
