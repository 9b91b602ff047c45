#include "tf1/graph/tensor_proto_encoding.h"

#include <bit>
#include <cstring>

#include "codec/proto_wire.h"
#include "formats/tf_common/tf_dtypes.h"
#include "formats/tf_common/tf_shape_proto.h"
#include "tensor/convert.h"

namespace holdall::tf1 {
namespace {

template <class T>
T first_element(const Tensor& tensor) {
  T value;
  std::memcpy(&value, tensor.bytes().data(), sizeof value);
  return value;
}

template <class T>
void add_packed_one(ProtoWriter& writer, uint32_t number, T value) {
  writer.add_packed_varints(number, std::vector<T>{value});
}

template <class T>
void add_packed_numbers(ProtoWriter& writer, uint32_t number, const Tensor& tensor) {
  std::vector<T> values(tensor.size_bytes() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes().data(), tensor.size_bytes());
  writer.add_packed_fixed(number, std::span<const T>(values));
}

// The only element, in the field of its type.
void add_typed_value(ProtoWriter& writer, const Tensor& tensor) {
  switch (tensor.dtype()) {
    case DType::kF32: return add_packed_numbers<float>(writer, 5, tensor);
    case DType::kF64: return add_packed_numbers<double>(writer, 6, tensor);
    case DType::kComplex64: return add_packed_numbers<float>(writer, 9, tensor);
    case DType::kComplex128: return add_packed_numbers<double>(writer, 12, tensor);
    case DType::kI32:
    case DType::kQI32: return add_packed_one<int64_t>(writer, 7, first_element<int32_t>(tensor));
    case DType::kI16:
    case DType::kQI16: return add_packed_one<int64_t>(writer, 7, first_element<int16_t>(tensor));
    case DType::kU16:
    case DType::kQU16: return add_packed_one<int64_t>(writer, 7, first_element<uint16_t>(tensor));
    case DType::kI8:
    case DType::kQI8: return add_packed_one<int64_t>(writer, 7, first_element<int8_t>(tensor));
    case DType::kU8:
    case DType::kQU8: return add_packed_one<int64_t>(writer, 7, first_element<uint8_t>(tensor));
    case DType::kI64: return add_packed_one<int64_t>(writer, 10, first_element<int64_t>(tensor));
    case DType::kBool: return add_packed_one<int64_t>(writer, 11, first_element<uint8_t>(tensor));
    case DType::kF16:
    case DType::kBF16: return add_packed_one<int64_t>(writer, 13, first_element<uint16_t>(tensor));
    case DType::kU32: return add_packed_one<uint64_t>(writer, 16, first_element<uint32_t>(tensor));
    case DType::kU64: return add_packed_one<uint64_t>(writer, 17, first_element<uint64_t>(tensor));
    default: break;
  }
  // The narrow types have no field of their own; raw bytes say the same.
  const auto bytes = tensor.bytes();
  writer.add_bytes(4, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void add_content(ProtoWriter& writer, const Tensor& tensor) {
  std::string content(reinterpret_cast<const char*>(tensor.bytes().data()), tensor.size_bytes());
  if constexpr (std::endian::native == std::endian::big) {
    reverse_byte_groups(std::as_writable_bytes(std::span(content)),
                        dtype_swap_bytes(tensor.dtype()));
  }
  writer.add_bytes(4, content);
}

}  // namespace

std::string encode_tensor_proto(const TensorAttr& tensor) {
  std::string message;
  ProtoWriter writer(message);
  const Tensor& values = tensor.values;
  writer.add_uint_if_set(1, tf_code_of(values.dtype()));
  writer.add_message(2, encode_shape_proto(tensor.shape));
  if (values.dtype() == DType::kString) {
    for (uint64_t i = 0; i < values.element_count(); ++i) writer.add_bytes(8, values.string_at(i));
  } else if (values.element_count() == 1) {
    add_typed_value(writer, values);
  } else if (values.element_count() > 1) {
    add_content(writer, values);
  }
  return message;
}

}  // namespace holdall::tf1
