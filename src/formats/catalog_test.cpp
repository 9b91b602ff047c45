#include "holdall/catalog.h"

#include <gtest/gtest.h>

#include "codec/json.h"
#include "support/status_matchers.h"

namespace holdall {
namespace {

TensorInfo info_of(std::string name, uint64_t size_bytes = 4) {
  TensorInfo info;
  info.name = std::move(name);
  info.dtype = DType::kF32;
  info.size_bytes = size_bytes;
  info.pieces = {{{0, 8, size_bytes}, {}, 1}};
  return info;
}

Result<Catalog> make(std::vector<TensorInfo> tensors) {
  return Catalog::make("dir/m", "tf_bundle", {"dir/m.data"}, ByteOrder::kLittle,
                       std::move(tensors));
}

TEST(Catalog, SortsItsTensorsByTheBytesOfTheirNames) {
  const auto catalog = make({info_of("b"), info_of("\xc3\xa9"), info_of("B"), info_of("a/b")});
  std::vector<std::string> names;
  for (const TensorInfo& info : *catalog) names.push_back(info.name);
  EXPECT_EQ(names, (std::vector<std::string>{"B", "a/b", "b", "\xc3\xa9"}));
  EXPECT_EQ(catalog->count(), 4u);
}

TEST(Catalog, FindsTensorsByTheirWholeName) {
  const auto catalog = make({info_of("a"), info_of("ab"), info_of("b")});
  EXPECT_EQ(catalog->find("ab")->name, "ab");
  EXPECT_EQ(catalog->find("aa"), nullptr);
  EXPECT_EQ(catalog->find(""), nullptr);
  EXPECT_EQ(catalog->find("c"), nullptr);
  EXPECT_EQ(Catalog().find("a"), nullptr);
}

TEST(Catalog, RefusesTwoTensorsOfOneName) {
  EXPECT_TRUE(fails(make({info_of("a"), info_of("b"), info_of("a")}), Code::kCorrupt,
                    {"two tensors are called 'a'"}));
}

TEST(Catalog, AddsUpSizesWithoutWrapping) {
  EXPECT_EQ(make({info_of("a", 3), info_of("b", 4)})->size_bytes(), 7u);
  EXPECT_EQ(make({info_of("a", UINT64_MAX), info_of("b", 4)})->size_bytes(), UINT64_MAX);
}

TEST(Catalog, TellsItselfAsJson) {
  TensorInfo sliced = info_of("sliced");
  sliced.shape = Shape({2, 3});
  sliced.pieces[0].box = {{0, 1}, {2, 2}};
  TensorInfo broken = info_of("broken\xff");
  broken.problem = std::make_shared<const Error>(Error{Code::kCorrupt, "", {}, "it is broken", 0});
  TensorInfo known = info_of("a");
  known.role = Role::kOptimizer;
  const auto json = Json::parse(make({known, sliced, broken})->to_json({"dna", {"a note"}}));
  ASSERT_TRUE(is_ok(json));
  const auto expected = Json::parse(R"({
    "schema": 1, "checkpoint": "dir/m", "scope": "dna", "format": "tf_bundle", "tensor_count": 3,
    "size_bytes": 12, "notes": ["a note"],
    "tensors": [
      {"name": "a", "dtype": "float32", "shape": [], "size_bytes": 4, "role": "optimizer",
       "pieces": [{"file": "dir/m.data", "offset_in_file": 8, "size_bytes": 4}]},
      {"name": "broken\udcff", "dtype": "float32", "shape": [], "size_bytes": 4,
       "problem": {"code": "corrupt", "message": "it is broken"}},
      {"name": "sliced", "dtype": "float32", "shape": [2, 3], "size_bytes": 4,
       "pieces": [{"file": "dir/m.data", "offset_in_file": 8, "size_bytes": 4, "box": "0,2:1,2"}]}
    ]})");
  ASSERT_TRUE(is_ok(expected));
  EXPECT_EQ(*json, *expected) << json->dump(1);
}

TEST(Catalog, TellsEachTensorAsALineOfJson) {
  EXPECT_EQ(make({info_of("b"), info_of("a")})->to_json_lines({"dna", {}}),
            R"({"schema":1,"checkpoint":"dir/m","scope":"dna","name":"a","dtype":"float32",)"
            R"("shape":[],"size_bytes":4,"pieces":[{"file":"dir/m.data","offset_in_file":8,)"
            R"("size_bytes":4}]})"
            "\n"
            R"({"schema":1,"checkpoint":"dir/m","scope":"dna","name":"b","dtype":"float32",)"
            R"("shape":[],"size_bytes":4,"pieces":[{"file":"dir/m.data","offset_in_file":8,)"
            R"("size_bytes":4}]})"
            "\n");
  EXPECT_EQ(make({})->to_json_lines(), "");
}

}  // namespace
}  // namespace holdall
