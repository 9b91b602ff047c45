#include "formats/tf_bundle/meta_collections.h"

#include <gtest/gtest.h>

#include "support/meta_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall::tf_bundle {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::string_view kGood = "src/formats/tf_bundle/testdata/good/";

Result<MetaCollections> read(std::string_view meta) {
  const auto storage = make_memory_storage();
  write_file(*storage, "m.meta", meta);
  return read_meta_collections(**storage->open_reader("m.meta"));
}

std::string read_good(std::string_view path) {
  return read_test_file(source_path(std::string(kGood) + std::string(path)));
}

TEST(MetaCollections, AreThoseThatTensorFlowWrote) {
  const auto found = read(read_good("optimizer/train-3.meta"));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(found->trainable.names, (Names{"net/b", "net/w"}));
  EXPECT_EQ(found->averaged.names, (Names{"net/b", "net/w"}));
  EXPECT_EQ(found->steps.names, Names{"global_step"});
  EXPECT_EQ(found->variables.names,
            (Names{"beta1_power", "beta2_power", "global_step", "net/b", "net/b/Adam",
                   "net/b/Adam_1", "net/b/ExponentialMovingAverage", "net/w", "net/w/Adam",
                   "net/w/Adam_1", "net/w/ExponentialMovingAverage"}));
  EXPECT_TRUE(found->model.names.empty());
}

TEST(MetaCollections, NameThePartsOfAVariableByTheWhole) {
  const auto found = read(read_good("partitioned/partitioned.meta"));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(found->variables.names,
            (Names{"columns", "deep", "ints", "plain", "rows", "single", "uneven"}));
}

TEST(MetaCollections, TellWhatIsTrainable) {
  for (const char* path : {"meta_collections/graph.meta", "meta_collections/graph.stripped.meta"}) {
    const auto found = read(read_good(path));
    ASSERT_TRUE(is_ok(found)) << path;
    EXPECT_EQ(found->variables.names, (Names{"net/frozen", "net/w"}));
    // A local variable is trainable too, and not saved.
    EXPECT_EQ(found->trainable.names, (Names{"local", "net/w"}));
  }
  for (const char* path : {"bare", "four_nodes", "resource", "resource_with_saver", "with_saver"}) {
    const auto found = read(read_good("meta_minimal/" + std::string(path) + ".meta"));
    ASSERT_TRUE(is_ok(found)) << path;
    EXPECT_EQ(found->variables.names, (Names{"model1/w1", "model1/w2"}));
  }
}

TEST(MetaCollections, OfTheTextFormAreNotRead) {
  EXPECT_TRUE(fails(read(read_good("meta_collections/graph.text.meta")), Code::kUnsupported,
                    {"protobuf's text form"}));
}

TEST(MetaCollections, AreReadWithoutTheGraph) {
  auto inner = make_memory_storage();
  write_file(*inner, "m.meta",
             draft_meta({draft_collection("variables", {draft_variable("w")}),
                         draft_collection("while_context", {std::string(1 << 20, 'x')})},
                        1 << 20));
  const RecordingStorage recorded(inner);
  const auto found = read_meta_collections(**recorded.open_reader("m.meta"));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(found->variables.names, Names{"w"});
  EXPECT_LT(recorded.bytes_read("m.meta"), 20'000u);
}

TEST(MetaCollections, MayBeListsOfNames) {
  const auto found = read(draft_meta({draft_collection("global_step", {"count:0", "other"}, 1)}));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(found->steps.names, (Names{"count", "other"}));
}

TEST(MetaCollections, AreTheLastOfTheirKey) {
  const auto found = read(draft_meta_of({{"variables", {"a", "b"}}, {"variables", {"c"}}}));
  ASSERT_TRUE(is_ok(found));
  EXPECT_EQ(found->variables.names, Names{"c"});
}

TEST(MetaCollections, AreFoundWhereTheKeyIsNotFirst) {
  std::string items, value, entry;
  ProtoWriter(items).add_bytes(1, draft_variable("w"));
  ProtoWriter(value).add_message(2, items);
  ProtoWriter(entry).add_message(2, value);
  ProtoWriter(entry).add_bytes(1, "variables");
  EXPECT_EQ(read(draft_meta({entry}))->variables.names, Names{"w"});
}

TEST(MetaCollections, HaveNoVariablesWithoutAName) {
  EXPECT_TRUE(fails(read(draft_meta({draft_collection("variables", {""})})), Code::kCorrupt,
                    {"in collection 'variables', the variable at byte 19 has no name"}));
}

TEST(MetaCollections, WithLengthsThatLieAreRefused) {
  const std::string good = draft_meta_of({{"variables", {"w"}}});
  // Each length within the collection, one by one, says more than there is.
  size_t refused = 0;
  for (size_t at = 2; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = '\x7f';
    refused += !read(bad).ok();
  }
  EXPECT_GE(refused, 6u);
  std::string number;
  ProtoWriter(number).add_uint(4, 7);
  EXPECT_TRUE(fails(read(number), Code::kCorrupt, {"the collection at byte 1 is a number"}));
}

TEST(MetaCollections, TooLargeAreRefusedBeforeMemoryIsTaken) {
  std::string meta;
  ProtoWriter(meta).add_bytes(4, std::string(kMaxCollectionBytes + 1, '\x08'));
  EXPECT_TRUE(fails(read(meta), Code::kUnsupported, {"67108864 are the most that are read"}));
}

TEST(MetaCollections, OfEveryCutFileAreReadOrRefused) {
  const std::string meta = read_good("meta_collections/graph.meta");
  size_t refused = 0;
  for (size_t size = 0; size < meta.size(); ++size) {
    const auto found = read(std::string_view(meta).substr(0, size));
    if (found.ok()) continue;
    ++refused;
    EXPECT_EQ(found.error().code, Code::kCorrupt) << size;
  }
  EXPECT_GT(refused, meta.size() - 20);
}

}  // namespace
}  // namespace holdall::tf_bundle
