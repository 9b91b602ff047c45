#include "codec/proto_wire.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace holdall {
namespace {

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

std::span<const std::byte> span_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Walks all fields and returns the fault's message, or "" for a well-formed message.
std::string fault_of(std::string_view message, uint64_t offset = 0) {
  ProtoReader reader(span_of(message), offset);
  while (reader.next()) {
  }
  EXPECT_FALSE(reader.next());
  if (reader.status().ok()) return "";
  EXPECT_EQ(reader.status().error().code, Code::kCorrupt);
  return reader.status().error().message;
}

template <class Write>
std::string written(Write write) {
  std::string out;
  ProtoWriter writer(out);
  write(writer);
  return out;
}

constexpr int64_t kMinInt64 = std::numeric_limits<int64_t>::min();

TEST(ProtoReader, ReadsEveryWireType) {
  const std::string message = bytes_of({0x08, 0xac, 0x02,  // 1: varint 300
                                        0x11, 1,    2,    3,    4,    5,   6, 7, 8,  // 2: fixed64
                                        0x1a, 3,    'a',  'b',  'c',                 // 3: bytes
                                        0x25, 0xd8, 0xea, 0x82, 0xa2,                // 4: fixed32
                                        0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01});  // 2^29 - 1: varint 1
  ProtoReader reader(span_of(message), 1000);

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.number(), 1u);
  EXPECT_EQ(reader.wire_type(), WireType::kVarint);
  EXPECT_EQ(reader.payload_offset(), 1001u);
  EXPECT_EQ(reader.as_uint64(), 300u);

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.number(), 2u);
  EXPECT_EQ(reader.wire_type(), WireType::kFixed64);
  EXPECT_EQ(reader.payload_offset(), 1004u);
  EXPECT_EQ(reader.as_fixed64(), 0x0807060504030201u);

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.wire_type(), WireType::kBytes);
  EXPECT_EQ(reader.payload_offset(), 1014u);
  EXPECT_EQ(reader.as_string(), "abc");
  EXPECT_EQ(static_cast<const void*>(reader.as_bytes().data()), message.data() + 14) << "copied";

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.wire_type(), WireType::kFixed32);
  EXPECT_EQ(reader.payload_offset(), 1018u);
  EXPECT_EQ(reader.as_fixed32(), 0xa282ead8u);

  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.number(), kMaxFieldNumber);
  EXPECT_EQ(reader.as_uint64(), 1u);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.status().ok());
}

TEST(ProtoReader, ReadsAnEmptyMessage) {
  EXPECT_EQ(fault_of(""), "");
}

