#include "tensor/cast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>

#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

template <class T>
Tensor list(std::initializer_list<T> values) {
  return *Tensor::of<T>({static_cast<int64_t>(values.size())}, values);
}

// 16-bit floats, as their bits.
Tensor bits(DType dtype, const std::vector<uint16_t>& values) {
  return *Tensor::copy_of(dtype, {static_cast<int64_t>(values.size())},
                          std::as_bytes(std::span(values)));
}

template <class T>
std::vector<T> values_of(const Result<Tensor>& tensor) {
  const auto view = tensor->view<T>();
  return {view->begin(), view->end()};
}

TEST(CastKind, IsExactWhereEveryValueFits) {
  using D = DType;
  const std::pair<D, D> exact[] = {{D::kF16, D::kF32}, {D::kBF16, D::kF32},      {D::kF32, D::kF64},
                                   {D::kI8, D::kI16},  {D::kU8, D::kI16},        {D::kU32, D::kI64},
                                   {D::kI16, D::kF32}, {D::kI32, D::kF64},       {D::kU8, D::kF16},
                                   {D::kI8, D::kBF16}, {D::kF32, D::kComplex64}, {D::kBool, D::kU8},
                                   {D::kBool, D::kF16}};
  for (const auto& [from, to] : exact) {
    EXPECT_EQ(cast_kind(from, to), CastKind::kExact) << dtype_name(from) << dtype_name(to);
    EXPECT_EQ(cast_kind(to, from),
              from == D::kBool || to == D::kComplex64 ? CastKind::kNone : CastKind::kLossy);
  }
}

TEST(CastKind, IsLossyWhereSomeValuesDoNot) {
  using D = DType;
  const std::pair<D, D> lossy[] = {{D::kF16, D::kBF16}, {D::kBF16, D::kF16}, {D::kI32, D::kF32},
                                   {D::kI64, D::kF64},  {D::kU8, D::kBF16},  {D::kI8, D::kU64},
                                   {D::kU64, D::kI64},  {D::kI16, D::kF16},  {D::kF64, D::kI8},
                                   {D::kU16, D::kBF16}, {D::kU16, D::kI16}};
  for (const auto& [from, to] : lossy) {
    // Eight digits hold an unsigned byte.
    const bool is_byte = from == D::kU8;
    EXPECT_EQ(cast_kind(from, to), is_byte ? CastKind::kExact : CastKind::kLossy)
        << dtype_name(from) << dtype_name(to);
  }
}

TEST(CastKind, IsNoneForWhatAreNoNumbers) {
  EXPECT_EQ(cast_kind(DType::kString, DType::kF32), CastKind::kNone);
  EXPECT_EQ(cast_kind(DType::kF32, DType::kString), CastKind::kNone);
  EXPECT_EQ(cast_kind(DType::kF32, DType::kBool), CastKind::kNone);
  EXPECT_EQ(cast_kind(DType::kComplex64, DType::kF32), CastKind::kNone);
  EXPECT_EQ(cast_kind(DType::kString, DType::kString), CastKind::kSame);
}

TEST(Cast, WidensHalves) {
  const Tensor halves = bits(DType::kF16, {0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00});
  EXPECT_EQ(values_of<float>(cast(halves, DType::kF32)),
            (std::vector<float>{1, -2, 0x1p-24F, 65504, -INFINITY}));
  EXPECT_EQ(values_of<double>(cast(bits(DType::kBF16, {0x3f80, 0xc2f7}), DType::kF64)),
            (std::vector<double>{1, -123.5}));
}

TEST(Cast, RoundsToNearestWithTiesToEven) {
  // Just above the middle between two halves: rounding to float first would make it a tie.
  const double above_tie = 1 + 0x1p-11 + 0x1p-40;
  EXPECT_EQ(*cast(list<double>({1 + 0x1p-11, above_tie, 1 + 3 * 0x1p-11, 1e6}), DType::kF16),
            bits(DType::kF16, {0x3c00, 0x3c01, 0x3c02, 0x7c00}));
  EXPECT_EQ(*cast(list<float>({1 + 0x1p-8F, 1 + 0x1p-8F + 0x1p-20F, 1 + 3 * 0x1p-8F, -INFINITY}),
                  DType::kBF16),
            bits(DType::kBF16, {0x3f80, 0x3f81, 0x3f82, 0xff80}));
  EXPECT_EQ(values_of<float>(cast(list<int32_t>({16777217, 16777219}), DType::kF32)),
            (std::vector<float>{16777216, 16777220}));
}

TEST(Cast, KeepsWhatIsNotANumber) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(values_of<double>(cast(list<float>({nan}), DType::kF64))[0]));
  for (const DType small : {DType::kF16, DType::kBF16}) {
    const auto there = cast(list<float>({nan}), small);
    EXPECT_TRUE(std::isnan(values_of<float>(cast(*there, DType::kF32))[0]));
  }
}

TEST(Cast, TruncatesToIntegersAndRefusesWhatDoesNotFit) {
  EXPECT_EQ(values_of<int8_t>(cast(list<float>({1.9F, -1.9F, 127.9F, -128.9F}), DType::kI8)),
            (std::vector<int8_t>{1, -1, 127, -128}));
  EXPECT_TRUE(fails(cast(list<float>({1, 128}), DType::kI8), Code::kInvalidArgument,
                    {"element 1 does not fit in int8"}));
  EXPECT_TRUE(fails(cast(list<double>({-1}), DType::kU32), Code::kInvalidArgument));
  EXPECT_TRUE(fails(cast(list<double>({NAN}), DType::kI64), Code::kInvalidArgument));
  EXPECT_TRUE(fails(cast(list<double>({0x1p63}), DType::kI64), Code::kInvalidArgument));
  EXPECT_EQ(values_of<int64_t>(cast(list<double>({-0x1p63}), DType::kI64))[0], INT64_MIN);
  EXPECT_TRUE(
      fails(cast(list<int64_t>({0, 0, -1}), DType::kU64), Code::kInvalidArgument, {"element 2"}));
  EXPECT_TRUE(fails(cast(list<uint64_t>({UINT64_MAX}), DType::kI64), Code::kInvalidArgument));
  EXPECT_TRUE(fails(cast(list<int32_t>({300}), DType::kU8), Code::kInvalidArgument));
}

TEST(Cast, MakesComplexNumbersOfRealOnes) {
  using C64 = std::complex<float>;
  using C128 = std::complex<double>;
  EXPECT_EQ(values_of<C64>(cast(list<int16_t>({-3}), DType::kComplex64))[0], C64(-3, 0));
  EXPECT_EQ(values_of<C128>(cast(list<C64>({C64(1, -2)}), DType::kComplex128))[0], C128(1, -2));
}

TEST(Cast, ReadsElementsAtOddAddresses) {
  std::vector<std::byte> memory(9);
  const float value = 2.5F;
  std::memcpy(memory.data() + 1, &value, sizeof value);
  const auto odd =
      Tensor::borrow(DType::kF32, Shape({1}), std::span(memory).subspan(1, 4), nullptr);
  ASSERT_TRUE(is_ok(odd));
  EXPECT_EQ(values_of<double>(cast(*odd, DType::kF64))[0], 2.5);
}

TEST(Cast, LeavesAloneWhatIsOfTheTypeAlready) {
  const Tensor tensor = counting_tensor({3});
  EXPECT_EQ(cast(tensor, DType::kF32)->bytes().data(), tensor.bytes().data());
  EXPECT_TRUE(fails(cast(tensor, DType::kString), Code::kUnsupported,
                    {"float32 is not converted to string"}));
}

}  // namespace
}  // namespace holdall
