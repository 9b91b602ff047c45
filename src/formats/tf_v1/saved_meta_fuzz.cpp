// Parses any bytes as the list of tensors of a V1 checkpoint.

#include "base/fuzz_require_testing.h"
#include "codec/sorted_table_layout.h"
#include "formats/tf_v1/tf_v1_layout.h"

namespace {}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  const auto tensors = tf_v1::parse_saved_meta(std::as_bytes(std::span(bytes, size_bytes)));
  if (!tensors.ok()) {
    const Code code = tensors.error().code;
    require(code == Code::kCorrupt || code == Code::kUnsupported);
    return 0;
  }
  require(tensors->size() <= size_bytes);
  for (const auto& tensor : *tensors) {
    require(!tensor.status.ok() || tensor.shape.element_count().has_value());
  }
  const std::string encoded = tf_v1::encode_saved_meta(*tensors);
  const auto again = tf_v1::parse_saved_meta(bytes_of(encoded));
  require(again.ok() && again->size() == tensors->size());
  return 0;
}