TEST(ProtoReader, SeesVarintsAsEveryType) {
  const auto reader_at = [](const std::string& message) {
    ProtoReader reader(span_of(message));
    EXPECT_TRUE(reader.next());
    return reader;
  };
  const std::string minus_one = bytes_of({8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1});
  EXPECT_EQ(reader_at(minus_one).as_int64(), -1);
  EXPECT_EQ(reader_at(minus_one).as_int32(), -1);
  EXPECT_EQ(reader_at(minus_one).as_uint64(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(reader_at(minus_one).as_uint32(), std::numeric_limits<uint32_t>::max());
  const std::string two_to_32 = bytes_of({8, 128, 128, 128, 128, 16});
  EXPECT_EQ(reader_at(two_to_32).as_int64(), int64_t{1} << 32);
  EXPECT_EQ(reader_at(two_to_32).as_int32(), 0);
  EXPECT_TRUE(reader_at(two_to_32).as_bool());
  EXPECT_FALSE(reader_at(bytes_of({8, 0})).as_bool());
}

TEST(ProtoReader, ReadsFloatingPoint) {
  const std::string message =
      bytes_of({0x0d, 0, 0, 0xc0, 0xbf, 0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f});
  ProtoReader reader(span_of(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.as_float(), -1.5f);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.as_double(), 1.5);
}

TEST(ProtoReader, CountsOffsetsThroughNestedMessages) {
  const std::string message = bytes_of({0x08, 1, 0x12, 5, 0x0a, 3, 0x0a, 1, 'x'});
  ProtoReader outer(span_of(message), 100);
  ASSERT_TRUE(outer.next());
  ASSERT_TRUE(outer.next());
  ProtoReader middle = outer.as_message();
  ASSERT_TRUE(middle.next());
  ProtoReader inner = middle.as_message();
  ASSERT_TRUE(inner.next());
  EXPECT_EQ(inner.as_string(), "x");
  EXPECT_EQ(inner.payload_offset(), 108u);
  EXPECT_FALSE(inner.next() || middle.next() || outer.next());
  EXPECT_TRUE(inner.status().ok() && middle.status().ok() && outer.status().ok());
}

TEST(ProtoReader, ReadsRepeatedVarintsPackedAndNot) {
  const std::string message =
      bytes_of({0x08, 1,  0x0a, 3,   2,   0xac, 0x02, 0x0a, 0,   0x08, 3,  //
                0x0a, 10, 255,  255, 255, 255,  255,  255,  255, 255,  255, 1});
  std::vector<int64_t> wide;
  std::vector<int32_t> narrow;
  std::vector<bool> bits;
  ProtoReader reader(span_of(message));
  while (reader.next()) {
    reader.append_varints(wide);
    reader.append_varints(narrow);
    reader.append_varints(bits);
  }
  ASSERT_TRUE(reader.status().ok()) << reader.status().error().message;
  EXPECT_EQ(wide, (std::vector<int64_t>{1, 2, 300, 3, -1}));
  EXPECT_EQ(narrow, (std::vector<int32_t>{1, 2, 300, 3, -1}));
  EXPECT_EQ(bits, std::vector<bool>(5, true));
}

TEST(ProtoReader, ReadsRepeatedFixedPackedAndNot) {
  const std::string message =
      bytes_of({0x0d, 0, 0,    0x80, 0x3f, 0x0a, 8,   0, 0, 0, 0x40, 0, 0, 0x40, 0x40,  //
                0x0a, 0, 0x0d, 0,    0,    0x80, 0x40});
  std::vector<float> values;
  ProtoReader reader(span_of(message));
  while (reader.next()) reader.append_fixed(values);
  ASSERT_TRUE(reader.status().ok()) << reader.status().error().message;
  EXPECT_EQ(values, (std::vector<float>{1, 2, 3, 4}));

  const std::string doubles =
      bytes_of({0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x0a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40});
  std::vector<double> wide;
  ProtoReader second(span_of(doubles));
  while (second.next()) second.append_fixed(wide);
  EXPECT_EQ(wide, (std::vector<double>{1, 2}));
}

TEST(ProtoReader, RefusesVarintsThatAreCutShort) {
  EXPECT_EQ(fault_of(bytes_of({0x80}), 50), "varint at byte 50 is cut short");
  EXPECT_EQ(fault_of(bytes_of({0x08}), 50), "varint at byte 51 is cut short");
  EXPECT_EQ(fault_of(bytes_of({0x08, 1, 0x08, 0xff, 0xff}), 50), "varint at byte 53 is cut short");
  EXPECT_EQ(fault_of(bytes_of({0x0a}), 50), "varint at byte 51 is cut short");
  EXPECT_EQ(fault_of(bytes_of({8, 255, 255, 255, 255, 255, 255, 255, 255, 255})),
            "varint at byte 1 is cut short");
}

TEST(ProtoReader, RefusesVarintsBeyond64Bits) {
  const std::string nine_full = bytes_of({255, 255, 255, 255, 255, 255, 255, 255, 255});
  EXPECT_EQ(fault_of("\x08" + nine_full + "\x01"), "");
  EXPECT_EQ(fault_of("\x08" + nine_full + "\x02"), "varint at byte 1 does not fit 64 bits");
  EXPECT_EQ(fault_of("\x08" + nine_full + "\xff\x01"), "varint at byte 1 does not fit 64 bits");
  EXPECT_EQ(fault_of(nine_full + "\x02"), "varint at byte 0 does not fit 64 bits");
  EXPECT_EQ(fault_of("\x0a" + nine_full + "\x02"), "varint at byte 1 does not fit 64 bits");
}

TEST(ProtoReader, RefusesFieldNumbersOutOfRange) {
  EXPECT_EQ(fault_of(bytes_of({0x08, 7, 0x00, 7}), 10),
            "field number at byte 12 is 0, must be from 1 to 536870911");
  EXPECT_EQ(fault_of(bytes_of({0x02, 7})),
            "field number at byte 0 is 0, must be from 1 to 536870911");
  EXPECT_EQ(fault_of(bytes_of({0x80, 0x80, 0x80, 0x80, 0x10, 7})),
            "field number at byte 0 is 536870912, must be from 1 to 536870911");
  // Cut to 32 bits, this tag would be field 1.
  EXPECT_EQ(fault_of(bytes_of({0x88, 0x80, 0x80, 0x80, 0x10, 7})),
            "field number at byte 0 is 536870913, must be from 1 to 536870911");
}

TEST(ProtoReader, RefusesGroups) {
  EXPECT_EQ(fault_of(bytes_of({0x0b, 0x0c}), 4),
            "field 1 at byte 4 is a group, which no checkpoint format uses");
  EXPECT_EQ(fault_of(bytes_of({0x14})),
            "field 2 at byte 0 is a group, which no checkpoint format uses");
}

TEST(ProtoReader, RefusesUnknownWireTypes) {
  EXPECT_EQ(fault_of(bytes_of({0x0e, 0})),
            "field 1 at byte 0 has wire type 6, which does not exist");
  EXPECT_EQ(fault_of(bytes_of({0x0f, 0})),
            "field 1 at byte 0 has wire type 7, which does not exist");
}

TEST(ProtoReader, RefusesPayloadsThatDoNotFit) {
  EXPECT_EQ(fault_of(bytes_of({0x0a, 3, 'a', 'b'}), 9),
            "field 1 at byte 9 takes 3 bytes, but its message has 2 left");
  EXPECT_EQ(fault_of(bytes_of({0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})),
            "field 1 at byte 0 takes 18446744073709551615 bytes, but its message has 0 left");
  EXPECT_EQ(fault_of(bytes_of({0x0d, 1, 2, 3})),
            "field 1 at byte 0 takes 4 bytes, but its message has 3 left");
  EXPECT_EQ(fault_of(bytes_of({0x09, 1, 2, 3, 4, 5, 6, 7})),
            "field 1 at byte 0 takes 8 bytes, but its message has 7 left");
}

TEST(ProtoReader, KeepsNestedMessagesInsideTheirLength) {
  // The inner message claims a byte that belongs to the outer one.
  const std::string message = bytes_of({0x0a, 3, 0x0a, 2, 'x', 0x10, 1});
  ProtoReader outer(span_of(message));
  ASSERT_TRUE(outer.next());
  ProtoReader inner = outer.as_message();
  EXPECT_FALSE(inner.next());
  ASSERT_FALSE(inner.status().ok());
  EXPECT_EQ(inner.status().error().message,
            "field 1 at byte 2 takes 2 bytes, but its message has 1 left");
}

TEST(ProtoReader, RefusesAccessByAnotherWireType) {
  const std::string varint = bytes_of({0x08, 5});
  const std::string text = bytes_of({0x12, 1, 'x'});
  const auto fault_after = [](const std::string& message, auto access) {
    ProtoReader reader(span_of(message), 20);
    EXPECT_TRUE(reader.next());
    access(reader);
    EXPECT_FALSE(reader.next());
    return reader.status().ok() ? std::string() : reader.status().error().message;
  };
  EXPECT_EQ(fault_after(text, [](ProtoReader& r) { EXPECT_EQ(r.as_int64(), 0); }),
            "field 2 at byte 20 has wire type 2, expected 0");
  EXPECT_EQ(fault_after(varint, [](ProtoReader& r) { EXPECT_EQ(r.as_string(), ""); }),
            "field 1 at byte 20 has wire type 0, expected 2");
  EXPECT_EQ(fault_after(varint, [](ProtoReader& r) { EXPECT_FALSE(r.as_message().next()); }),
            "field 1 at byte 20 has wire type 0, expected 2");
  EXPECT_EQ(fault_after(varint, [](ProtoReader& r) { EXPECT_EQ(r.as_float(), 0); }),
            "field 1 at byte 20 has wire type 0, expected 5");
  EXPECT_EQ(fault_after(varint, [](ProtoReader& r) { EXPECT_EQ(r.as_double(), 0); }),
            "field 1 at byte 20 has wire type 0, expected 1");
  std::vector<float> floats;
  EXPECT_EQ(fault_after(varint, [&](ProtoReader& r) { r.append_fixed(floats); }),
            "field 1 at byte 20 has wire type 0, expected 5");
  std::vector<int> ints;
  EXPECT_EQ(
      fault_after(bytes_of({0x0d, 0, 0, 0, 0}), [&](ProtoReader& r) { r.append_varints(ints); }),
      "field 1 at byte 20 has wire type 5, expected 0");
  EXPECT_TRUE(floats.empty() && ints.empty());
}

TEST(ProtoReader, RefusesPackedFieldsThatEndInsideAValue) {
  const std::string fixed = bytes_of({0x0a, 6, 0, 0, 0, 0, 0, 0});
  ProtoReader reader(span_of(fixed), 7);
  ASSERT_TRUE(reader.next());
  std::vector<float> floats;
  reader.append_fixed(floats);
  EXPECT_TRUE(floats.empty());
  ASSERT_FALSE(reader.status().ok());
  EXPECT_EQ(reader.status().error().message,
            "field 1 at byte 7 packs values of 4 bytes, but is 6 bytes long");

  const std::string varints = bytes_of({0x0a, 2, 1, 0x80});
  ProtoReader second(span_of(varints), 7);
  ASSERT_TRUE(second.next());
  std::vector<int> ints;
  second.append_varints(ints);
  ASSERT_FALSE(second.status().ok());
  EXPECT_EQ(second.status().error().message, "varint at byte 10 is cut short");
}

TEST(ProtoReader, StaysAtItsFirstFault) {
  const std::string message = bytes_of({0x08, 5, 0x12, 1, 'x'});
  ProtoReader reader(span_of(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.as_string(), "");
  EXPECT_EQ(reader.as_uint64(), 0u);
  EXPECT_EQ(reader.as_fixed32(), 0u);
  std::vector<int64_t> values;
  reader.append_varints(values);
  reader.append_fixed(values);
  EXPECT_TRUE(values.empty());
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.status().error().message, "field 1 at byte 0 has wire type 0, expected 2");
}

// Enters field 1 again and again; returns how many levels it got through and the fault, if any.
std::pair<int, std::string> depth_and_fault(ProtoReader reader, int depth) {
  if (!reader.next()) return {depth, ""};
  ProtoReader inner = reader.as_message();
  if (!reader.status().ok()) return {depth, reader.status().error().message};
  return depth_and_fault(std::move(inner), depth + 1);
}

TEST(ProtoReader, RefusesNestingBeyondItsLimit) {
  std::string message;
  for (int level = 0; level < kMaxMessageDepth; ++level) {
    message = written([&](ProtoWriter& w) { w.add_message(1, message); });
  }
  EXPECT_EQ(depth_and_fault(ProtoReader(span_of(message)), 0),
            std::pair(kMaxMessageDepth, std::string()));
  message = written([&](ProtoWriter& w) { w.add_message(1, message); });
  const auto [depth, fault] = depth_and_fault(ProtoReader(span_of(message)), 0);
  EXPECT_EQ(depth, kMaxMessageDepth);
  EXPECT_TRUE(fault.ends_with("is nested deeper than 100 levels")) << fault;
  EXPECT_TRUE(fault.starts_with("message in field 1 at byte ")) << fault;
}

TEST(ProtoWriter, WritesEveryTypeAsItsGoldenBytes) {
  using W = ProtoWriter;
  EXPECT_EQ(written([](W& w) { w.add_uint(1, 300); }), bytes_of({0x08, 0xac, 0x02}));
  EXPECT_EQ(written([](W& w) { w.add_uint(16, 0); }), bytes_of({0x80, 0x01, 0x00}));
  EXPECT_EQ(written([](W& w) { w.add_uint(1, UINT64_MAX); }),
            bytes_of({8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}));
  EXPECT_EQ(written([](W& w) { w.add_int(1, -1); }),
            bytes_of({8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}));
  EXPECT_EQ(written([](W& w) { w.add_int(1, kMinInt64); }),
            bytes_of({8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1}));
  EXPECT_EQ(written([](W& w) { w.add_bool(2, true); }), bytes_of({0x10, 1}));
  EXPECT_EQ(written([](W& w) { w.add_fixed32(6, 0xa282ead8); }),
            bytes_of({0x35, 0xd8, 0xea, 0x82, 0xa2}));
  EXPECT_EQ(written([](W& w) { w.add_fixed64(1, 0x0807060504030201); }),
            bytes_of({0x09, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(written([](W& w) { w.add_float(1, -1.5f); }), bytes_of({0x0d, 0, 0, 0xc0, 0xbf}));
  EXPECT_EQ(written([](W& w) { w.add_double(2, 1.5); }),
            bytes_of({0x11, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f}));
  EXPECT_EQ(written([](W& w) { w.add_bytes(3, "abc"); }), bytes_of({0x1a, 3, 'a', 'b', 'c'}));
  EXPECT_EQ(written([](W& w) { w.add_message(2, ""); }), bytes_of({0x12, 0}));
  EXPECT_EQ(written([](W& w) { w.add_bool(kMaxFieldNumber, false); }),
            bytes_of({0xf8, 0xff, 0xff, 0xff, 0x0f, 0x00}));
}

TEST(ProtoWriter, PacksRepeatedScalars) {
  using W = ProtoWriter;
  const std::vector<int64_t> varints{1, 300, -1};
  EXPECT_EQ(written([&](W& w) { w.add_packed_varints(1, varints); }),
            bytes_of({0x0a, 13, 1, 0xac, 0x02, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}));
  EXPECT_EQ(written([&](W& w) { w.add_packed_varints(1, std::vector<int32_t>{-1}); }),
            bytes_of({0x0a, 10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}));
  EXPECT_EQ(written([&](W& w) {
              w.add_packed_varints(1, std::vector<bool>{true, false});
            }),
            bytes_of({0x0a, 2, 1, 0}));
  const std::vector<float> floats{1, 2};
  EXPECT_EQ(written([&](W& w) { w.add_packed_fixed<float>(5, floats); }),
            bytes_of({0x2a, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40}));
  const std::vector<uint64_t> wide{0x0807060504030201};
  EXPECT_EQ(written([&](W& w) { w.add_packed_fixed<uint64_t>(5, wide); }),
            bytes_of({0x2a, 8, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(written([&](W& w) { w.add_packed_varints(1, std::vector<int>{}); }), "");
  EXPECT_EQ(written([&](W& w) { w.add_packed_fixed<double>(1, {}); }), "");
}

TEST(ProtoWriter, OmitsWhatIsNotSet) {
  const std::string nothing = written([](ProtoWriter& w) {
    w.add_int_if_set(1, 0);
    w.add_uint_if_set(2, 0);
    w.add_bool_if_set(3, false);
    w.add_fixed32_if_set(4, 0);
    w.add_fixed64_if_set(5, 0);
    w.add_float_if_set(6, 0);
    w.add_double_if_set(7, 0);
    w.add_bytes_if_set(8, "");
  });
  EXPECT_EQ(nothing, "");
}

TEST(ProtoWriter, WritesWhatIsSet) {
  const auto with_if_set = written([](ProtoWriter& w) {
    w.add_int_if_set(1, -5);
    w.add_uint_if_set(2, 5);
    w.add_bool_if_set(3, true);
    w.add_fixed32_if_set(4, 6);
    w.add_fixed64_if_set(5, 7);
    w.add_float_if_set(6, -0.0f);
    w.add_double_if_set(7, -0.0);
    w.add_bytes_if_set(8, "x");
  });
  const auto always = written([](ProtoWriter& w) {
    w.add_int(1, -5);
    w.add_uint(2, 5);
    w.add_bool(3, true);
    w.add_fixed32(4, 6);
    w.add_fixed64(5, 7);
    w.add_float(6, -0.0f);
    w.add_double(7, -0.0);
    w.add_bytes(8, "x");
  });
  EXPECT_EQ(with_if_set, always);
}

TEST(ProtoWriter, IsUndoneByTheReader) {
  const std::string inner = written([](ProtoWriter& w) { w.add_double(1, 0.1); });
  const std::string message = written([&](ProtoWriter& w) {
    w.add_int(1, kMinInt64);
    w.add_message(2, inner);
    w.add_float(3, std::numeric_limits<float>::quiet_NaN());
    w.add_bytes(4, std::string(300, '\0'));
  });
  ProtoReader reader(span_of(message));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.as_int64(), kMinInt64);
  ASSERT_TRUE(reader.next());
  ProtoReader nested = reader.as_message();
  ASSERT_TRUE(nested.next());
  EXPECT_EQ(nested.as_double(), 0.1);
  ASSERT_TRUE(reader.next());
  EXPECT_TRUE(std::isnan(reader.as_float()));
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.as_string(), std::string(300, '\0'));
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.status().ok());
}

TEST(ProtoWire, KnowsTheSizeOfVarints) {
  for (unsigned bits = 0; bits <= 64; ++bits) {
    const uint64_t value = bits == 0 ? 0 : UINT64_MAX >> (64 - bits);
    std::string written_value;
    append_varint(written_value, value);
    EXPECT_EQ(varint_size_bytes(value), written_value.size()) << bits << " bits";
    EXPECT_EQ(varint_size_bytes(value), bits == 0 ? 1 : (bits + 6) / 7) << bits << " bits";
  }
}

}  // namespace
}  // namespace holdall
