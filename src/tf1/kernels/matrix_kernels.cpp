// Matrices.
#include <cmath>

#include "tf1/kernels/elements.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

bool flag(const Node& node, const char* key) {
  const bool* value = node.find_attr<bool>(key);
  return value != nullptr && *value;
}

KernelResult run_mat_mul(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor a, context.input(0));
  HOLDALL_ASSIGN(const Tensor b, context.input(1));
  if (a.shape().rank() != 2 || b.shape().rank() != 2 || a.dtype() != b.dtype())
    return invalid_argument("In[0] and In[1] must be matrices of one type: {} and {}",
                            a.shape().to_string(), b.shape().to_string());
  const bool turns_a = flag(context.node(), "transpose_a");
  const bool turns_b = flag(context.node(), "transpose_b");
  const auto rows = static_cast<uint64_t>(a.shape()[turns_a ? 1 : 0]);
  const auto inner = static_cast<uint64_t>(a.shape()[turns_a ? 0 : 1]);
  const auto columns = static_cast<uint64_t>(b.shape()[turns_b ? 0 : 1]);
  if (inner != static_cast<uint64_t>(b.shape()[turns_b ? 1 : 0]))
    return invalid_argument("Matrix size-incompatible: In[0]: {}, In[1]: {}", a.shape().to_string(),
                            b.shape().to_string());
  const Shape shape({static_cast<int64_t>(rows), static_cast<int64_t>(columns)});
  return one_output(with_number_type(a.dtype(), [&](auto type) {
    using T = decltype(type);
    using Wide = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;
    return make_tensor<T>(a.dtype(), shape, [&](T* out, uint64_t) {
      for (uint64_t i = 0; i < rows; ++i) {
        for (uint64_t j = 0; j < columns; ++j) {
          Wide sum = 0;
          for (uint64_t k = 0; k < inner; ++k) {
            const T x = element_at<T>(a, turns_a ? k * rows + i : i * inner + k);
            const T y = element_at<T>(b, turns_b ? j * inner + k : k * columns + j);
            sum += static_cast<Wide>(x) * static_cast<Wide>(y);
          }
          *out++ = static_cast<T>(sum);
        }
      }
    });
  }));
}

Result<StaticShape> mat_mul_shape(const NodeShapes& node) {
  const StaticShape a = node.shape(0);
  const StaticShape b = node.shape(1);
  StaticShape shape{true, {-1, -1}};
  const size_t turn_a = node.attr<bool>("transpose_a", false) ? 1 : 0;
  const size_t turn_b = node.attr<bool>("transpose_b", false) ? 1 : 0;
  for (const StaticShape& each : {a, b}) {
    if (each.has_rank && each.dims.size() != 2)
      return value_error("Shape must be rank 2 but is rank {}", each.dims.size());
  }
  if (a.has_rank) shape.dims[0] = a.dims[turn_a];
  if (b.has_rank) shape.dims[1] = b.dims[1 - turn_b];
  if (a.has_rank && b.has_rank && a.dims[1 - turn_a] >= 0 && b.dims[turn_b] >= 0 &&
      a.dims[1 - turn_a] != b.dims[turn_b])
    return value_error("Dimensions must be equal, but are {} and {}", a.dims[1 - turn_a],
                       b.dims[turn_b]);
  return shape;
}

// A matrix by its columns, in double: its QR decomposition by reflections, as LAPACK does it, so
// that signs agree.
class Decomposition {
 public:
  Decomposition(size_t rows, size_t columns)
      : rows_(rows), columns_(columns), r_(rows * columns), q_(rows * rows, 0) {
    for (size_t i = 0; i < rows; ++i) q_[i * rows + i] = 1;
  }

  double& r(size_t i, size_t j) { return r_[i * columns_ + j]; }
  double& q(size_t i, size_t j) { return q_[i * rows_ + j]; }

  void run() {
    for (size_t k = 0; k < std::min(rows_ - (rows_ > 0 ? 1 : 0), columns_); ++k) reflect(k);
  }

