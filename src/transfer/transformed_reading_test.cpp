// Pieces that are not as memory has them: deflated, swapped, in column-major order.
#include <gtest/gtest.h>

#include <random>

#include "checksum/crc32.h"
#include "codec/deflate.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "transfer/transfer.h"

namespace holdall {
namespace {

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string deflated_of(std::string_view original) {
  std::string deflated;
  Deflater deflater([&](std::span<const std::byte> piece) -> Status {
    deflated.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  });
  EXPECT_TRUE(deflater.append(to_bytes(original)).ok() && deflater.finish().ok());
  return deflated;
}

// One tensor in one file, whose every byte is written by hand.
class TransformedReading : public testing::Test {
 protected:
  Result<Tensor> read(const TensorInfo& info, const std::string& file,
                      const ReadOptions& options = {}, std::optional<Box> box = {}) {
    write_file(*storage_, "f", file);
    catalog_ = *Catalog::make("f", "by_hand", {"f"}, ByteOrder::kLittle, {info});
    const OpenFiles files{*storage_->open_reader("f")};
    const TensorRequest request{&*catalog_.begin(), std::move(box)};
    auto tensors = read_tensors({&request, 1}, catalog_, files, options, report_);
    if (!tensors.ok()) return std::move(tensors).error();
    return tensors->front();
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  Catalog catalog_;
  TransferReport report_;
};

TensorInfo info_of(DType dtype, Shape shape, Piece piece) {
  TensorInfo info;
  info.name = "t";
  info.dtype = dtype;
  info.shape = std::move(shape);
  info.pieces.push_back(std::move(piece));
  return info;
}

TEST_F(TransformedReading, ContinuesTheChecksumOfWhatStandsBefore) {
  TensorInfo info = info_of(DType::kU8, {4}, {{0, 5, 4}, {}, {}});
  info.pieces[0].crc32 = ZipChecksum{0xcbf43926, crc32(to_bytes("12345"))};
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    EXPECT_TRUE(is_ok(read(info, "123456789", {.io = io})));
    EXPECT_EQ(report_.bytes_verified, 4u);
    EXPECT_TRUE(fails(read(info, "123456788", {.io = io}), Code::kCorrupt,
                      {"f: tensor 't': Checksum does not match: stored 3421780262"}));
    EXPECT_TRUE(is_ok(read(info, "123456788", {.io = io, .verify = false})));
  }
}

TEST_F(TransformedReading, SwapsTheTensorsThatAreOfTheOtherOrder) {
  TensorInfo info = info_of(DType::kU16, {2}, {{0, 0, 4}, {}, {}});
  const std::string file("\x01\x02\x03\x04");
  EXPECT_EQ(*read(info, file), *Tensor::of<uint16_t>({2}, {0x201, 0x403}));
  info.byte_order = ByteOrder::kBig;
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    EXPECT_EQ(*read(info, file, {.io = io}), *Tensor::of<uint16_t>({2}, {0x102, 0x304}));
    EXPECT_EQ(*read(info, file, {.io = io}, Box{{1}, {1}}), *Tensor::of<uint16_t>({1}, {0x304}));
    EXPECT_EQ(report_.mapped_count, 0u);
  }
}

TEST_F(TransformedReading, TurnsColumnsIntoRows) {
  TensorInfo info = info_of(DType::kU8, {2, 3}, {{0, 0, 6}, {}, {}});
  info.is_column_major = true;
  const std::string file("\0\x01\x02\x03\x04\x05", 6);
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    EXPECT_EQ(*read(info, file, {.io = io}), *Tensor::of<uint8_t>({2, 3}, {0, 2, 4, 1, 3, 5}));
    EXPECT_EQ(*read(info, file, {.io = io}, Box{{1, 1}, {1, 2}}),
              *Tensor::of<uint8_t>({1, 2}, {3, 5}));
  }
}

TEST_F(TransformedReading, InflatesBlockByBlock) {
  std::mt19937_64 random(1);
  const Tensor tensor = random_tensor(random, DType::kF32, {200'000});
  const std::string_view elements(reinterpret_cast<const char*>(tensor.bytes().data()),
                                  tensor.size_bytes());
  const std::string original = std::string(128, 'h').append(elements);
  const std::string deflated = deflated_of(original);
  ASSERT_GT(deflated.size(), 600'000u);
  TensorInfo info = info_of(DType::kF32, {200'000}, {{0, 3, deflated.size()}, {}, {}});
  info.encoding = Encoding::kDeflate;
  info.pieces[0].skipped_bytes = 128;
  info.pieces[0].crc32 =
      ZipChecksum{crc32(to_bytes(original)), crc32(to_bytes(original.substr(0, 128)))};
  EXPECT_EQ(*read(info, "xyz" + deflated + "more"), tensor);
  EXPECT_EQ(report_.bytes_read, deflated.size());
  EXPECT_EQ(*read(info, "xyz" + deflated, {.io = IoMode::kMap}, Box{{7}, {5}}),
            cut_out(tensor, {{7}, {5}}));
  EXPECT_TRUE(fails(read(info, "xyz" + deflated.substr(1)), Code::kCorrupt, {"past the end"}));
  info.pieces[0].skipped_bytes = 127;
  EXPECT_TRUE(fails(read(info, "xyz" + deflated), Code::kCorrupt,
                    {"f: tensor 't': the deflate stream gives more than the 800127 bytes"}));
  info.pieces[0].skipped_bytes = 128;
  info.pieces[0].crc32->value ^= 1;
  EXPECT_TRUE(fails(read(info, "xyz" + deflated), Code::kCorrupt, {"Checksum does not match"}));
}

}  // namespace
}  // namespace holdall
