// Every V2 checkpoint under testdata/good, most of them written by TensorFlow: read, and written
// again to the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/message.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGood = "src/formats/tf_bundle/testdata/good";
constexpr std::string_view kObjectGraph = "_CHECKPOINTABLE_OBJECT_GRAPH";

std::vector<std::string> list_prefixes() {
  std::vector<std::string> prefixes;
  const std::string root = source_path(kGood);
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".index") continue;
    fs::path prefix = entry.path().lexically_relative(root);
    prefixes.push_back(prefix.replace_extension().string());
  }
  std::sort(prefixes.begin(), prefixes.end());
  return prefixes;
}

std::string name_of_case(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

std::string path_of(std::string_view prefix) {
  return join_path(source_path(kGood), prefix);
}

Checkpoint open_fixture(const std::string& prefix) {
  auto checkpoint = Checkpoint::open(path_of(prefix));
  EXPECT_TRUE(is_ok(checkpoint));
  return *checkpoint;
}

// What the writer is asked for beside names, values and order, where it is not the default.
struct Recipe {
  SaveOptions options{.alignment = 1};
  TableWriterOptions table;
};

Recipe recipe_of(const std::string& prefix, const Catalog& catalog) {
  Recipe recipe;
  recipe.options.byte_order = catalog.byte_order();
  if (!catalog.files().empty()) {
    recipe.options.shard_count = shard_name_of(catalog.files()[0]).shard_count;
  }
  if (prefix == "layouts/aligned_64") recipe.options.alignment = 64;
  if (prefix == "layouts/aligned_4096") recipe.options.alignment = 4096;
  if (prefix == "layouts/small_blocks") recipe.table.block_size_bytes = 64;
  if (prefix == "snappy/many_blocks") recipe.table.block_size_bytes = 512;
  if (prefix.starts_with("snappy/")) recipe.table.compression = TableCompression::kSnappy;
  if (prefix == "layouts/restart_1") recipe.table.restart_interval = 1;
  return recipe;
}

// Files by hand that our writer does not make, and why. They are saved in its own way instead.
const std::map<std::string, std::string> kNotRebuilt = {
    {"layouts/aliases", "each tensor gets bytes of its own"},
    {"layouts/gaps", "unused bytes stand before the tensors"},
    {"layouts/tail", "unused bytes stand after the last tensor"},
    {"snappy/one_block", "another Snappy encoder finds other copies"},
    {"snappy/many_blocks", "another Snappy encoder finds other copies"},
};

class TfBundleFixture : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Good, TfBundleFixture, testing::ValuesIn(list_prefixes()), name_of_case);

const TruthCheckpoint* find_truth(const Truth& truth, std::string_view prefix_in_folder) {
  for (const TruthCheckpoint& checkpoint : truth.checkpoints) {
    if (checkpoint.prefix == prefix_in_folder) return &checkpoint;
  }
  return nullptr;
}

void expect_truth(const Checkpoint& checkpoint, const TruthTensor& truth) {
  const TensorInfo* info = checkpoint.catalog().find(truth.name);
  ASSERT_NE(info, nullptr) << truth.name;
  EXPECT_EQ(info->problem, nullptr) << truth.name;
  EXPECT_EQ(info->dtype, truth.dtype) << truth.name;
  EXPECT_EQ(info->shape, truth.shape) << truth.name;
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    const auto tensor = checkpoint.read(truth.name, {.io = io});
    ASSERT_TRUE(is_ok(tensor)) << truth.name;
    EXPECT_EQ(difference(truth, *tensor), "") << truth.name;
  }
}

TEST_P(TfBundleFixture, HoldsWhatTheTruthSays) {
  const size_t slash = GetParam().find('/');
  const Truth truth = read_truth(join_path(kGood, GetParam().substr(0, slash)));
  const TruthCheckpoint* expected = find_truth(truth, GetParam().substr(slash + 1));
  if (expected == nullptr) {
    // The inputs of a merge: their tensors are the merged checkpoint's.
    EXPECT_TRUE(GetParam().starts_with("merged/inputs/part-"));
    return;
  }
  const Checkpoint checkpoint = open_fixture(GetParam());
  for (const TruthTensor& tensor : expected->tensors) expect_truth(checkpoint, tensor);
  const size_t extra = checkpoint.catalog().find(kObjectGraph) != nullptr ? 1 : 0;
  // One truth lists a few of very many tensors; TfBundleFixtures.HaveEveryOneOfManyTensors.
  const size_t listed = GetParam() == "many/many" ? 10500 : expected->tensors.size();
  EXPECT_EQ(checkpoint.catalog().count(), listed + extra);
}

