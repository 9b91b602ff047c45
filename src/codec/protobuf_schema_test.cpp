// The wire codec against libprotobuf's messages, built from a schema that is made here: every way
// in which proto3 writes a field.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/proto_wire.h"
#include "codec/random_wire_values.h"

namespace holdall {
namespace {

namespace pb = google::protobuf;

// The numbers are those of kSchema.
struct Sample {
  int32_t int32 = 0;
  int64_t int64 = 0;
  uint32_t uint32 = 0;
  uint64_t uint64 = 0;
  bool flag = false;
  uint32_t fixed32 = 0;
  uint64_t fixed64 = 0;
  float number32 = 0;
  double number64 = 0;
  std::string bytes;
  std::unique_ptr<Sample> child;
  std::vector<int32_t> packed_int32;
  std::vector<uint64_t> packed_uint64;
  std::vector<bool> packed_flags;
  std::vector<float> packed_float;
  std::vector<double> packed_double;
  std::vector<int64_t> loose_int64;
  std::vector<float> loose_float;
  std::vector<std::string> many_bytes;
  std::vector<Sample> children;
  std::optional<int64_t> choice;
};

using F = pb::FieldDescriptorProto;
struct SchemaRow {
  const char* name;
  F::Type type;
  bool is_repeated = false;
  bool is_packed = false;
};
// Field numbers count from 1.
constexpr SchemaRow kSchema[] = {{"int32", F::TYPE_INT32},
                                 {"int64", F::TYPE_INT64},
                                 {"uint32", F::TYPE_UINT32},
                                 {"uint64", F::TYPE_UINT64},
                                 {"flag", F::TYPE_BOOL},
                                 {"fixed32", F::TYPE_FIXED32},
                                 {"fixed64", F::TYPE_FIXED64},
                                 {"number32", F::TYPE_FLOAT},
                                 {"number64", F::TYPE_DOUBLE},
                                 {"bytes", F::TYPE_BYTES},
                                 {"child", F::TYPE_MESSAGE},
                                 {"packed_int32", F::TYPE_INT32, true, true},
                                 {"packed_uint64", F::TYPE_UINT64, true, true},
                                 {"packed_flags", F::TYPE_BOOL, true, true},
                                 {"packed_float", F::TYPE_FLOAT, true, true},
                                 {"packed_double", F::TYPE_DOUBLE, true, true},
                                 {"loose_int64", F::TYPE_INT64, true},
                                 {"loose_float", F::TYPE_FLOAT, true},
                                 {"many_bytes", F::TYPE_BYTES, true},
                                 {"children", F::TYPE_MESSAGE, true},
                                 {"choice", F::TYPE_INT64}};

class TypedProtobuf : public testing::Test {
 protected:
  TypedProtobuf() {
    pb::FileDescriptorProto file;
    file.set_name("sample.proto");
    file.set_syntax("proto3");
    auto* message = file.add_message_type();
    message->set_name("Sample");
    message->add_oneof_decl()->set_name("alternatives");
    for (const SchemaRow& row : kSchema) {
      auto* field = message->add_field();
      field->set_name(row.name);
      field->set_number(message->field_size());
      field->set_type(row.type);
      field->set_label(row.is_repeated ? F::LABEL_REPEATED : F::LABEL_OPTIONAL);
      if (row.type == F::TYPE_MESSAGE) field->set_type_name(".Sample");
      if (row.is_repeated && row.type != F::TYPE_BYTES && row.type != F::TYPE_MESSAGE) {
        field->mutable_options()->set_packed(row.is_packed);
      }
      if (std::string_view(row.name) == "choice") field->set_oneof_index(0);
    }
    descriptor_ = pool_.BuildFile(file)->message_type(0);
  }

  std::unique_ptr<pb::Message> make_message() {
    return std::unique_ptr<pb::Message>(factory_.GetPrototype(descriptor_)->New());
  }

