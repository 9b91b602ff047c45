// Salvage of checkpoints with a damaged index: each block in turn, with every tensor of the others
// written as it was saved.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/byte_cursor.h"
#include "base/text_bytes.h"
#include "codec/sorted_table_layout.h"
#include "codec/sorted_table_reader.h"
#include "codec/sorted_table_writer.h"
#include "holdall/doctor.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr int kTensorCount = 40;

std::string name_of(int i) {
  return std::string("t") + static_cast<char>('0' + i / 10) + static_cast<char>('0' + i % 10);
}

Tensor tensor_of(int i) {
  return counting_tensor({3}, static_cast<float>(i));
}

// The table in blocks of a few entries.
std::string in_small_blocks(const std::string& index) {
  const auto table = SortedTable::open(bytes_of(index));
  std::vector<std::pair<std::string, std::string>> owned;
  for (TableCursor cursor = table->cursor(); cursor.next().ok() && cursor.has_entry();) {
    const auto value = cursor.value();
    owned.emplace_back(cursor.key(),
                       std::string(reinterpret_cast<const char*>(value.data()), value.size()));
  }
  std::vector<TableEntry> entries;
  for (const auto& [key, value] : owned) entries.push_back({key, bytes_of(value)});
  return *make_sorted_table(entries, {.block_size_bytes = 128});
}

// Where the data blocks begin, as the block that the footer names tells.
std::vector<uint64_t> block_offsets(const std::string& index) {
  const auto bytes = bytes_of(index);
  ByteCursor footer(bytes.last(kTableFooterSizeBytes));
  uint64_t numbers[4];
  for (uint64_t& number : numbers) number = *footer.read_varint64();
  const auto block = TableBlock::parse(bytes.subspan(numbers[2], numbers[3]), numbers[2]);
  std::vector<uint64_t> offsets;
  for (TableBlockCursor cursor(*block); cursor.next().ok() && cursor.has_entry();)
    offsets.push_back(*ByteCursor(cursor.value()).read_varint64());
  return offsets;
}

class IndexSalvage : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<SaveItem> items;
    for (int i = 0; i < kTensorCount; ++i)
      items.push_back({name_of(i), tensor_of(i), {}, {}, static_cast<uint32_t>(i % 2)});
    save_checkpoint(storage_, "m", std::move(items), {.shard_count = 2});
    index_ = in_small_blocks(read_file(*storage_, "m.index"));
    blocks_ = block_offsets(index_);
    write_file(*storage_, "m.index", index_);
  }

  void damage(const std::vector<size_t>& blocks) {
    std::string bytes = index_;
    for (const size_t block : blocks) bytes[blocks_[block] + 10] ^= 0x10;
    write_file(*storage_, "m.index", bytes);
  }

  // The numbers of the tensors in the salvaged checkpoint, each with its bytes compared.
  std::vector<int> salvage(std::vector<LostRange>& lost, int left_out_count = 0) {
    const auto checkpoint = open_for_salvage("m", storage_);
    EXPECT_TRUE(is_ok(checkpoint));
    const auto salvage = plan_salvage(*checkpoint, "out", {.save = {.storage = storage_}});
    EXPECT_TRUE(is_ok(salvage));
    if (!salvage.ok()) return {};
    EXPECT_EQ(salvage->left_out.size(), static_cast<size_t>(left_out_count));
    lost = salvage->lost;
    EXPECT_TRUE(is_ok(execute(salvage->plan)));
    const auto out = Checkpoint::open("out", {storage_});
    EXPECT_TRUE(is_ok(out));
    std::vector<int> numbers;
    for (const TensorInfo& info : out->catalog()) {
      numbers.push_back(std::stoi(info.name.substr(1)));
      EXPECT_EQ(*out->read(info.name), tensor_of(numbers.back())) << info.name;
    }
    return numbers;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  std::string index_;
  std::vector<uint64_t> blocks_;
};

TEST_F(IndexSalvage, LosesNothingOfASoundIndex) {
  std::vector<LostRange> lost;
  EXPECT_EQ(salvage(lost).size(), static_cast<size_t>(kTensorCount));
  EXPECT_TRUE(lost.empty());
}

