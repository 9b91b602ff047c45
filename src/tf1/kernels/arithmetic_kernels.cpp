// Element-wise arithmetic of two tensors, broadcast as NumPy does.
#include <cstring>
#include <type_traits>

#include "base/try.h"
#include "tensor/convert.h"
#include "tensor/tensor_factory.h"
#include "tf1/kernels/kernel.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// IEEE half: each operation is done in float and rounded, as TensorFlow's CPU kernels do.
struct Half {
  uint16_t bits;
};

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a + b);
  }
};
struct Subtract {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a - b);
  }
};
struct Multiply {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a * b);
  }
};

// Integers wrap, as TensorFlow's do; in unsigned arithmetic that is defined.
template <class Operator, class T>
T apply(T a, T b) {
  if constexpr (std::is_same_v<T, Half>) {
    return {float_to_half(Operator()(half_to_float(a.bits), half_to_float(b.bits)))};
  } else if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(Operator()(static_cast<Unsigned>(a), static_cast<Unsigned>(b)));
  } else {
    return Operator()(a, b);
  }
}

// Walks two operands that are stretched to one shape.
class BroadcastWalk {
 public:
  static Result<BroadcastWalk> make(const Shape& a, const Shape& b) {
    BroadcastWalk walk;
    const size_t rank = std::max(a.rank(), b.rank());
    std::vector<int64_t> dims(rank);
    for (size_t i = 0; i < rank; ++i) {
      const int64_t x = i < rank - a.rank() ? 1 : a[i - (rank - a.rank())];
      const int64_t y = i < rank - b.rank() ? 1 : b[i - (rank - b.rank())];
      if (x != y && x != 1 && y != 1) {
        return invalid_argument("Incompatible shapes: {} vs. {}", a.to_string(), b.to_string());
      }
      dims[i] = x == 1 ? y : x;
    }
    walk.a_steps_ = steps(a, rank);
    walk.b_steps_ = steps(b, rank);
    walk.shape_ = Shape(dims);
    return walk;
  }

  const Shape& shape() const { return shape_; }

  // Calls `body(index in a, index in b)` for each element of the result in order.
  template <class Body>
  void for_each(uint64_t count, Body body) const {
    std::vector<int64_t> at(shape_.rank(), 0);
    uint64_t a = 0;
    uint64_t b = 0;
    for (uint64_t i = 0; i < count; ++i) {
      body(a, b);
      for (size_t axis = shape_.rank(); axis-- > 0;) {
        a += a_steps_[axis];
        b += b_steps_[axis];
        if (++at[axis] < shape_[axis]) break;
        a -= a_steps_[axis] * static_cast<uint64_t>(shape_[axis]);
        b -= b_steps_[axis] * static_cast<uint64_t>(shape_[axis]);
        at[axis] = 0;
      }
    }
  }

 private:
  // Elements between neighbours along each axis; none where the operand is stretched.
  static std::vector<uint64_t> steps(const Shape& shape, size_t rank) {
    std::vector<uint64_t> all(rank, 0);
    uint64_t step = 1;
    for (size_t i = shape.rank(); i-- > 0;) {
      all[i + rank - shape.rank()] = shape[i] == 1 ? 0 : step;
      step *= static_cast<uint64_t>(shape[i]);
    }
    return all;
  }

  Shape shape_;
  std::vector<uint64_t> a_steps_;
  std::vector<uint64_t> b_steps_;
};

// A value restored as pages of a file may start at any address.
template <class T>
T element_at(const Tensor& tensor, uint64_t i) {
  T value;
  std::memcpy(&value, tensor.bytes().data() + i * sizeof(T), sizeof value);
  return value;
}

template <class Operator, class T>
Result<Tensor> combine(const Tensor& a, const Tensor& b) {
  HOLDALL_ASSIGN(const BroadcastWalk walk, BroadcastWalk::make(a.shape(), b.shape()));
  HOLDALL_ASSIGN(const uint64_t size_bytes, tensor_size_bytes(a.dtype(), walk.shape()));
  HOLDALL_ASSIGN(auto buffer, Buffer::allocate(size_bytes));
  auto* out = reinterpret_cast<T*>(buffer->fill().data());
  walk.for_each(size_bytes / sizeof(T), [&](uint64_t i, uint64_t j) {
    *out++ = apply<Operator, T>(element_at<T>(a, i), element_at<T>(b, j));
  });
  return TensorFactory::make(a.dtype(), walk.shape(), std::move(buffer));
}

template <class Operator>
Result<Tensor> combine_any(const Tensor& a, const Tensor& b) {
  switch (a.dtype()) {
    case DType::kF16: return combine<Operator, Half>(a, b);
    case DType::kF32: return combine<Operator, float>(a, b);
    case DType::kF64: return combine<Operator, double>(a, b);
    case DType::kI32: return combine<Operator, int32_t>(a, b);
    case DType::kI64: return combine<Operator, int64_t>(a, b);
    default: return unsupported("no arithmetic on {}", dtype_name(a.dtype()));
  }
}

template <class Operator>
KernelResult run_binary(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  HOLDALL_ASSIGN(const Tensor b, context.input(1));
  if (a.dtype() != b.dtype()) {
    return invalid_argument("the operands are {} and {}", dtype_name(a.dtype()),
                            dtype_name(b.dtype()));
  }
  HOLDALL_ASSIGN(Tensor result, combine_any<Operator>(a, b));
  return std::vector<Tensor>{std::move(result)};
}

constexpr KernelRow kRows[] = {
    {"Add", &run_binary<Add>},
    {"AddV2", &run_binary<Add>},
    {"Mul", &run_binary<Multiply>},
    {"Sub", &run_binary<Subtract>},
};

}  // namespace

std::span<const KernelRow> arithmetic_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
