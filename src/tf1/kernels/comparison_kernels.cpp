// Comparisons of two tensors, broadcast, and logic on what they give.
#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
};
struct Equal {
  template <class T>
  bool operator()(T a, T b) const {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a != b;
  }
};
template <class Operator>
struct Swapped {
  template <class T>
  bool operator()(T a, T b) const {
    return Operator()(b, a);
  }
};
struct And {
  bool operator()(bool a, bool b) const { return a && b; }
};
struct Or {
  bool operator()(bool a, bool b) const { return a || b; }
};

// `test(i, j)` of each pair of elements.
template <class Test>
Result<Tensor> compare(const Tensor& a, const Tensor& b, Test test) {
  HOLDALL_ASSIGN(const BroadcastWalk walk, BroadcastWalk::make(a.shape(), b.shape()));
  return make_tensor<bool>(DType::kBool, walk.shape(), [&](bool* out, uint64_t count) {
    walk.for_each(count, [&](uint64_t i, uint64_t j) { *out++ = test(i, j); });
  });
}

template <class Operator>
KernelResult run_compare(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  HOLDALL_ASSIGN(const Tensor b, context.input(1));
  if (a.dtype() != b.dtype())
    return invalid_argument("the operands are {} and {}", dtype_name(a.dtype()),
                            dtype_name(b.dtype()));
  const auto by_type = [&](auto type) {
    using T = decltype(type);
    return compare(a, b, [&](uint64_t i, uint64_t j) {
      return Operator()(element_at<T>(a, i), element_at<T>(b, j));
    });
  };
  if (a.dtype() == DType::kBool || a.dtype() == DType::kU8) return one_output(by_type(uint8_t{}));
  if (a.dtype() == DType::kString)
    return one_output(compare(
        a, b, [&](uint64_t i, uint64_t j) { return Operator()(a.string_at(i), b.string_at(j)); }));
  return one_output(with_number_type(a.dtype(), by_type));
}

template <class Operator>
KernelResult run_logic(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  HOLDALL_ASSIGN(const Tensor b, context.input(1));
  if (a.dtype() != DType::kBool || b.dtype() != DType::kBool)
    return invalid_argument("the operands must be bool");
  return one_output(compare(a, b, [&](uint64_t i, uint64_t j) {
    return Operator()(element_at<uint8_t>(a, i) != 0, element_at<uint8_t>(b, j) != 0);
  }));
}

KernelResult run_not(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  if (a.dtype() != DType::kBool) return invalid_argument("the operand must be bool");
  return one_output(make_tensor<bool>(DType::kBool, a.shape(), [&](bool* out, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) out[i] = element_at<uint8_t>(a, i) == 0;
  }));
}

constexpr KernelRow kRows[] = {
    {"Equal", "bool", &broadcast_rule, &run_compare<Equal>},
    {"Greater", "bool", &broadcast_rule, &run_compare<Swapped<Less>>},
    {"GreaterEqual", "bool", &broadcast_rule, &run_compare<Swapped<LessEqual>>},
    {"Less", "bool", &broadcast_rule, &run_compare<Less>},
    {"LessEqual", "bool", &broadcast_rule, &run_compare<LessEqual>},
    {"LogicalAnd", "bool", &broadcast_rule, &run_logic<And>},
    {"LogicalNot", "bool", &shape_of_first, &run_not},
    {"LogicalOr", "bool", &broadcast_rule, &run_logic<Or>},
    {"NotEqual", "bool", &broadcast_rule, &run_compare<NotEqual>},
};

}  // namespace

std::span<const KernelRow> comparison_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
