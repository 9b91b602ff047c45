#include "tensor_views.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>

#include <array>
#include <memory>
#include <vector>

#include "bindings.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

using Code = nb::dlpack::dtype_code;

constexpr int32_t kCpu = 1;  // kDLCPU

// A type in the words of DLPack and of Python's buffers; null where buffers have none.
struct TypeRow {
  DType dtype;
  Code code;
  const char* format;
};

constexpr std::array kTypes{
    TypeRow{DType::kF32, Code::Float, "f"},
    TypeRow{DType::kF64, Code::Float, "d"},
    TypeRow{DType::kF16, Code::Float, "e"},
    TypeRow{DType::kI8, Code::Int, "b"},
    TypeRow{DType::kI16, Code::Int, "h"},
    TypeRow{DType::kI32, Code::Int, "i"},
    TypeRow{DType::kI64, Code::Int, "q"},
    TypeRow{DType::kU8, Code::UInt, "B"},
    TypeRow{DType::kU16, Code::UInt, "H"},
    TypeRow{DType::kU32, Code::UInt, "I"},
    TypeRow{DType::kU64, Code::UInt, "Q"},
    TypeRow{DType::kBool, Code::Bool, "?"},
    TypeRow{DType::kComplex64, Code::Complex, "Zf"},
    TypeRow{DType::kComplex128, Code::Complex, "Zd"},
    TypeRow{DType::kBF16, Code::Bfloat, nullptr},
    TypeRow{DType::kF8E5M2, Code::Float8_E5M2, nullptr},
    TypeRow{DType::kF8E4M3FN, Code::Float8_E4M3FN, nullptr},
    TypeRow{DType::kF8E4M3FNUZ, Code::Float8_E4M3FNUZ, nullptr},
    TypeRow{DType::kF8E4M3B11FNUZ, Code::Float8_E4M3B11FNUZ, nullptr},
    TypeRow{DType::kF8E5M2FNUZ, Code::Float8_E5M2FNUZ, nullptr},
    // Quantised numbers are the integers they are stored as; what they stand for the file does not
    // say.
    TypeRow{DType::kQI8, Code::Int, "b"},
    TypeRow{DType::kQI16, Code::Int, "h"},
    TypeRow{DType::kQI32, Code::Int, "i"},
    TypeRow{DType::kQU8, Code::UInt, "B"},
    TypeRow{DType::kQU16, Code::UInt, "H"},
};

const TypeRow* find_type(DType dtype) {
  for (const TypeRow& row : kTypes) {
    if (row.dtype == dtype) return &row;
  }
  return nullptr;
}

nb::dlpack::dtype make_type(Code code, DType dtype) {
  return {static_cast<uint8_t>(code), static_cast<uint8_t>(8 * dtype_size_bytes(dtype)), 1};
}

// NumPy's own types; the rest travels as unsigned integers of the same width.
nb::dlpack::dtype carrier_of(DType dtype) {
  const TypeRow* row = find_type(dtype);
  return make_type(row != nullptr && row->format != nullptr ? row->code : Code::UInt, dtype);
}

std::vector<size_t> dims_of(const Tensor& tensor) {
  const auto& dims = tensor.shape().dims();
  return {dims.begin(), dims.end()};
}

[[noreturn]] void refuse_buffer(const std::string& text) {
  throw nb::buffer_error(text.c_str());
}

// Memory that is no tensor's any more; whoever has it may write to it.
nb::object writable_copy(const Tensor& tensor, nb::dlpack::dtype type) {
  auto copy = std::make_unique<std::vector<std::byte>>(tensor.bytes().begin(),  //
                                                       tensor.bytes().end());
  std::byte* data = copy->data();
  const nb::capsule owner(copy.release(), [](void* bytes) noexcept {
    delete static_cast<std::vector<std::byte>*>(bytes);
  });
  const std::vector<size_t> dims = dims_of(tensor);
  return nb::cast(nb::ndarray<nb::array_api>(data, dims.size(), dims.data(), owner, nullptr, type));
}