TEST_F(IndexSalvage, KeepsEveryTensorOfTheOtherBlocks) {
  ASSERT_GE(blocks_.size(), 5u);
  size_t lost_count = 0;
  for (size_t block = 0; block < blocks_.size(); ++block) {
    damage({block});
    EXPECT_TRUE(fails(Checkpoint::open("m", {storage_}), Code::kCorrupt, {"m.index"}));
    std::vector<LostRange> lost;
    const std::vector<int> kept = salvage(lost);
    ASSERT_EQ(lost.size(), 1u) << block;
    EXPECT_EQ(lost[0].file, "m.index");
    EXPECT_EQ(lost[0].after.empty(), block == 0);
    EXPECT_EQ(lost[0].before.empty(), block + 1 == blocks_.size());
    // What is lost are just the names between the two that are told.
    std::vector<int> expected;
    for (int i = 0; i < kTensorCount; ++i) {
      const bool is_before = !lost[0].after.empty() && name_of(i) <= lost[0].after;
      const bool is_behind = !lost[0].before.empty() && name_of(i) >= lost[0].before;
      if (is_before || is_behind) expected.push_back(i);
    }
    EXPECT_EQ(kept, expected);
    EXPECT_LT(kept.size(), static_cast<size_t>(kTensorCount));
    EXPECT_GT(kept.size(), static_cast<size_t>(kTensorCount) / 2);
    lost_count += static_cast<size_t>(kTensorCount) - kept.size();
  }
  // Each tensor is listed in one block.
  EXPECT_EQ(lost_count, static_cast<size_t>(kTensorCount));
}

TEST_F(IndexSalvage, TellsEachRunOfDamagedBlocks) {
  damage({1, 2, blocks_.size() - 1});
  std::vector<LostRange> lost;
  salvage(lost);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_NE(lost[0].cause.find("; 2 blocks in a row are damaged"), std::string::npos);
  EXPECT_TRUE(lost[0].to_string().starts_with("m.index: names after '" + lost[0].after +
                                              "' and before '" + lost[0].before +
                                              "' are lost: block checksum mismatch at byte "))
      << lost[0].to_string();
  EXPECT_TRUE(
      lost[1].to_string().starts_with("m.index: names after '" + lost[1].after + "' are lost: "));
}

TEST_F(IndexSalvage, GuessesALostHeader) {
  // Another set of data files beside it, of which one is missing.
  write_file(*storage_, "m.data-00000-of-00003", "");
  write_file(*storage_, "m.data-00001-of-00003", "");
  damage({0});
  const auto checkpoint = open_for_salvage("m", storage_);
  ASSERT_TRUE(is_ok(checkpoint));
  ASSERT_EQ(checkpoint->notes().size(), 1u);
  EXPECT_EQ(checkpoint->notes()[0],
            "the index's header is lost: elements are taken to be little-endian, in 2 data files, "
            "as the names of the files beside it say");
}

TEST_F(IndexSalvage, CannotDoWithoutAnyBlock) {
  std::vector<size_t> all(blocks_.size());
  std::iota(all.begin(), all.end(), size_t{0});
  damage(all);
  const auto checkpoint = open_for_salvage("m", storage_);
  ASSERT_TRUE(is_ok(checkpoint));
  EXPECT_EQ(checkpoint->catalog().count(), 0u);
  EXPECT_TRUE(fails(plan_salvage(*checkpoint, "out", {.save = {.storage = storage_}}),
                    Code::kNotFound, {"none of its 0 tensors holds"}));
}

