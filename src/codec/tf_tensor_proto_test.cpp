#include "codec/tf_tensor_proto.h"

#include <gtest/gtest.h>

#include "codec/proto_wire.h"
#include "codec/snappy_block.h"
#include "codec/sorted_table_layout.h"
#include "codec/varint_packing.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

template <class Elements>
Status decode(const std::string& message, DType dtype, Elements&& into) {
  return decode_tensor_proto(bytes_of(message), dtype, std::as_writable_bytes(std::span(into)));
}

TEST(TensorProto, RoundTripsPackedElementsOfEveryIntegerType) {
  std::mt19937_64 random(1);
  size_t count = 0;
  for (const DType dtype : storable_dtypes()) {
    const TensorProtoField field = tensor_proto_field(dtype);
    const bool is_signed = field.value == TensorProtoValue::kSigned;
    if (!is_signed && field.value != TensorProtoValue::kUnsigned) continue;
    const Tensor tensor = random_tensor(random, dtype, {100});
    std::string packed;
    const auto width = static_cast<uint8_t>(dtype_size_bytes(dtype));
    pack_varints(tensor.bytes(), {width, is_signed}, packed);
    std::string message;
    ProtoWriter(message).add_bytes(field.number, packed);
    std::vector<std::byte> elements(tensor.bytes().size());
    ASSERT_TRUE(is_ok(decode_tensor_proto(bytes_of(message), dtype, elements)));
    EXPECT_TRUE(std::ranges::equal(elements, tensor.bytes())) << dtype_name(dtype);
    ++count;
  }
  EXPECT_EQ(count, 13u);
}

TEST(TensorProto, SpellsNegativeNumbersInTenBytes) {
  const int8_t values[] = {-1, 1};
  std::string packed;
  pack_varints(std::as_bytes(std::span(values)), {1, true}, packed);
  EXPECT_EQ(packed, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01");
}

TEST(TensorProto, TakesNoValuesForNoElements) {
  for (const std::string_view field : {"\x2a", "\x32"}) {  // floats, doubles
    const std::string message = std::string(field) + '\0';
    for (const DType dtype : {DType::kF32, DType::kF64})
      EXPECT_TRUE(is_ok(decode_tensor_proto(bytes_of(message), dtype, {})));
  }
}

TEST(TensorProto, TakesValuesPackedAndOneByOne) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_float(5, 1.5f);
  writer.add_packed_fixed(5, std::span<const float>(std::vector<float>{2, 3}));
  writer.add_int(7, 99);  // another type's
  writer.add_float(5, -4);
  float floats[4] = {};
  ASSERT_TRUE(is_ok(decode(message, DType::kF32, floats)));
  EXPECT_EQ(std::vector<float>(floats, floats + 4), (std::vector<float>{1.5f, 2, 3, -4}));
  int32_t number = 0;
  ASSERT_TRUE(is_ok(decode(message, DType::kI32, std::span(&number, 1))));
  EXPECT_EQ(number, 99);
}

TEST(TensorProto, KeepsTheLowBitsOfWhatIsTooLarge) {
  std::string message;
  ProtoWriter(message).add_packed_varints(7, std::vector<uint64_t>{0x1ff, 0x100});
  uint8_t small[2] = {1, 1};
  ASSERT_TRUE(is_ok(decode(message, DType::kU8, small)));
  EXPECT_EQ(small[0], 0xff);
  EXPECT_EQ(small[1], 0);
  message.clear();
  ProtoWriter(message).add_packed_varints(11, std::vector<uint64_t>{0x100, 0});
  ASSERT_TRUE(is_ok(decode(message, DType::kBool, small)));
  EXPECT_EQ(small[0], 1);
  EXPECT_EQ(small[1], 0);
}

TEST(TensorProto, RefusesAnotherCountOfValues) {
  std::string message;
  ProtoWriter(message).add_packed_fixed(5, std::span<const float>(std::vector<float>{2, 3}));
  float floats[3] = {};
  EXPECT_TRUE(fails(decode(message, DType::kF32, floats), Code::kCorrupt,
                    {"2 values of float32 are stored in field 5, expected 3"}));
  EXPECT_TRUE(fails(decode(message, DType::kF32, std::span(floats).first(1)), Code::kCorrupt,
                    {"2 values", "expected 1"}));
  std::complex<float> one[1];
  EXPECT_TRUE(fails(decode("\x4d\0\0\x80\x3f", DType::kComplex64, one), Code::kCorrupt));
}

TEST(TensorProto, RefusesWhatIsNoMessage) {
  float floats[1] = {};
  int32_t ints[1] = {};
  EXPECT_TRUE(fails(decode("\x2a\x09", DType::kF32, floats), Code::kCorrupt));
  EXPECT_TRUE(fails(decode("\x2a\x03xxx", DType::kF32, floats), Code::kCorrupt,
                    {"packs values of 4 bytes, but is 3 bytes long"}));
  EXPECT_TRUE(fails(decode("\x28\x03", DType::kF32, floats), Code::kCorrupt));
  EXPECT_TRUE(
      fails(decode("\x3a\x01\xff", DType::kI32, ints), Code::kCorrupt, {"varint at byte 2"}));
}

TEST(TensorProto, GivesStrings) {
  std::string message;
  ProtoWriter writer(message);
  for (const std::string_view text : {"ab", "", "c"}) writer.add_bytes(8, text);
  const auto strings = decode_tensor_proto_strings(bytes_of(message), 3);
  ASSERT_TRUE(is_ok(strings));
  EXPECT_EQ(text_of(strings->bytes), "abc");
  EXPECT_EQ(strings->ends, (std::vector<uint64_t>{2, 2, 3}));
  EXPECT_TRUE(fails(decode_tensor_proto_strings(bytes_of(message), 2), Code::kCorrupt,
                    {"3 strings are stored in field 8, expected 2"}));
}

TEST(TensorProto, IsFoundInASnappyBlock) {
  std::string block = "before";
  ProtoWriter(block).add_bytes(3, "message");
  const std::string compressed = snappy_compress(bytes_of(block + "behind"));
  std::vector<std::byte> original;
  const auto message = find_in_snappy(bytes_of(compressed), 6, original);
  ASSERT_TRUE(is_ok(message));
  EXPECT_EQ(text_of(*message), "message");
  EXPECT_TRUE(fails(find_in_snappy(bytes_of(compressed), 99, original), Code::kCorrupt));
  EXPECT_TRUE(fails(find_in_snappy(bytes_of(compressed), 21, original), Code::kCorrupt));
  EXPECT_TRUE(fails(find_in_snappy(bytes_of("\xff"), 0, original), Code::kCorrupt));
}

}  // namespace
}  // namespace holdall