nb::object dlpack(nb::handle self, nb::handle /*stream: memory of the CPU has none*/,
                  std::optional<std::pair<int, int>> max_version,
                  std::optional<std::pair<int, int>> device, std::optional<bool> copy) {
  const auto& tensor = nb::cast<const Tensor&>(self);
  const auto type = to_dlpack_type(tensor.dtype());
  if (!type) {
    refuse_buffer("DLPack has no tensors of " + std::string(dtype_name(tensor.dtype())) +
                  "; numpy() has the elements");
  }
  if (device && *device != std::pair(kCpu, 0)) {
    refuse_buffer("the tensor lies in the CPU's memory, (1, 0); another device is not served");
  }
  // Without a version there is no word for "read-only"; who takes that gets memory of its own.
  const bool is_versioned = max_version && max_version->first >= 1;
  if (!is_versioned && copy == false) {
    refuse_buffer(
        "the tensor is read-only, which DLPack says from version 1 on; ask with max_version=(1, 0) "
        "or for a copy");
  }
  nb::object array;
  if (copy == true || !is_versioned) {
    array = writable_copy(tensor, *type);
  } else {
    const std::vector<size_t> dims = dims_of(tensor);
    array = nb::cast(nb::ndarray<nb::array_api, nb::ro>(tensor.bytes().data(), dims.size(),
                                                        dims.data(), self, nullptr, *type));
  }
  nb::dict words;
  if (is_versioned) words["max_version"] = nb::make_tuple(max_version->first, max_version->second);
  return array.attr("__dlpack__")(**words);
}

// What Py_buffer points to.
struct BufferShape {
  std::vector<Py_ssize_t> dims;
  std::vector<Py_ssize_t> strides;
};

const char* why_no_buffer(const Tensor& tensor, int flags) {
  if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE) return "tensors are read-only";
  if (dtype_size_bytes(tensor.dtype()) == 0)
    return "strings have no fixed size; strings() has them";
  const bool wants_columns = (flags & PyBUF_F_CONTIGUOUS) == PyBUF_F_CONTIGUOUS;
  if (wants_columns && tensor.shape().rank() > 1) return "tensors lie row by row";
  const TypeRow* row = find_type(tensor.dtype());
  if ((flags & PyBUF_FORMAT) != 0 && (row == nullptr || row->format == nullptr))
    return "Python's buffers have no such type; numpy() has the elements, tobytes() the bits";
  return nullptr;
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  const Tensor& tensor = *nb::inst_ptr<Tensor>(self);
  view->obj = nullptr;
  if (const char* why = why_no_buffer(tensor, flags)) {
    PyErr_SetString(PyExc_BufferError, why);
    return -1;
  }
  static std::byte nothing{};
  auto shape = std::make_unique<BufferShape>();
  shape->dims.assign(tensor.shape().dims().begin(), tensor.shape().dims().end());
  shape->strides.resize(shape->dims.size());
  const auto item_bytes = static_cast<Py_ssize_t>(dtype_size_bytes(tensor.dtype()));
  Py_ssize_t stride = item_bytes;
  for (size_t axis = shape->dims.size(); axis-- > 0;) {
    shape->strides[axis] = stride;
    stride *= shape->dims[axis];
  }
  const bool has_shape = (flags & PyBUF_ND) == PyBUF_ND;
  view->buf = tensor.size_bytes() == 0 ? &nothing : const_cast<std::byte*>(tensor.bytes().data());
  view->len = static_cast<Py_ssize_t>(tensor.size_bytes());
  view->readonly = 1;
  view->itemsize = item_bytes;
  view->format =
      (flags & PyBUF_FORMAT) != 0 ? const_cast<char*>(find_type(tensor.dtype())->format) : nullptr;
  view->ndim = has_shape ? static_cast<int>(shape->dims.size()) : 1;
  view->shape = has_shape ? shape->dims.data() : nullptr;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? shape->strides.data() : nullptr;
  view->suboffsets = nullptr;
  view->internal = shape.release();
  Py_INCREF(self);
  view->obj = self;
  return 0;
}

void release_buffer(PyObject* /*self*/, Py_buffer* view) {
  delete static_cast<BufferShape*>(view->internal);
}

nb::bytes to_bytes(const Tensor& tensor) {
  if (dtype_size_bytes(tensor.dtype()) == 0)
    throw nb::type_error("strings have no fixed size; strings() has them");
  return nb::bytes(tensor.bytes().data(), tensor.bytes().size());
}

nb::object call_arrays(const char* function, nb::handle self) {
  return nb::module_::import_("holdall._arrays").attr(function)(self);
}

}  // namespace

