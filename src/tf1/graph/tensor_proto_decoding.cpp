#include "tf1/graph/tensor_proto_decoding.h"

#include <bit>
#include <cstring>

#include "base/message.h"
#include "base/try.h"
#include "codec/tf_tensor_proto.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"

namespace holdall::tf1 {
namespace {

// A few stored values may stand for many; so many bytes of them are made at most.
constexpr uint64_t kMaxRepeatedBytes = uint64_t{1} << 28;

struct StoredTensor {
  DType dtype = DType::kUnknown;
  Shape shape;
  std::span<const std::byte> content;
  std::vector<std::byte> values;  // elements, in this machine's order
  std::vector<std::string_view> strings;
};

void append_value(uint64_t value, DType dtype, std::vector<std::byte>& values) {
  if (dtype == DType::kBool) value = value != 0 ? 1 : 0;
  std::byte little[sizeof value];
  store_le(little, value);
  const uint64_t size_bytes = dtype_size_bytes(dtype);
  values.insert(values.end(), little, little + size_bytes);
  if constexpr (std::endian::native == std::endian::big)
    reverse_byte_groups(std::span(values).last(size_bytes), size_bytes);
}

// Types that V1 files cannot hold have fields of their own in graphs.
TensorProtoField value_field(DType dtype) {
  switch (dtype) {
    case DType::kBF16: return {13, TensorProtoValue::kUnsigned};
    case DType::kU32: return {16, TensorProtoValue::kUnsigned};
    case DType::kU64: return {17, TensorProtoValue::kUnsigned};
    default: return tensor_proto_field(dtype);
  }
}

template <class T>
void append_numbers(ProtoReader& reader, std::vector<std::byte>& values) {
  std::vector<T> numbers;
  reader.append_fixed(numbers);
  const auto bytes = std::as_bytes(std::span(numbers));
  values.insert(values.end(), bytes.begin(), bytes.end());
}

void append_field(ProtoReader& reader, TensorProtoValue kind, StoredTensor& stored) {
  if (kind == TensorProtoValue::kText) {
    stored.strings.push_back(reader.as_string());
  } else if (kind == TensorProtoValue::kRaw) {
    const bool is_wide = stored.dtype == DType::kF64 || stored.dtype == DType::kComplex128;
    is_wide ? append_numbers<double>(reader, stored.values)
            : append_numbers<float>(reader, stored.values);
  } else {
    std::vector<uint64_t> numbers;
    reader.append_varints(numbers);
    for (const uint64_t number : numbers) append_value(number, stored.dtype, stored.values);
  }
}

Result<StoredTensor> read_fields(const ProtoReader& message) {
  StoredTensor stored;
  for (ProtoReader reader = message; reader.next();) {
    if (reader.number() == 1) stored.dtype = dtype_of_tf_code(reader.as_uint64());
    if (reader.number() == 2) {
      HOLDALL_ASSIGN(stored.shape, parse_shape_proto(reader.as_message()));
    }
    if (reader.number() == 4) stored.content = reader.as_bytes();
  }
  const TensorProtoField field = value_field(stored.dtype);
  ProtoReader reader = message;
  while (reader.next()) {
    if (reader.number() == field.number && field.value != TensorProtoValue::kNone)
      append_field(reader, field.value, stored);
  }
  HOLDALL_TRY(reader.status());
  return stored;
}

Result<TensorAttr> make_strings(StoredTensor stored, uint64_t count) {
  if (stored.strings.empty() && count > 0) stored.strings.emplace_back();
  if (stored.strings.size() > count || count > kMaxRepeatedBytes / sizeof(uint64_t))
    return corrupt("{} strings for shape {}", stored.strings.size(), stored.shape.to_string());
  if (stored.strings.size() == 1) {
    HOLDALL_ASSIGN(Tensor one, Tensor::of_strings({}, stored.strings));
    if (count == 1) {
      HOLDALL_ASSIGN(one, TensorFactory::with_shape(std::move(one), stored.shape));
    }
    return TensorAttr{std::move(one), stored.shape};
  }
  while (stored.strings.size() < count) stored.strings.push_back(stored.strings.back());
  HOLDALL_ASSIGN(Tensor all, Tensor::of_strings(stored.shape, stored.strings));
  return TensorAttr{std::move(all), stored.shape};
}

Result<TensorAttr> make_from_content(const StoredTensor& stored) {
  HOLDALL_ASSIGN(Tensor all, Tensor::copy_of(stored.dtype, stored.shape, stored.content));
  if constexpr (std::endian::native == std::endian::big) {
    std::vector<std::byte> bytes(all.bytes().begin(), all.bytes().end());
    reverse_byte_groups(bytes, dtype_swap_bytes(stored.dtype));
    HOLDALL_ASSIGN(all, Tensor::copy_of(stored.dtype, stored.shape, bytes));
  }
  return TensorAttr{std::move(all), stored.shape};
}

Result<TensorAttr> make_from_values(StoredTensor stored, uint64_t count) {
  const uint64_t size_bytes = dtype_size_bytes(stored.dtype);
  if (stored.values.empty() && count > 0) stored.values.resize(size_bytes);
  const uint64_t given = stored.values.size() / size_bytes;
  if (given > count || stored.values.size() % size_bytes != 0 ||
      (given > 1 && count > kMaxRepeatedBytes / size_bytes)) {
    return corrupt("{} values for shape {}", given, stored.shape.to_string());
  }
  if (given == 1 && count != 1) {
    HOLDALL_ASSIGN(Tensor one, Tensor::copy_of(stored.dtype, {}, stored.values));
    return TensorAttr{std::move(one), stored.shape};
  }
  const std::vector<std::byte> last(
      stored.values.end() - static_cast<ptrdiff_t>(given > 0 ? size_bytes : 0),
      stored.values.end());
  stored.values.reserve(count * size_bytes);
  for (uint64_t i = given; i < count; ++i)
    stored.values.insert(stored.values.end(), last.begin(), last.end());
  HOLDALL_ASSIGN(Tensor all, Tensor::copy_of(stored.dtype, stored.shape, stored.values));
  return TensorAttr{std::move(all), stored.shape};
}

}  // namespace

Result<TensorAttr> decode_tensor_proto_attr(const ProtoReader& message) {
  HOLDALL_ASSIGN(StoredTensor stored, read_fields(message));
  const uint64_t count = stored.shape.element_count().value_or(0);
  if (stored.dtype == DType::kString) return make_strings(std::move(stored), count);
  if (dtype_size_bytes(stored.dtype) == 0)
    return unsupported("no constant of dtype {} can be read", dtype_name(stored.dtype));
  if (!stored.content.empty()) return make_from_content(stored);
  return make_from_values(std::move(stored), count);
}

Result<StaticShape> decode_static_shape(ProtoReader message) {
  StaticShape shape{true, {}};
  while (message.next()) {
    if (message.number() == 3 && message.as_bool()) shape.has_rank = false;
    if (message.number() != 2) continue;
    int64_t size = 0;
    ProtoReader dim = message.as_message();
    while (dim.next()) {
      if (dim.number() == 1) size = dim.as_int64();
    }
    HOLDALL_TRY(dim.status());
    if (size < -1) return corrupt("a dimension of {}", size);
    if (shape.dims.size() == kTfMaxRank) return corrupt("more than {} dimensions", kTfMaxRank);
    shape.dims.push_back(size);
  }
  HOLDALL_TRY(message.status());
  if (!shape.has_rank) shape.dims.clear();
  return shape;
}

}  // namespace holdall::tf1
