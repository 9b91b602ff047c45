#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "checksum/crc32c.h"
#include "codec/tf_strings.h"
#include "storage/faulty_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "tensor/box_copy.h"
#include "transfer/transfer.h"

namespace holdall {
namespace {

std::string text_of_bytes(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Tensors and the two files that hold them, put together piece by piece.
class TensorReading : public testing::Test {
 protected:
  // Stores the tensor's elements at the end of a file.
  Piece store(const Tensor& tensor, uint32_t file = 0) {
    std::string bytes = text_of_bytes(tensor.bytes());
    uint32_t crc = 0;
    if (tensor.dtype() == DType::kString) {
      std::vector<uint64_t> ends;
      for (uint64_t i = 0; i < tensor.element_count(); ++i) {
        ends.push_back((ends.empty() ? 0 : ends.back()) + tensor.string_at(i).size());
      }
      const TfStringsHead head = encode_tf_strings_head(ends, ByteOrder::kLittle);
      crc = head.crc32c;
      crc = crc32c_extend(crc, to_bytes(bytes));
      bytes.insert(0, head.bytes);
    } else {
      crc = crc32c(to_bytes(bytes));
    }
    const Piece piece{{file, texts_[file].size(), bytes.size()}, {}, crc};
    texts_[file] += bytes;
    return piece;
  }

  static TensorInfo info_of(const std::string& name, const Tensor& tensor,
                            const std::vector<Piece>& pieces) {
    const auto encoding = tensor.dtype() == DType::kString ? Encoding::kTfStrings : Encoding::kRaw;
    return {name,   tensor.dtype(), tensor.shape(), 0, encoding, {pieces.begin(), pieces.end()},
            nullptr};
  }

  void add(const std::string& name, const Tensor& tensor) {
    infos_.push_back(info_of(name, tensor, {store(tensor)}));
  }

  // Stores each box of the tensor by itself.
  void add_in_pieces(const std::string& name, const Tensor& tensor, std::span<const Box> boxes) {
    std::vector<Piece> pieces;
    for (const Box& box : boxes) {
      pieces.push_back(store(cut_out(tensor, box), pieces.size() % 2));
      pieces.back().box = box;
    }
    infos_.push_back(info_of(name, tensor, std::move(pieces)));
  }

  // After this, nothing can be added.
  void open_files(ByteOrder order = ByteOrder::kLittle) {
    for (size_t i = 0; i < texts_.size(); ++i) {
      write_file(*storage_, paths_[i], texts_[i]);
      files_.push_back(*storage_->open_reader(paths_[i]));
    }
    catalog_ = *Catalog::make("prefix", "by_hand", paths_, order, infos_);
  }

  Result<Tensor> read(const std::string& name, const ReadOptions& options = {},
                      std::optional<Box> box = {}) {
    const TensorRequest request{catalog_.find(name), std::move(box)};
    auto tensors = read_tensors({&request, 1}, catalog_, files_, options, report_);
    if (!tensors.ok()) return std::move(tensors).error();
    return tensors->front();
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  std::vector<std::string> paths_ = {"first", "second"};
  std::vector<std::string> texts_ = {"", ""};
  std::vector<TensorInfo> infos_;
  OpenFiles files_;
  Catalog catalog_;
  TransferReport report_;
};

TEST_F(TensorReading, CountsWhatItReadsAndVerifies) {
  add("a", counting_tensor({3}));
  add("b", counting_tensor({5}));
  open_files();
  const TensorRequest requests[] = {{catalog_.find("b"), {}}, {catalog_.find("a"), {}}};
  const auto tensors = read_tensors(requests, catalog_, files_, {.io = IoMode::kCopy}, report_);
  ASSERT_TRUE(is_ok(tensors));
  EXPECT_EQ((*tensors)[0], counting_tensor({5}));
  EXPECT_EQ((*tensors)[1], counting_tensor({3}));
  EXPECT_EQ(report_.bytes_read, 32u);
  EXPECT_EQ(report_.bytes_verified, 32u);
  EXPECT_EQ(report_.mapped_count, 0u);
  ASSERT_TRUE(is_ok(read("a", {.io = IoMode::kCopy, .verify = false})));
  EXPECT_EQ(report_.bytes_verified, 0u);
}

TEST_F(TensorReading, MapsTensorsWhoseElementsAreAligned) {
  add("bool", *Tensor::of<bool>({3}, {true, false, true}));
  add("odd", counting_tensor({2}));
  add("more", *Tensor::of<bool>({1}, {true}));
  add("aligned", counting_tensor({2}, 7));
  open_files();
  const ReadOptions options{.io = IoMode::kMap};
  EXPECT_EQ(read("bool", options)->backing(), Backing::kMapped);
  EXPECT_EQ(report_.mapped_count, 1u);
  EXPECT_EQ(report_.bytes_verified, 3u);
  const auto odd = read("odd", options);
  EXPECT_EQ(odd->backing(), Backing::kOwned);
  EXPECT_EQ(*odd, counting_tensor({2}));
  EXPECT_EQ(report_.mapped_count, 0u);
  const auto aligned = read("aligned", options);
  EXPECT_EQ(aligned->backing(), Backing::kMapped);
  EXPECT_EQ(*aligned, counting_tensor({2}, 7));
  EXPECT_TRUE(is_ok(aligned->view<float>()));
}

TEST_F(TensorReading, CopiesWhereTheStorageMapsNothing) {
  storage_ = std::make_shared<FaultyStorage>(storage_, std::make_shared<FaultPlan>());
  add("a", counting_tensor({2}));
  open_files();
  const auto tensor = read("a", {.io = IoMode::kMap});
  ASSERT_TRUE(is_ok(tensor));
  EXPECT_EQ(tensor->backing(), Backing::kOwned);
}

TEST_F(TensorReading, SwapsBytesOfTheOtherOrderAfterVerifying) {
  for (const DType dtype : storable_dtypes()) {
    if (dtype == DType::kString) continue;
    std::mt19937_64 random(1);
    add(std::string(dtype_name(dtype)), random_tensor(random, dtype, {5}));
  }
  open_files(ByteOrder::kBig);
  for (const TensorInfo& info : catalog_) {
    std::mt19937_64 random(1);
    std::string expected = text_of_bytes(random_tensor(random, info.dtype, {5}).bytes());
    const auto group = static_cast<std::ptrdiff_t>(dtype_swap_bytes(info.dtype));
    for (auto at = expected.begin(); at != expected.end(); at += group) {
      std::reverse(at, at + group);
    }
    for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
      const auto tensor = read(info.name, {.io = io});
      ASSERT_TRUE(is_ok(tensor)) << info.name;
      EXPECT_EQ(text_of_bytes(tensor->bytes()), expected) << info.name;
    }
  }
}

TEST_F(TensorReading, TellsChecksumsThatDoNotMatch) {
  add("a", counting_tensor({2}));
  texts_[0][5] ^= 1;
  open_files();
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    const auto tensor = read("a", {.io = io});
    EXPECT_TRUE(fails(tensor, Code::kCorrupt,
                      {"first: tensor 'a': Checksum does not match: stored", "8 bytes at byte 0",
                       "index and data are from different saves"}));
    EXPECT_EQ(tensor.error().reason, reason::kChecksum);
    EXPECT_TRUE(is_ok(read("a", {.io = io, .verify = false})));
  }
}

TEST_F(TensorReading, ReadsNothingIfOneFileIsTooShortForAny) {
  add("a", counting_tensor({2}));
  add("b", counting_tensor({2}));
  texts_[0].pop_back();
  const auto plan = std::make_shared<FaultPlan>();
  storage_ = std::make_shared<FaultyStorage>(storage_, plan);
  open_files();
  const TensorRequest requests[] = {{catalog_.find("a"), {}}, {catalog_.find("b"), {}}};
  const auto tensors = read_tensors(requests, catalog_, files_, {}, report_);
  EXPECT_TRUE(fails(tensors, Code::kCorrupt,
                    {"first: tensor 'b': its 8 bytes at byte 8 reach past the end of the file, "
                     "which has 15 bytes"}));
  EXPECT_EQ(tensors.error().reason, reason::kCutShort);
  EXPECT_EQ(plan->bytes_read, 0u);
}

TEST_F(TensorReading, RefusesAFileThatIsCutWhileItIsOpen) {
  const TempDirectory directory;
  storage_ = make_local_storage();
  paths_ = {directory / "first", directory / "second"};
  add("a", counting_tensor({1000}));
  open_files();
  std::filesystem::resize_file(paths_[0], 1000);
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    const auto tensor = read("a", {.io = io});
    EXPECT_TRUE(fails(tensor, Code::kIo, {"it ends at byte 1000 now"}));
    EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
    EXPECT_EQ(tensor.error().place.file, paths_[0]);
  }
}

TEST_F(TensorReading, PassesFailuresOfTheStorageOn) {
  const auto plan = std::make_shared<FaultPlan>();
  storage_ = std::make_shared<FaultyStorage>(storage_, plan);
  add("a", counting_tensor({2}));
  open_files();
  plan->fail_at_call = 0;
  EXPECT_TRUE(fails(read("a"), Code::kIo, {"first: tensor 'a': cannot read: fault on demand"}));
}

TEST_F(TensorReading, RefusesPiecesThatLeaveAGap) {
  const Box boxes[] = {{{0, 0}, {2, 3}}, {{3, 0}, {1, 3}}};
  add_in_pieces("a", counting_tensor({4, 3}), boxes);
  open_files();
  EXPECT_TRUE(fails(read("a"), Code::kCorrupt,
                    {"prefix: tensor 'a': Does not have sufficient slices: they hold 9 of the 12 "
                     "elements in '0,4:0,3'"}));
  EXPECT_EQ(*read("a", {}, Box{{0, 1}, {2, 2}}),
            cut_out(counting_tensor({4, 3}), {{0, 1}, {2, 2}}));
}

TEST_F(TensorReading, ReadsOnlyThePiecesThatABoxTouches) {
  const Box boxes[] = {{{0}, {10}}, {{10}, {10}}, {{20}, {10}}};
  add_in_pieces("a", counting_tensor({30}), boxes);
  open_files();
  ASSERT_TRUE(is_ok(read("a", {.verify_parts = true}, Box{{12}, {3}})));
  EXPECT_EQ(report_.bytes_read, 40u);
  EXPECT_EQ(report_.bytes_verified, 40u);
  ASSERT_TRUE(is_ok(read("a", {}, Box{{12}, {3}})));
  EXPECT_EQ(report_.bytes_read, 12u);
  EXPECT_EQ(report_.bytes_verified, 0u);
  ASSERT_TRUE(is_ok(read("a", {}, Box{{10}, {10}})));
  EXPECT_EQ(report_.bytes_read, 40u);
  ASSERT_TRUE(is_ok(read("a", {}, Box{{30}, {0}})));
  EXPECT_EQ(report_.bytes_read, 0u);
}

TEST_F(TensorReading, ReadsTheOnlyPieceThatThereIs) {
  const Tensor words = strings_tensor({4}, {"a", "bb", "", "dddd"});
  const Box second_half[] = {{{2}, {2}}};
  add_in_pieces("floats", counting_tensor({4}), second_half);
  add_in_pieces("words", words, second_half);
  open_files();
  EXPECT_EQ(*read("floats", {}, Box{{2}, {2}}), cut_out(counting_tensor({4}), {{2}, {2}}));
  const auto half = read("words", {}, Box{{2}, {2}});
  ASSERT_TRUE(is_ok(half));
  EXPECT_EQ(*half, cut_out(words, {{2}, {2}}));
  EXPECT_EQ(*read("words", {}, Box{{3}, {1}}), cut_out(words, {{3}, {1}}));
  EXPECT_TRUE(fails(read("words"), Code::kCorrupt, {"2 of the 4 elements"}));
}

// Cuts a box again and again until there are about `count`.
std::vector<Box> cut_randomly(std::mt19937_64& random, const Shape& shape, size_t count) {
  std::vector<Box> boxes = {whole_box(shape)};
  for (size_t attempt = 0; attempt < 4 * count && boxes.size() < count; ++attempt) {
    Box& box = boxes[random() % boxes.size()];
    const size_t axis = random() % shape.rank();
    if (box.lengths[axis] < 2) continue;
    const auto front =
        1 + static_cast<int64_t>(random() % static_cast<uint64_t>(box.lengths[axis] - 1));
    Box back = box;
    back.starts[axis] += front;
    back.lengths[axis] -= front;
    box.lengths[axis] = front;
    boxes.push_back(std::move(back));
  }
  std::shuffle(boxes.begin(), boxes.end(), random);
  return boxes;
}

Box random_box(std::mt19937_64& random, const Shape& shape) {
  Box box;
  for (const int64_t size : shape.dims()) {
    box.starts.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(size)));
    box.lengths.push_back(
        static_cast<int64_t>(random() % static_cast<uint64_t>(size - box.starts.back() + 1)));
  }
  return box;
}

