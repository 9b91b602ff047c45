#include "holdall/tensor.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/status_matchers.h"
#include "support/test_values.h"
#include "tensor/tensor_factory.h"

namespace holdall {
namespace {

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape({}).element_count(), 1u);
  EXPECT_EQ(Shape({2, 3}).element_count(), 6u);
  EXPECT_EQ(Shape({2, 0, 3}).element_count(), 0u);
  EXPECT_EQ(Shape({INT64_MAX}).element_count(), uint64_t{INT64_MAX});
}

TEST(Shape, HasNoCountThatDoesNotFit) {
  EXPECT_FALSE(Shape({-1}).element_count());
  EXPECT_FALSE(Shape({0, -1}).element_count());
  EXPECT_FALSE(Shape({INT64_MAX, 2}).element_count());
  EXPECT_FALSE(Shape({int64_t{1} << 32, int64_t{1} << 32}).element_count());
  // These products are 4 and 0 modulo 2^64.
  EXPECT_FALSE(Shape({4194305, 4194305, 211106198978564}).element_count());
  EXPECT_FALSE(Shape({int64_t{1} << 32, int64_t{1} << 31, 2}).element_count());
}

TEST(Shape, HasNoElementsIfAnySizeIsZero) {
  EXPECT_EQ(Shape({INT64_MAX, INT64_MAX, 0}).element_count(), 0u);
  EXPECT_EQ(Shape({0, INT64_MAX, INT64_MAX}).element_count(), 0u);
}

TEST(Shape, PrintsItself) {
  EXPECT_EQ(Shape({}).to_string(), "[]");
  EXPECT_EQ(Shape({2, 3}).to_string(), "[2,3]");
  EXPECT_EQ((Box{{0, 5}, {Box::kAll, 2}}).to_string(), "-:5,2");
  EXPECT_EQ(Box{}.to_string(), "");
}

TEST(Tensor, IsEmptyFloatsByDefault) {
  const Tensor tensor;
  EXPECT_EQ(tensor.dtype(), DType::kF32);
  EXPECT_EQ(tensor.shape(), Shape({0}));
  EXPECT_EQ(tensor.element_count(), 0u);
  EXPECT_EQ(tensor.size_bytes(), 0u);
  EXPECT_TRUE(tensor.view<float>()->empty());
  EXPECT_EQ(tensor, *Tensor::of<float>({0}, {}));
}

TEST(Tensor, CopiesItsBytes) {
  std::array<int32_t, 3> numbers = {1, 2, 3};
  const Tensor tensor = *Tensor::of<int32_t>({3}, numbers);
  numbers[0] = 9;
  EXPECT_EQ(tensor.view<int32_t>()->front(), 1);
  EXPECT_EQ(tensor.backing(), Backing::kOwned);
  EXPECT_EQ(tensor.size_bytes(), 12u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes().data()) % Buffer::kAlignment, 0u);
}

TEST(Tensor, SharesItsBytesWithItsCopies) {
  const Tensor tensor = counting_tensor({4});
  const Tensor copy = tensor;  // NOLINT: a copy is what is tested
  EXPECT_EQ(copy.bytes().data(), tensor.bytes().data());
}

TEST(Tensor, RefusesAnotherNumberOfBytes) {
  EXPECT_TRUE(fails(Tensor::copy_of(DType::kF32, {2}, to_bytes("1234567")), Code::kInvalidArgument,
                    {"[2] of float32 takes 8 bytes, 7 are given"}));
  EXPECT_TRUE(fails(Tensor::borrow(DType::kF32, {2}, to_bytes("123456789"), nullptr),
                    Code::kInvalidArgument, {"takes 8 bytes, got 9"}));
}

TEST(Tensor, RefusesShapesWithoutACount) {
  EXPECT_TRUE(fails(Tensor::copy_of(DType::kF32, {-1}, {}), Code::kInvalidArgument,
                    {"shape [-1] of float32 is negative or too large"}));
  EXPECT_TRUE(fails(Tensor::copy_of(DType::kF64, {INT64_MAX, 4}, {}), Code::kInvalidArgument));
  EXPECT_TRUE(fails(Tensor::copy_of(DType::kF64, {INT64_MAX}, {}), Code::kInvalidArgument));
  EXPECT_TRUE(fails(Tensor::of_strings({-1}, {}), Code::kInvalidArgument));
}

TEST(Tensor, RefusesDTypesWithoutSize) {
  for (const DType dtype : {DType::kString, DType::kVariant, DType::kResource, DType::kUnknown}) {
    EXPECT_TRUE(fails(Tensor::copy_of(dtype, {0}, {}), Code::kUnsupported, {"no fixed size"}));
    EXPECT_TRUE(fails(Tensor::borrow(dtype, {0}, {}, nullptr), Code::kUnsupported));
  }
}

