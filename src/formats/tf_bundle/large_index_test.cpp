// Indexes that several threads read: what they list does not depend on where parts begin.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "codec/sorted_table_layout.h"
#include "codec/sorted_table_writer.h"
#include "formats/tf_bundle/tf_bundle_layout.h"
#include "formats/tf_bundle/tf_bundle_reader.h"
#include "formats/tf_common/tf_slice_key.h"
#include "support/status_matchers.h"

namespace holdall::tf_bundle {
namespace {

constexpr uint64_t kFloat = 1;
constexpr int kCount = 100000;

std::string entry_of(uint64_t dtype_code, std::vector<int64_t> dims, int64_t shard) {
  int64_t size_bytes = 4;
  for (const int64_t size : dims) size_bytes *= size;
  return encode_entry({dtype_code, Shape(std::move(dims)), shard, 0, size_bytes, 0, {}});
}

std::string name_of(int i) {
  return "layer_" + std::to_string(100000 + i) + "/a_long_enough_name/kernel";
}

// The last data file is the first that is spoken of.
uint64_t shard_of(int i) {
  return i < kCount / 2 ? 3 : static_cast<uint64_t>(i % 4);
}

// Some tensors are more than one run of bytes, or cannot be used, wherever in the index they stand.
std::map<std::string, std::string> mixed_entries() {
  std::map<std::string, std::string> entries;
  entries[""] = encode_header({4, ByteOrder::kLittle});
  for (int i = 0; i < kCount; ++i) {
    const auto shard = static_cast<int64_t>(shard_of(i));
    std::string entry = entry_of(kFloat, {2, i % 5}, shard);
    if (i % 1000 == 7) entry = "\xff";
    if (i % 1000 == 8) entry = entry_of(kFloat, {2}, 4);
    if (i % 1000 == 9) {
      const Box slice{{0}, {2}};
      entries[encode_slice_key(name_of(i), slice)] = entry_of(kFloat, {2}, shard);
      entry = encode_entry({kFloat, Shape({2}), 0, 0, 0, 0, {slice}});
    }
    entries[name_of(i)] = entry;
  }
  return entries;
}

std::string table_of(const std::map<std::string, std::string>& entries) {
  std::string file;
  SortedTableWriter writer([&](std::span<const std::byte> bytes) -> Status {
    file += text_of(bytes);
    return {};
  });
  for (const auto& [key, value] : entries) EXPECT_TRUE(is_ok(writer.add(key, bytes_of(value))));
  EXPECT_TRUE(is_ok(writer.finish()));
  return file;
}

TEST(LargeIndex, ListsWhatOneThreadWouldList) {
  const std::string index = table_of(mixed_entries());
  ASSERT_GT(index.size(), size_t{4} << 20);
  const auto catalog = parse_index("m", bytes_of(index));
  ASSERT_TRUE(is_ok(catalog));
  EXPECT_EQ(catalog->count(), static_cast<size_t>(kCount));
  EXPECT_EQ(catalog->files().front(), "m.data-00003-of-00004");
  EXPECT_EQ(catalog->files().size(), 4u);
  for (int i = 0; i < kCount; ++i) {
    const TensorInfo* const tensor = catalog->find(name_of(i));
    ASSERT_NE(tensor, nullptr) << i;
    if (tensor->problem != nullptr) continue;
    const uint32_t file_index = tensor->pieces[0].extent.file_index;
    ASSERT_EQ(catalog->files()[file_index], data_file_path("m", shard_of(i), 4)) << i;
  }
  EXPECT_EQ(catalog->find(name_of(99009))->pieces[0].box.lengths.size(), 1u);
  EXPECT_NE(catalog->find(name_of(99008))->problem, nullptr);
  // Salvage reads from front to back.
  const auto sound = parse_sound_index("m", bytes_of(index), {});
  ASSERT_TRUE(is_ok(sound));
  EXPECT_TRUE(sound->lost.empty());
  EXPECT_EQ(catalog->to_json(), sound->catalog.to_json());
}

TEST(LargeIndex, HasItsDamageTold) {
  std::string index = table_of(mixed_entries());
  index[index.size() - index.size() / 8] ^= 1;
  index[index.size() - index.size() / 3] ^= 1;
  const auto catalog = parse_index("m", bytes_of(index));
  ASSERT_TRUE(fails(catalog, Code::kCorrupt, {"block checksum mismatch at byte"}));
  // The first of the two, whoever came to it first.
  const auto sound = parse_sound_index("m", bytes_of(index), {});
  ASSERT_TRUE(is_ok(sound));
  EXPECT_EQ(catalog.error().message, sound->lost.front().cause);
}

TEST(LargeIndex, IsRefusedBeyondTheLimit) {
  const std::string index = table_of(mixed_entries());
  OpenLimits limits;
  limits.tensor_count = kCount + kCount / 1000;  // with the slices
  EXPECT_TRUE(is_ok(parse_index("m", bytes_of(index), limits)));
  for (const uint64_t most : {limits.tensor_count - 1, limits.tensor_count / 2, uint64_t{1}}) {
    limits.tensor_count = most;
    EXPECT_TRUE(fails(parse_index("m", bytes_of(index), limits), Code::kExhausted,
                      {"OpenLimits::tensor_count"}));
  }
}

}  // namespace
}  // namespace holdall::tf_bundle
