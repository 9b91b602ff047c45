#include "formats/tensor_rows.h"

#include <gtest/gtest.h>

#include <thread>

namespace holdall {
namespace {

TensorRows rows_of(size_t plain_count) {
  TensorRows rows;
  for (size_t i = 0; i < plain_count; ++i) {
    const std::string name = "layer_" + std::to_string(10000 + i) + "/kernel";
    const std::vector<int64_t> dims = {static_cast<int64_t>(i / 3), 2};
    const uint64_t size_bytes = i / 3 * 8;
    rows.add({name, DType::kF32, dims, {1, i * 100, size_bytes}, static_cast<uint32_t>(i)});
  }
  return rows;
}

Catalog catalog_of(TensorRows rows) {
  return Catalog::make("m", "tf_bundle", {"m.data-0", "m.data-1"}, ByteOrder::kLittle,
                       JoinedRows({std::move(rows)}));
}

TEST(TensorRows, MakesTheTensorsThatWereAdded) {
  const Catalog catalog = catalog_of(rows_of(200));
  ASSERT_EQ(catalog.count(), 200u);
  const TensorInfo& tensor = catalog[100];
  EXPECT_EQ(tensor.name, "layer_10100/kernel");
  EXPECT_EQ(tensor.dtype, DType::kF32);
  EXPECT_EQ(tensor.shape, Shape({33, 2}));
  EXPECT_EQ(tensor.size_bytes, 264u);
  ASSERT_EQ(tensor.pieces.size(), 1u);
  EXPECT_EQ(tensor.pieces[0].extent.file_index, 1u);
  EXPECT_EQ(tensor.pieces[0].extent.offset_in_file, 10000u);
  EXPECT_EQ(tensor.pieces[0].extent.size_bytes, 264u);
  EXPECT_EQ(tensor.pieces[0].crc32c, 100u);
  EXPECT_TRUE(tensor.pieces[0].box.starts.empty());
}

TEST(TensorRows, KeepTensorsThatAreNotPlainAsTheyAre) {
  TensorRows rows = rows_of(2);
  TensorInfo broken;
  broken.name = "w";
  broken.size_bytes = 5;
  broken.problem = std::make_shared<const Error>(Error{Code::kCorrupt, "", {}, "it is broken", 0});
  rows.add(broken);
  rows.add({"x", DType::kI8, {}, {0, 0, 1}, 7});
  const Catalog catalog = catalog_of(std::move(rows));
  EXPECT_EQ(catalog.find("w")->problem->message, "it is broken");
  EXPECT_EQ(catalog.find("x")->shape, Shape());
  EXPECT_EQ(catalog.size_bytes(), 6u);
}

// As the parts of an index are, each by a thread of its own.
TEST(TensorRows, AreOneListWhenTheyAreJoined) {
  std::vector<TensorRows> parts(4);  // the third without tensors
  const std::vector<int64_t> dims = {2};
  parts[0].add({"a", DType::kF32, dims, {0, 0, 8}, 1});
  parts[0].add({"b", DType::kF32, dims, {0, 8, 8}, 2});
  parts[1].add({"c", DType::kF32, dims, {1, 0, 8}, 3});
  parts[1].add_gap("d");
  parts[1].add({"e", DType::kF32, dims, {0, 0, 8}, 5});
  parts[3].add({"f", DType::kF32, dims, {0, 16, 8}, 6});
  const uint32_t files[] = {7, 3};
  parts[1].number_files(files);
  TensorInfo late;
  late.name = "d";
  late.size_bytes = 100;
  parts[1].fill_gap(1, late);
  const Catalog catalog =
      Catalog::make("m", "tf_bundle", {}, ByteOrder::kLittle, JoinedRows(std::move(parts)));
  ASSERT_EQ(catalog.count(), 6u);
  EXPECT_EQ(catalog.size_bytes(), 140u);
  std::string names;
  for (const TensorInfo& tensor : catalog) names += tensor.name;
  EXPECT_EQ(names, "abcdef");
  EXPECT_EQ(catalog.find("c")->pieces[0].extent.file_index, 3u);
  EXPECT_EQ(catalog.find("e")->pieces[0].extent.file_index, 7u);
  EXPECT_EQ(catalog.find("f")->pieces[0].crc32c, 6u);
  EXPECT_EQ(catalog.find("d")->size_bytes, 100u);
  EXPECT_EQ(catalog.find("g"), nullptr);
}

TEST(TensorRows, AreFoundByTheirWholeName) {
  const Catalog catalog = catalog_of(rows_of(130));
  for (size_t i = 0; i < catalog.count(); ++i) {
    const TensorInfo* const found = catalog.find(catalog.name(i));
    ASSERT_EQ(found, &catalog[i]);
    EXPECT_EQ(catalog.index_of(*found), i);
  }
  EXPECT_EQ(catalog.find("layer_10000"), nullptr);
  EXPECT_EQ(catalog.find("z"), nullptr);
  EXPECT_EQ(catalog.find(""), nullptr);
  EXPECT_EQ(catalog_of({}).find("a"), nullptr);
  EXPECT_EQ(catalog.index_of(TensorInfo(catalog[3])), std::nullopt);
}

TEST(TensorRows, StayWhereTheyAreAsLongAsACopyOfTheCatalogLives) {
  auto first = std::make_unique<Catalog>(catalog_of(rows_of(10)));
  const TensorInfo* const tensor = first->find("layer_10009/kernel");
  const Catalog copy = *first;
  const Catalog moved = std::move(*first);
  first.reset();
  EXPECT_EQ(copy.find("layer_10009/kernel"), tensor);
  EXPECT_EQ(&moved[9], tensor);
  EXPECT_EQ(tensor->size_bytes, 24u);
}

TEST(TensorRows, AreSortedAndGoneThroughByIterators) {
  const Catalog catalog = catalog_of(rows_of(100));
  EXPECT_EQ(catalog.end() - catalog.begin(), 100);
  EXPECT_EQ(catalog.begin()[70].name, "layer_10070/kernel");
  const auto found = std::lower_bound(
      catalog.begin(), catalog.end(), "layer_10042/kernel",
      [](const TensorInfo& tensor, std::string_view name) { return tensor.name < name; });
  EXPECT_EQ(found - catalog.begin(), 42);
  auto at = catalog.begin();
  EXPECT_EQ((at++)->name, "layer_10000/kernel");
  EXPECT_EQ((at--)->name, "layer_10001/kernel");
  EXPECT_EQ(at, catalog.begin());
  EXPECT_LT(at, at + 1);
}

TEST(TensorRows, AreMadeOnceWhateverThreadsLookAtThem) {
  const Catalog catalog = catalog_of(rows_of(5000));
  std::vector<std::vector<const TensorInfo*>> seen(4);
  std::vector<std::thread> threads;
  for (auto& places : seen) {
    threads.emplace_back([&catalog, &places] {
      for (const TensorInfo& tensor : catalog) places.push_back(&tensor);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& places : seen) EXPECT_EQ(places, seen.front());
  for (size_t i = 0; i < catalog.count(); ++i) {
    ASSERT_EQ(seen[0][i], &catalog[i]);
    ASSERT_EQ(catalog[i].pieces[0].crc32c, i);
  }
}

}  // namespace
}  // namespace holdall