 private:
  void reflect(size_t k) {
    double below = 0;
    for (size_t i = k + 1; i < rows_; ++i) below += r(i, k) * r(i, k);
    if (below == 0) return;
    const double alpha = r(k, k);
    const double beta = -std::copysign(std::sqrt(alpha * alpha + below), alpha);
    const double tau = (beta - alpha) / beta;
    std::vector<double> v(rows_, 0);
    v[k] = 1;
    for (size_t i = k + 1; i < rows_; ++i) v[i] = r(i, k) / (alpha - beta);
    for (size_t j = 0; j < columns_; ++j) {
      double sum = 0;
      for (size_t i = k; i < rows_; ++i) sum += v[i] * r(i, j);
      for (size_t i = k; i < rows_; ++i) r(i, j) -= tau * v[i] * sum;
    }
    for (size_t i = 0; i < rows_; ++i) {
      double sum = 0;
      for (size_t j = k; j < rows_; ++j) sum += q(i, j) * v[j];
      for (size_t j = k; j < rows_; ++j) q(i, j) -= tau * sum * v[j];
    }
  }

  size_t rows_;
  size_t columns_;
  std::vector<double> r_;
  std::vector<double> q_;
};

KernelResult run_qr(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  if (x.shape().rank() != 2)
    return unsupported("Qr of a tensor of shape {}", x.shape().to_string());
  const auto rows = static_cast<size_t>(x.shape()[0]);
  const auto columns = static_cast<size_t>(x.shape()[1]);
  const bool is_full = flag(context.node(), "full_matrices");
  const size_t inner = is_full ? rows : std::min(rows, columns);
  constexpr size_t kMostRows = 1 << 14;
  if (rows > kMostRows) return unsupported("Qr of {} rows", rows);
  const auto make = [&](auto type) -> KernelResult {
    using T = decltype(type);
    Decomposition qr(rows, columns);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < columns; ++j)
        qr.r(i, j) = static_cast<double>(element_at<T>(x, i * columns + j));
    }
    qr.run();
    std::vector<T> q, r;
    for (size_t i = 0; i < rows; ++i) {
      for (size_t j = 0; j < inner; ++j) q.push_back(static_cast<T>(qr.q(i, j)));
    }
    for (size_t i = 0; i < inner; ++i) {
      for (size_t j = 0; j < columns; ++j) r.push_back(j < i ? T{0} : static_cast<T>(qr.r(i, j)));
    }
    const auto wide = static_cast<int64_t>(inner);
    HOLDALL_ASSIGN(Tensor left, Tensor::of<T>({x.shape()[0], wide}, q));
    HOLDALL_ASSIGN(Tensor right, Tensor::of<T>({wide, x.shape()[1]}, r));
    return std::vector<Tensor>{std::move(left), std::move(right)};
  };
  if (x.dtype() == DType::kF32) return make(float{});
  if (x.dtype() == DType::kF64) return make(double{});
  return unsupported("Qr of {}", dtype_name(x.dtype()));
}

Result<StaticShape> qr_shape(const NodeShapes& node) {
  const auto full = node.shape(0).full();
  if (!full || full->rank() != 2) return StaticShape::unknown();
  const int64_t rows = (*full)[0];
  const int64_t columns = (*full)[1];
  const int64_t inner = node.attr<bool>("full_matrices", false) ? rows : std::min(rows, columns);
  return node.output == 0 ? StaticShape{true, {rows, inner}} : StaticShape{true, {inner, columns}};
}

// The diagonal of a matrix.
KernelResult run_diag_part(KernelContext& context) {
  HOLDALL_ASSIGN(const Tensor x, context.input(0));
  if (x.shape().rank() != 2) return unsupported("a diagonal of shape {}", x.shape().to_string());
  const int64_t size = std::min(x.shape()[0], x.shape()[1]);
  const auto step = static_cast<uint64_t>(x.shape()[1]) + 1;
  return one_output(take_elements(x, {size}, [&](uint64_t i) { return i * step; }));
}

Result<StaticShape> diag_part_shape(const NodeShapes& node) {
  const auto full = node.shape(0).full();
  if (!full || full->rank() != 2) return StaticShape::unknown();
  return StaticShape{true, {std::min((*full)[0], (*full)[1])}};
}

constexpr KernelRow kRows[] = {
    {"DiagPart", "T", &diag_part_shape, &run_diag_part},
    {"MatMul", "T", &mat_mul_shape, &run_mat_mul},
    {"MatrixDiagPart", "T", &diag_part_shape, &run_diag_part},
    {"Qr", "T*2", &qr_shape, &run_qr},
};

}  // namespace

std::span<const KernelRow> matrix_kernels() {
  return kRows;
}

}  // namespace holdall::tf1