std::optional<nb::dlpack::dtype> to_dlpack_type(DType dtype) {
  const TypeRow* row = find_type(dtype);
  if (row == nullptr) return {};
  return make_type(row->code, dtype);
}

std::optional<DType> from_dlpack_type(nb::dlpack::dtype type) {
  for (const TypeRow& row : kTypes) {
    if (make_type(row.code, row.dtype) == type) return row.dtype;
  }
  return {};
}

nb::object carrier_array(nb::handle self) {
  const auto& tensor = nb::cast<const Tensor&>(self);
  if (dtype_size_bytes(tensor.dtype()) == 0)
    throw nb::type_error("strings have no fixed-size elements");
  const std::vector<size_t> dims = dims_of(tensor);
  return nb::cast(nb::ndarray<nb::numpy, nb::ro>(tensor.bytes().data(), dims.size(), dims.data(),
                                                 self, nullptr, carrier_of(tensor.dtype())));
}

nb::object to_array(const Tensor& tensor) {
  const nb::object self = nb::cast(tensor);
  const TypeRow* row = find_type(tensor.dtype());
  if (row != nullptr && row->format != nullptr) return carrier_array(self);
  return call_arrays("to_numpy", self);
}

PyType_Slot* buffer_slots() {
  static PyType_Slot slots[] = {
      {Py_bf_getbuffer, reinterpret_cast<void*>(&get_buffer)},
      {Py_bf_releasebuffer, reinterpret_cast<void*>(&release_buffer)},
      {0, nullptr},
  };
  return slots;
}

// Other packages are looked for by holdall/_arrays.py, and only when they are asked for.
void bind_views(nb::class_<Tensor>& bound) {
  bound
      .def("carrier_array", &carrier_array, nb::sig("def carrier_array(self) -> typing.Any"),
           "The elements as a read-only NumPy array; types NumPy lacks as unsigned integers.")
      .def(
          "numpy", [](nb::handle self) { return call_arrays("to_numpy", self); },
          nb::sig("def numpy(self) -> numpy.typing.NDArray[typing.Any]"),
          "A read-only view as a NumPy array; strings as an object array of bytes. Types that "
          "NumPy lacks are ml_dtypes' where that is installed, else unsigned integers.")
      .def(
          "torch", [](nb::handle self) { return call_arrays("to_torch", self); },
          nb::sig("def torch(self) -> typing.Any"),
          "The same memory as a PyTorch tensor. PyTorch has no read-only tensors: clone() it "
          "before anything is written to it.")
      .def(
          "jax", [](nb::handle self) { return call_arrays("to_jax", self); },
          nb::sig("def jax(self) -> typing.Any"),
          "The tensor as a JAX array; the same memory where JAX takes that. JAX keeps 64-bit "
          "numbers "
          "only where jax_enable_x64 is set.")
      .def(
          "__reduce__", [](nb::handle self) { return call_arrays("reduce_tensor", self); },
          nb::sig("def __reduce__(self) -> tuple[typing.Any, ...]"))
      .def("tobytes", &to_bytes, "The elements' bytes in row-major order.")
      .def(
          "__array__",
          [](nb::handle self, nb::handle dtype, nb::handle copy) {
            return nb::module_::import_("holdall._arrays").attr("as_array")(self, dtype, copy);
          },
          nb::arg("dtype") = nb::none(), nb::arg("copy") = nb::none(),
          nb::sig("def __array__(self, dtype: typing.Any = None, copy: bool | None = None) -> "
                  "typing.Any"))
      .def("__dlpack__", &dlpack, nb::kw_only(), nb::arg("stream") = nb::none(),
           nb::arg("max_version") = nb::none(), nb::arg("dl_device") = nb::none(),
           nb::arg("copy") = nb::none(),
           nb::sig("def __dlpack__(self, *, stream: typing.Any = None, max_version: tuple[int, "
                   "int] | None = None, dl_device: tuple[int, int] | None = None, copy: bool | "
                   "None = None) -> typing.Any"),
           "A DLPack capsule: read-only from version 1 on, a copy before.")
      .def(
          "__dlpack_device__", [](nb::handle) { return nb::make_tuple(kCpu, 0); },
          nb::sig("def __dlpack_device__(self) -> tuple[int, int]"));
}

}  // namespace holdall::python
