// Decodes any bytes as what TensorFlow stores in place of plain elements: string tensors,
// TensorProto messages, Snappy blocks. The first two bytes choose the dtype and how many elements.
#include <string>
#include <vector>

#include "base/fuzz_require_testing.h"
#include "codec/snappy_block.h"
#include "codec/tf_strings.h"
#include "codec/tf_tensor_proto.h"

namespace holdall {
namespace {

void check_code(const Error& error) {
  require(error.code == Code::kCorrupt && !error.message.empty());
}

void check_strings(std::span<const std::byte> bytes, uint64_t count) {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    const auto strings = decode_tf_strings(bytes, count, order);
    if (!strings.ok()) {
      check_code(strings.error());
      continue;
    }
    require(strings->ends.size() == count);
    require(strings->bytes.size() == (count == 0 ? 0 : strings->ends.back()));
    // Lengths may be spelled in more bytes than they need.
    require(encode_tf_strings_head(strings->ends, order).bytes.size() + strings->bytes.size() <=
            bytes.size());
  }
  const auto strings = decode_tensor_proto_strings(bytes, count);
  if (!strings.ok()) return check_code(strings.error());
  require(strings->ends.size() == count && strings->bytes.size() <= bytes.size());
}

void check_elements(std::span<const std::byte> bytes, DType dtype, uint64_t count) {
  if (tensor_proto_field(dtype).value == TensorProtoValue::kNone || dtype == DType::kString) return;
  std::vector<std::byte> into(count * dtype_size_bytes(dtype), std::byte{0xee});
  const auto status = decode_tensor_proto(bytes, dtype, into);
  if (!status.ok()) return check_code(status.error());
  require(count <= max_tensor_proto_values(dtype, bytes.size()));
}

void check_snappy(std::span<const std::byte> bytes) {
  const auto original = snappy_decompress(bytes);
  if (!original.ok()) return check_code(original.error());
  require(original->size() <= 22 * bytes.size());
  const std::string packed = snappy_compress(*original);
  const auto again = snappy_decompress(std::as_bytes(std::span(packed)));
  require(again.ok() && *again == *original);
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  using namespace holdall;
  if (size_bytes < 2) return 0;
  const auto input = std::as_bytes(std::span(bytes, size_bytes)).subspan(2);
  const auto dtype = static_cast<DType>(bytes[0] % (static_cast<unsigned>(DType::kResource) + 1));
  check_strings(input, bytes[1]);
  check_elements(input, dtype, bytes[1]);
  check_snappy(input);
  std::vector<std::byte> original;
  (void)find_in_snappy(input, bytes[1], original);
  return 0;
}