TEST(Tensor, BorrowsBytesAndHoldsTheirKeeper) {
  auto keeper = std::make_shared<std::vector<float>>(std::vector<float>{1, 2});
  std::weak_ptr<const void> watched = keeper;
  {
    const Tensor tensor =
        *Tensor::borrow(DType::kF32, {2}, std::as_bytes(std::span(*keeper)), keeper);
    EXPECT_EQ(tensor.backing(), Backing::kBorrowed);
    EXPECT_EQ(tensor.view<float>()->data(), keeper->data());
    keeper.reset();
    EXPECT_FALSE(watched.expired());
    EXPECT_EQ((*tensor.view<float>())[1], 2.0f);
  }
  EXPECT_TRUE(watched.expired());
}

TEST(Tensor, IsViewedAsItsOwnTypeOnly) {
  const Tensor tensor = *Tensor::of<int32_t>({}, {7});
  EXPECT_EQ(tensor.view<int32_t>()->size(), 1u);
  const auto other = tensor.view<float>();
  EXPECT_TRUE(fails(other, Code::kInvalidArgument, {"the tensor is int32, not float32"}));
  EXPECT_EQ(other.error().reason, reason::kDTypeMismatch);
  EXPECT_FALSE(tensor.view<uint32_t>().ok());
}

TEST(Tensor, IsNotViewedWhereTheAddressDoesNotFit) {
  alignas(8) std::array<std::byte, 12> bytes = {};
  const Tensor tensor = *Tensor::borrow(DType::kF32, {2}, std::span(bytes).subspan(1, 8), nullptr);
  EXPECT_TRUE(fails(tensor.view<float>(), Code::kUnsupported, {"multiple of 4", "take a copy"}));
  EXPECT_EQ(tensor.bytes().size(), 8u);
  const Tensor bools = *Tensor::borrow(DType::kBool, {8}, std::span(bytes).subspan(1, 8), nullptr);
  EXPECT_TRUE(is_ok(bools.view<bool>()));
}

TEST(Tensor, HoldsStringsOfAnyLengthAndContent) {
  const std::string_view nul("a\0b", 3);
  const Tensor tensor = strings_tensor({2, 2}, {"", nul, "\xff", "text"});
  EXPECT_EQ(tensor.dtype(), DType::kString);
  EXPECT_EQ(tensor.element_count(), 4u);
  EXPECT_EQ(tensor.size_bytes(), 8u);
  EXPECT_EQ(tensor.string_at(0), "");
  EXPECT_EQ(tensor.string_at(1), nul);
  EXPECT_EQ(tensor.string_at(2), "\xff");
  EXPECT_EQ(tensor.string_at(3), "text");
}

TEST(Tensor, RefusesAnotherNumberOfStrings) {
  const std::string_view one[] = {"a"};
  EXPECT_TRUE(fails(Tensor::of_strings({2}, one), Code::kInvalidArgument,
                    {"shape [2] does not have 1 strings"}));
}

TEST(Tensor, ComparesBytes) {
  EXPECT_EQ(counting_tensor({2, 3}), counting_tensor({2, 3}));
  EXPECT_NE(counting_tensor({2, 3}), counting_tensor({3, 2}));
  EXPECT_NE(counting_tensor({2}), counting_tensor({2}, 1));
  EXPECT_NE(*Tensor::of<int32_t>({1}, {0}), *Tensor::of<float>({1}, {0}));
  EXPECT_EQ(*Tensor::of<float>({}, {NAN}), *Tensor::of<float>({}, {NAN}));
  EXPECT_NE(*Tensor::of<float>({}, {0.0f}), *Tensor::of<float>({}, {-0.0f}));
}

TEST(Tensor, ComparesStringsOneByOne) {
  EXPECT_EQ(strings_tensor({2}, {"ab", "c"}), strings_tensor({2}, {"ab", "c"}));
  EXPECT_NE(strings_tensor({2}, {"ab", "c"}), strings_tensor({2}, {"a", "bc"}));
  EXPECT_NE(strings_tensor({2}, {"", ""}), strings_tensor({1}, {""}));
}

TEST(Buffer, IsRefusedWhereThereIsNoMemory) {
  EXPECT_TRUE(fails(Buffer::allocate(UINT64_MAX), Code::kExhausted, {"no memory for"}));
  EXPECT_TRUE(fails(Buffer::allocate(uint64_t{1} << 62), Code::kExhausted));
  EXPECT_TRUE(is_ok(Buffer::allocate(0)));
}

}  // namespace
}  // namespace holdall