TEST_F(IndexSalvage, DoesWithoutTheEndOfTheIndex) {
  std::vector<LostRange> lost;
  // The footer; and with it the block that lists the others.
  for (const uint64_t missing_bytes : {1u, 48u, 60u}) {
    write_file(*storage_, "m.index", index_.substr(0, index_.size() - missing_bytes));
    EXPECT_TRUE(fails(Checkpoint::open("m", {storage_}), Code::kCorrupt, {"m.index"}));
    EXPECT_EQ(salvage(lost).size(), static_cast<size_t>(kTensorCount));
    EXPECT_TRUE(lost.empty());
  }
  const auto checkpoint = open_for_salvage("m", storage_);
  ASSERT_EQ(checkpoint->notes().size(), 1u);
  EXPECT_EQ(checkpoint->notes()[0],
            "the end of the index, which says where its blocks are, is damaged: they are found by "
            "their checksums");
  const auto diagnosis = diagnose("m", {.storage = storage_});
  ASSERT_TRUE(is_ok(diagnosis));
  EXPECT_TRUE(diagnosis->findings.back().advice.starts_with("40 tensors are still listed; salvage"))
      << diagnosis->findings.back().advice;
}

TEST_F(IndexSalvage, KeepsTheBlocksInFrontOfTheFirstDamageWhereTheEndIsDamagedToo) {
  for (size_t block = 1; block < blocks_.size(); ++block) {
    std::string bytes = index_.substr(0, index_.size() - 1);
    bytes[blocks_[block] + 10] ^= 0x10;
    write_file(*storage_, "m.index", bytes);
    std::vector<LostRange> lost;
    const std::vector<int> kept = salvage(lost);
    ASSERT_EQ(lost.size(), 1u) << block;
    ASSERT_FALSE(kept.empty());
    EXPECT_EQ(lost[0].after, name_of(kept.back()));
    EXPECT_EQ(lost[0].before, "");
    std::vector<int> expected(kept.size());
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(kept, expected);
    // Cut where the block begins it is the same.
    write_file(*storage_, "m.index", index_.substr(0, blocks_[block]));
    EXPECT_EQ(salvage(lost), kept);
  }
  damage({0});
  write_file(*storage_, "m.index", read_file(*storage_, "m.index").substr(0, index_.size() - 1));
  EXPECT_TRUE(fails(open_for_salvage("m", storage_), Code::kCorrupt, {"m.index"}));
}

TEST_F(IndexSalvage, IsTheAdviceOfADiagnosis) {
  damage({1});
  const auto diagnosis = diagnose("m", {.storage = storage_});
  ASSERT_TRUE(is_ok(diagnosis));
  EXPECT_FALSE(diagnosis->is_healthy());
  const auto lost = std::ranges::find(diagnosis->findings, "lost-names", &Finding::kind);
  ASSERT_NE(lost, diagnosis->findings.end());
  EXPECT_EQ(lost->file, "m.index");
  EXPECT_TRUE(lost->message.starts_with("names after 't")) << lost->message;
  EXPECT_NE(lost->advice.find("tensors of other names are still listed"), std::string::npos)
      << lost->advice;
}

TEST_F(IndexSalvage, LeavesOutPartitionedTensorsOfWhichSlicesAreLost) {
  std::vector<SaveItem> items;
  for (int64_t i = 0; i < 8; ++i)
    items.push_back({"table", counting_tensor({1, 3}), Box{{i, 0}, {1, 3}}, Shape({8, 3}), 0});
  items.push_back({"t07", tensor_of(7), {}, {}, 0});
  save_checkpoint(storage_, "m", std::move(items));
  index_ = in_small_blocks(read_file(*storage_, "m.index"));
  blocks_ = block_offsets(index_);
  damage({1});
  std::vector<LostRange> lost;
  EXPECT_EQ(salvage(lost, 1), std::vector<int>{7});
  EXPECT_EQ(lost.size(), 1u);
  // And with the tensor's own entry, its slices are no tensors either.
  damage({blocks_.size() - 1});
  const auto checkpoint = open_for_salvage("m", storage_);
  ASSERT_TRUE(is_ok(checkpoint));
  ASSERT_EQ(checkpoint->notes().size(), 1u);
  EXPECT_EQ(checkpoint->notes()[0],
            "8 slices of partitioned tensors stand alone, since the tensors' own entries are lost: "
            "they are left out");
}

}  // namespace
}  // namespace holdall