  pb::DescriptorPool pool_;
  pb::DynamicMessageFactory factory_;
  const pb::Descriptor* descriptor_ = nullptr;
};

void fill_message(const Sample& sample, pb::Message& message) {
  const pb::Reflection* set = message.GetReflection();
  const auto field = [&](int number) { return message.GetDescriptor()->FindFieldByNumber(number); };
  set->SetInt32(&message, field(1), sample.int32);
  set->SetInt64(&message, field(2), sample.int64);
  set->SetUInt32(&message, field(3), sample.uint32);
  set->SetUInt64(&message, field(4), sample.uint64);
  set->SetBool(&message, field(5), sample.flag);
  set->SetUInt32(&message, field(6), sample.fixed32);
  set->SetUInt64(&message, field(7), sample.fixed64);
  set->SetFloat(&message, field(8), sample.number32);
  set->SetDouble(&message, field(9), sample.number64);
  set->SetString(&message, field(10), sample.bytes);
  if (sample.child) fill_message(*sample.child, *set->MutableMessage(&message, field(11)));
  for (const int32_t value : sample.packed_int32) set->AddInt32(&message, field(12), value);
  for (const uint64_t value : sample.packed_uint64) set->AddUInt64(&message, field(13), value);
  for (const bool value : sample.packed_flags) set->AddBool(&message, field(14), value);
  for (const float value : sample.packed_float) set->AddFloat(&message, field(15), value);
  for (const double value : sample.packed_double) set->AddDouble(&message, field(16), value);
  for (const int64_t value : sample.loose_int64) set->AddInt64(&message, field(17), value);
  for (const float value : sample.loose_float) set->AddFloat(&message, field(18), value);
  for (const std::string& value : sample.many_bytes) set->AddString(&message, field(19), value);
  for (const Sample& child : sample.children)
    fill_message(child, *set->AddMessage(&message, field(20)));
  if (sample.choice) set->SetInt64(&message, field(21), *sample.choice);
}

std::string encode(const Sample& sample) {
  std::string out;
  ProtoWriter writer(out);
  writer.add_int_if_set(1, sample.int32);
  writer.add_int_if_set(2, sample.int64);
  writer.add_uint_if_set(3, sample.uint32);
  writer.add_uint_if_set(4, sample.uint64);
  writer.add_bool_if_set(5, sample.flag);
  writer.add_fixed32_if_set(6, sample.fixed32);
  writer.add_fixed64_if_set(7, sample.fixed64);
  writer.add_float_if_set(8, sample.number32);
  writer.add_double_if_set(9, sample.number64);
  writer.add_bytes_if_set(10, sample.bytes);
  if (sample.child) writer.add_message(11, encode(*sample.child));
  writer.add_packed_varints(12, sample.packed_int32);
  writer.add_packed_varints(13, sample.packed_uint64);
  writer.add_packed_varints(14, sample.packed_flags);
  writer.add_packed_fixed<float>(15, sample.packed_float);
  writer.add_packed_fixed<double>(16, sample.packed_double);
  for (const int64_t value : sample.loose_int64) writer.add_int(17, value);
  for (const float value : sample.loose_float) writer.add_float(18, value);
  for (const std::string& value : sample.many_bytes) writer.add_bytes(19, value);
  for (const Sample& child : sample.children) writer.add_message(20, encode(child));
  if (sample.choice) writer.add_int(21, *sample.choice);
  return out;
}

Sample decode_sample(ProtoReader reader) {
  Sample sample;
  while (reader.next()) {
    switch (reader.number()) {
      case 1: sample.int32 = reader.as_int32(); break;
      case 2: sample.int64 = reader.as_int64(); break;
      case 3: sample.uint32 = reader.as_uint32(); break;
      case 4: sample.uint64 = reader.as_uint64(); break;
      case 5: sample.flag = reader.as_bool(); break;
      case 6: sample.fixed32 = reader.as_fixed32(); break;
      case 7: sample.fixed64 = reader.as_fixed64(); break;
      case 8: sample.number32 = reader.as_float(); break;
      case 9: sample.number64 = reader.as_double(); break;
      case 10: sample.bytes = reader.as_string(); break;
      case 11: sample.child = std::make_unique<Sample>(decode_sample(reader.as_message())); break;
      case 12: reader.append_varints(sample.packed_int32); break;
      case 13: reader.append_varints(sample.packed_uint64); break;
      case 14: reader.append_varints(sample.packed_flags); break;
      case 15: reader.append_fixed(sample.packed_float); break;
      case 16: reader.append_fixed(sample.packed_double); break;
      case 17: reader.append_varints(sample.loose_int64); break;
      case 18: reader.append_fixed(sample.loose_float); break;
      case 19: sample.many_bytes.emplace_back(reader.as_string()); break;
      case 20: sample.children.push_back(decode_sample(reader.as_message())); break;
      case 21: sample.choice = reader.as_int64(); break;
      default: ADD_FAILURE() << "field " << reader.number();
    }
  }
  EXPECT_TRUE(reader.status().ok()) << reader.status().error().message;
  return sample;
}

template <class T>
std::vector<T> random_list(Random& random) {
  std::vector<T> values(random() % 3 == 0 ? random() % 40 : 0);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(random_scalar(random));
  return values;
}

Sample random_sample(Random& random, int depth) {
  constexpr double kNumbers[] = {0.0,    -0.0,   1.5,
                                 -1e300, 5e-324, std::numeric_limits<double>::quiet_NaN()};
  const auto is_set = [&] { return random() % 2 == 0; };
  Sample sample;
  if (is_set()) sample.int32 = static_cast<int32_t>(random_scalar(random));
  if (is_set()) sample.int64 = static_cast<int64_t>(random_scalar(random));
  if (is_set()) sample.uint32 = static_cast<uint32_t>(random_scalar(random));
  if (is_set()) sample.uint64 = random_scalar(random);
  sample.flag = is_set();
  if (is_set()) sample.fixed32 = static_cast<uint32_t>(random_scalar(random));
  if (is_set()) sample.fixed64 = random_scalar(random);
  sample.number32 = static_cast<float>(kNumbers[random() % std::size(kNumbers)]);
  sample.number64 = kNumbers[random() % std::size(kNumbers)];
  if (is_set()) sample.bytes = random_bytes(random);
  sample.packed_int32 = random_list<int32_t>(random);
  sample.packed_uint64 = random_list<uint64_t>(random);
  sample.packed_flags = random_list<bool>(random);
  sample.packed_float = random_list<float>(random);
  sample.packed_double = random_list<double>(random);
  sample.loose_int64 = random_list<int64_t>(random);
  sample.loose_float = random_list<float>(random);
  for (uint64_t i = random() % 3; i > 0; --i) sample.many_bytes.push_back(random_bytes(random));
  if (is_set()) sample.choice = static_cast<int64_t>(random_scalar(random));
  if (depth == 0) return sample;
  if (is_set()) sample.child = std::make_unique<Sample>();  // present and empty
  if (is_set()) sample.child = std::make_unique<Sample>(random_sample(random, depth - 1));
  for (uint64_t i = random() % 3; i > 0; --i)
    sample.children.push_back(random_sample(random, depth - 1));
  return sample;
}

TEST_F(TypedProtobuf, WritesAndReadsTheSameBytes) {
  Random random(13);
  for (int round = 0; round < 3'000; ++round) {
    const Sample sample = random_sample(random, 3);
    const auto message = make_message();
    fill_message(sample, *message);
    const std::string theirs = message->SerializeAsString();
    ASSERT_EQ(encode(sample), theirs) << "round " << round;
    // Every field goes through, since writing what was read gives the bytes again.
    ASSERT_EQ(encode(decode_sample(ProtoReader(span_of(theirs)))), theirs) << "round " << round;
    const auto back = make_message();
    ASSERT_TRUE(back->ParseFromString(theirs));
    ASSERT_EQ(back->SerializeAsString(), theirs) << "round " << round;
  }
}

// Our limit on nesting is theirs.
TEST_F(TypedProtobuf, RefusesTheSameDepth) {
  std::string message;
  const auto we_take = [](const std::string& text) {
    ProtoReader reader(span_of(text));
    while (reader.next()) {
      ProtoReader inner = reader.as_message();
      if (!reader.status().ok()) return false;
      reader = inner;
    }
    return reader.status().ok();
  };
  for (int depth = 0; depth < 2 * kMaxMessageDepth; ++depth) {
    ASSERT_EQ(we_take(message), make_message()->ParseFromString(message)) << depth << " levels";
    std::string outer;
    ProtoWriter(outer).add_message(11, message);
    message = outer;
  }
}

}  // namespace
}  // namespace holdall
