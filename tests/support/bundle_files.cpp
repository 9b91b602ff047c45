#include "support/bundle_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>

#include "codec/sorted_table_layout.h"
#include "formats/tf_bundle/tf_bundle_writer.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "transfer/file_writing.h"

namespace holdall {
namespace {

struct PlacedItem {
  uint32_t shard;
  uint64_t offset_in_file;
  uint64_t size_bytes;
  SaveItem item;
};

uint32_t digits_at(std::string_view text, size_t start) {
  uint32_t number = 0;
  std::from_chars(text.data() + start, text.data() + text.size(), number);
  return number;
}

SaveItem item_of(const Checkpoint& checkpoint, const TensorInfo& info, const Piece& piece) {
  if (piece.box.starts.empty()) {
    auto tensor = checkpoint.read(info.name);
    EXPECT_TRUE(is_ok(tensor)) << info.name;
    return {info.name, tensor.ok() ? *tensor : Tensor(), {}, {}, 0};
  }
  auto tensor = checkpoint.read_box(info.name, piece.box);
  EXPECT_TRUE(is_ok(tensor)) << info.name;
  return {info.name, tensor.ok() ? *tensor : Tensor(), piece.box, info.shape, 0};
}

}  // namespace

ShardName shard_name_of(std::string_view data_path) {
  const std::string_view mark = "-of-";
  const size_t count_at = data_path.rfind(mark);
  return {digits_at(data_path, data_path.rfind('-', count_at - 1) + 1),
          digits_at(data_path, count_at + mark.size())};
}

std::vector<SaveItem> items_of(const Checkpoint& checkpoint) {
  const Catalog& catalog = checkpoint.catalog();
  std::vector<PlacedItem> placed;
  for (const TensorInfo& info : catalog) {
    for (const Piece& piece : info.pieces) {
      SaveItem item = item_of(checkpoint, info, piece);
      item.shard = shard_name_of(catalog.files()[piece.extent.file_index]).shard;
      placed.push_back(
          {item.shard, piece.extent.offset_in_file, piece.extent.size_bytes, std::move(item)});
    }
  }
  std::stable_sort(placed.begin(), placed.end(), [](const PlacedItem& a, const PlacedItem& b) {
    return std::tie(a.shard, a.offset_in_file, a.size_bytes) <
           std::tie(b.shard, b.offset_in_file, b.size_bytes);
  });
  std::vector<SaveItem> items;
  for (PlacedItem& one : placed) items.push_back(std::move(one.item));
  return items;
}

std::map<std::string, std::string> lay_out_bundle(const std::string& prefix,
                                                  std::span<const SaveItem> items,
                                                  const SaveOptions& options,
                                                  const TableWriterOptions& table_options) {
  std::map<std::string, std::string> files;
  const auto layout = tf_bundle::lay_out(prefix, items, options, table_options);
  EXPECT_TRUE(is_ok(layout));
  if (!layout.ok()) return files;
  const auto storage = make_memory_storage();
  std::vector<WrittenItem> written(items.size());
  for (const LayoutFile& file : (*layout)->files()) {
    EXPECT_TRUE(storage->make_directories(directory_of(file.path)).ok());
    auto writer = *storage->open_writer(file.path);
    for (const LayoutPart& part : file.parts) {
      EXPECT_TRUE(writer->append(bytes_of(part.literal)).ok());
      EXPECT_TRUE(append_zeros(*writer, part.padding_bytes).ok());
      if (!part.item) continue;
      written[*part.item].checksum = *append_with_checksum(
          *writer, one_run(items[*part.item].tensor.bytes()), part.reversed_group, part.crc_seed);
    }
    EXPECT_TRUE(writer->close(Durability::kAtomic).ok() && writer->publish().ok());
    files[file.path] = read_file(*storage, file.path);
  }
  const auto index = (*layout)->finish(written);
  EXPECT_TRUE(is_ok(index));
  if (index.ok()) files[(*index)->path] = (*index)->bytes;
  return files;
}

void save_checkpoint(const std::shared_ptr<Storage>& storage, const std::string& path,
                     std::vector<SaveItem> items, SaveOptions options) {
  options.storage = storage;
  // As TensorFlow packs, so that a test can foresee where bytes lie.
  if (options.alignment == 0) options.alignment = 1;
  const auto plan = plan_save(path, std::move(items), options);
  ASSERT_TRUE(is_ok(plan));
  ASSERT_TRUE(is_ok(execute(*plan)));
}

Checkpoint save_and_open(const std::shared_ptr<Storage>& storage, const std::string& path,
                         std::vector<SaveItem> items, SaveOptions options) {
  save_checkpoint(storage, path, std::move(items), std::move(options));
  auto checkpoint = Checkpoint::open(path, {storage});
  EXPECT_TRUE(is_ok(checkpoint));
  return *checkpoint;
}

std::string draft_index(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::vector<TableEntry> borrowed;
  for (const auto& [key, value] : entries) borrowed.push_back({key, bytes_of(value)});
  auto table = make_sorted_table(borrowed);
  EXPECT_TRUE(is_ok(table));
  return table.ok() ? *table : "";
}

}  // namespace holdall