std::map<std::string, std::string> rebuild(const std::string& prefix,
                                           const Checkpoint& checkpoint) {
  const Recipe recipe = recipe_of(prefix, checkpoint.catalog());
  return lay_out_bundle(path_of(prefix), items_of(checkpoint), recipe.options, recipe.table);
}

TEST_P(TfBundleFixture, IsRebuiltByteForByte) {
  const Checkpoint checkpoint = open_fixture(GetParam());
  std::set<std::string> paths(checkpoint.catalog().files().begin(),
                              checkpoint.catalog().files().end());
  paths.insert(checkpoint.path() + ".index");
  auto files = rebuild(GetParam(), checkpoint);
  bool is_same = true;
  for (const std::string& path : paths) is_same &= files[path] == read_test_file(path);
  EXPECT_EQ(is_same, !kNotRebuilt.contains(GetParam()));
}

TEST_P(TfBundleFixture, ReadsTheSameAfterItWasSavedAgain) {
  const Checkpoint checkpoint = open_fixture(GetParam());
  const auto storage = make_memory_storage();
  for (const auto& [path, bytes] : rebuild(GetParam(), checkpoint)) {
    write_file(*storage, path, bytes);
  }
  const auto again = Checkpoint::open(path_of(GetParam()), {storage});
  ASSERT_TRUE(is_ok(again));
  EXPECT_EQ(again->catalog().count(), checkpoint.catalog().count());
  const std::vector<SaveItem> items = items_of(*again);
  const std::vector<SaveItem> expected = items_of(checkpoint);
  ASSERT_EQ(items.size(), expected.size());
  for (size_t i = 0; i < items.size(); ++i) {
    EXPECT_EQ(items[i].name, expected[i].name);
    EXPECT_EQ(items[i].box, expected[i].box) << items[i].name;
    EXPECT_EQ(items[i].tensor, expected[i].tensor) << items[i].name;
  }
}

TEST(TfBundleFixtures, GiveThePartsOfATensorThatIsIncomplete) {
  const Checkpoint input = open_fixture("merged/inputs/part-00001-of-00003");
  EXPECT_TRUE(fails(input.read("shared/emb"), Code::kCorrupt,
                    {"tensor 'shared/emb'", "Does not have sufficient slices",
                     "12 of the 20 elements in '0,5:0,4'"}));
  const auto part = input.read_box("shared/emb", {{2, 0}, {3, 4}});
  ASSERT_TRUE(is_ok(part));
  const Checkpoint merged = open_fixture("merged/merged");
  EXPECT_EQ(*part, cut_out(*merged.read("shared/emb"), {{2, 0}, {3, 4}}));
}

TEST(TfBundleFixtures, HaveEveryOneOfManyTensors) {
  const Checkpoint checkpoint = open_fixture("many/many");
  const std::string_view leaves[] = {"kernel",    "bias",        "kernel/Adam", "kernel/Adam_1",
                                     "bias/Adam", "bias/Adam_1", "moving_mean"};
  std::map<std::string, float> expected;
  for (int block = 0; block < 1500; ++block) {
    for (size_t leaf = 0; leaf < std::size(leaves); ++leaf) {
      expected[message("tower_{}/block_{:04}/layer/{}", block % 3, block, leaves[leaf])] =
          static_cast<float>(block) + static_cast<float>(leaf) / 8;
    }
  }
  ASSERT_EQ(checkpoint.catalog().count(), expected.size());
  auto info = checkpoint.catalog().begin();
  for (const auto& [name, value] : expected) {
    ASSERT_EQ(info++->name, name);
    EXPECT_EQ(*checkpoint.read(name), *Tensor::of<float>({1}, {value})) << name;
  }
}

TEST(TfBundleFixtures, ListOnlyDataFilesThatAreUsed) {
  const Checkpoint checkpoint = open_fixture("layouts/shard_6_of_100000");
  ASSERT_EQ(checkpoint.catalog().files().size(), 1u);
  EXPECT_EQ(base_name_of(checkpoint.catalog().files()[0]),
            "shard_6_of_100000.data-00006-of-100000");
}

}  // namespace
}  // namespace holdall
