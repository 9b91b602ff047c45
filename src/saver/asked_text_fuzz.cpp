// Parses any bytes as what people write: a spec of targets, and a slice of a tensor.
#include <string>

#include "base/fuzz_require_testing.h"
#include "holdall/restore.h"
#include "holdall/slice.h"

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size_bytes);
  const auto targets = parse_targets(text);
  if (targets.ok()) {
    for (const RestoreTarget& target : *targets)
      require(!target.shape || target.shape->element_count().has_value());
  } else {
    require(!targets.error().message.empty());
  }
  for (const Shape& shape : {Shape({}), Shape({5}), Shape({4, 0, 3}), Shape({2, 3, 4})}) {
    const auto slice = parse_slice(text, shape);
    if (!slice.ok()) {
      require(slice.error().code == Code::kInvalidArgument);
      continue;
    }
    for (size_t i = 0; i < shape.rank(); ++i) {
      require(slice->box.starts[i] >= 0 && slice->box.lengths[i] >= 0);
      require(slice->box.starts[i] + slice->box.lengths[i] <= shape[i]);
    }
  }
  return 0;
}