Tensor random_words(std::mt19937_64& random, const Shape& shape) {
  std::vector<std::string> words(*shape.element_count());
  for (std::string& word : words) {
    word.resize(random() % 4 == 0 ? 200 : random() % 5);
    for (char& c : word) c = static_cast<char>(random());
  }
  return strings_tensor(shape, {words.begin(), words.end()});
}

TEST_F(TensorReading, GivesAnyBoxOfAnyPieces) {
  std::mt19937_64 random(7);
  const std::vector<DType> dtypes = storable_dtypes();
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < 150; ++i) {
    std::vector<int64_t> dims(1 + random() % 4);
    for (int64_t& dim : dims) dim = 1 + static_cast<int64_t>(random() % 7);
    const Shape shape(dims);
    const DType dtype = dtypes[i % dtypes.size()];
    tensors.push_back(dtype == DType::kString ? random_words(random, shape)
                                              : random_tensor(random, dtype, shape));
    add_in_pieces(std::to_string(i), tensors.back(), cut_randomly(random, shape, 1 + i % 9));
  }
  open_files();
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& whole = tensors[i];
    EXPECT_EQ(*read(std::to_string(i)), whole) << dtype_name(whole.dtype());
    for (int round = 0; round < 10; ++round) {
      const Box box = random_box(random, whole.shape());
      const ReadOptions options{.io = round % 2 == 0 ? IoMode::kCopy : IoMode::kMap};
      const auto part = read(std::to_string(i), options, box);
      ASSERT_TRUE(is_ok(part));
      EXPECT_EQ(*part, cut_out(whole, box))
          << dtype_name(whole.dtype()) << ' ' << whole.shape().to_string() << box.to_string();
    }
  }
}

}  // namespace
}  // namespace holdall
