// Session::load and Session::save, over files on disk and in memory.
#include <gtest/gtest.h>

#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

constexpr std::string_view kTwoModels = "src/formats/tf_bundle/testdata/good/two_models_seeded";

TEST(SessionFiles, LoadTwoModelsOfTensorFlowIntoOneSession) {
  Session session;
  const std::string directory = source_path(kTwoModels);
  const auto first = session.load(directory + "/save/model1", {.scope = "one"});
  const auto second = session.load(directory + "/save/model2", {.scope = "two/"});
  ASSERT_TRUE(is_ok(first));
  ASSERT_TRUE(is_ok(second));
  EXPECT_EQ(session.snapshot().scopes(), (Names{"one", "two"}));
  EXPECT_EQ(session.scope("one").names(), (Names{"model1/w1", "model1/w2"}));
  for (const TruthCheckpoint& checkpoint : read_truth(kTwoModels).checkpoints) {
    const std::string scope = checkpoint.prefix == "save/model1" ? "one" : "two";
    for (const TruthTensor& tensor : checkpoint.tensors) {
      EXPECT_EQ(difference(tensor, *session.scope(scope).at(tensor.name)), "") << tensor.name;
    }
  }
  EXPECT_EQ(first->bytes_verified, 28u);
}

TEST(SessionFiles, LoadEqualNamesIntoScopesOfTheirOwn) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "a", {{"w", counting_tensor({2}, 1), {}, {}, 0}});
  save_checkpoint(storage, "b", {{"w", counting_tensor({2}, 5), {}, {}, 0}});
  Session session;
  ASSERT_TRUE(is_ok(session.load("a", {.scope = "a", .storage = storage})));
  ASSERT_TRUE(is_ok(session.load("b", {.scope = "b", .storage = storage})));
  EXPECT_EQ(*session.find("a/w"), counting_tensor({2}, 1));
  EXPECT_EQ(*session.find("b/w"), counting_tensor({2}, 5));
  EXPECT_TRUE(fails(session.load("b", {.scope = "a", .storage = storage}), Code::kInvalidArgument,
                    {"scope 'a': it already holds the variables of a, so b cannot"}));
}

TEST(SessionFiles, TellTheScopeOfEveryFailure) {
  Session session;
  const auto storage = make_memory_storage();
  EXPECT_TRUE(fails(session.load("missing", {.scope = "dna", .storage = storage}), Code::kNotFound,
                    {"scope 'dna': missing: no checkpoint is there"}));
  EXPECT_TRUE(fails(session.load("missing", {.scope = "not legal", .storage = storage}),
                    Code::kInvalidArgument, {"not a valid scope name"}));
  save_checkpoint(storage, "empty", {});
  EXPECT_TRUE(fails(session.load("empty", {.scope = "dna", .storage = storage}), Code::kNotFound,
                    {"scope 'dna': empty: the checkpoint has no tensors"}));
  EXPECT_EQ(session.snapshot().generation(), 0u);
}

TEST(SessionFiles, SaveWhatTheyLoaded) {
  const auto storage = make_memory_storage();
  Session session;
  ASSERT_TRUE(is_ok(session.assign_all({{"one/w", counting_tensor({2}, 1)},
                                        {"one/sub/b", strings_tensor({1}, {"text"})},
                                        {"two/w", counting_tensor({3}, 5)}})));
  const auto report = session.save("d/all", {.storage = storage});
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->tensor_count, 3u);
  ASSERT_TRUE(is_ok(session.save("d/one", {.storage = storage, .scope = "one"})));
  const auto one = Checkpoint::open("d/one", {storage});
  EXPECT_EQ(one->catalog().count(), 2u);
  EXPECT_EQ(*one->read("one/w"), counting_tensor({2}, 1));
  Session again;
  ASSERT_TRUE(is_ok(again.load("d/all", {.storage = storage})));
  EXPECT_EQ(again.scope("").names(), session.scope("").names());
  EXPECT_EQ(*again.find("one/sub/b"), strings_tensor({1}, {"text"}));
}

TEST(SessionFiles, SpreadTheirTensorsOverTheDataFilesThatAreAskedFor) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "a",
                  {{"u", counting_tensor({4}, 1), {}, {}, 0},
                   {"v", counting_tensor({4}, 5), {}, {}, 0},
                   {"w", counting_tensor({4}, 9), {}, {}, 0}});
  Session session;
  ASSERT_TRUE(is_ok(session.load("a", {.storage = storage})));
  const auto report = session.save("b", {.storage = storage, .shard_count = 3});
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->files.size(), 4u);
  for (size_t i = 0; i < 3; ++i) EXPECT_GT(report->files[i].size_bytes, 0u) << i;
  Session again;
  ASSERT_TRUE(is_ok(again.load("b", {.storage = storage})));
  EXPECT_EQ(*again.find("w"), counting_tensor({4}, 9));
}

TEST(SessionFiles, SaveNothingThatIsNotThere) {
  const auto storage = make_memory_storage();
  const Session session;
  EXPECT_TRUE(fails(session.save("m", {.storage = storage}), Code::kNotFound,
                    {"there is nothing to save: no variable is loaded"}));
  EXPECT_TRUE(fails(session.save("m", {.storage = storage, .scope = "dna"}), Code::kNotFound,
                    {"no variable is in scope 'dna'"}));
  EXPECT_TRUE(storage->list_directory("")->empty());
}

// The bytes that are saved are pages of the file that is replaced meanwhile.
TEST(SessionFiles, SaveOverTheFilesThatTheyMap) {
  const TempDirectory directory;
  const std::string prefix = directory / "m";
  save_checkpoint(make_local_storage(), prefix,
                  {{"big", counting_tensor({300'000}), {}, {}, 0},
                   {"words", strings_tensor({2}, {"a", "bc"}), {}, {}, 0}});
  Session session;
  const auto report = session.load(prefix, {.read = {.io = IoMode::kMap}});
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->mapped_count, 1u);
  EXPECT_EQ(session.find("big")->backing(), Backing::kMapped);
  ASSERT_TRUE(is_ok(session.assign("another", counting_tensor({5}, 9))));
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(is_ok(session.save(prefix)));
    EXPECT_EQ(*session.find("big"), counting_tensor({300'000}));
    const auto saved = Checkpoint::open(prefix);
    EXPECT_EQ(*saved->read("big"), counting_tensor({300'000}));
    EXPECT_EQ(*saved->read("another"), counting_tensor({5}, 9));
    EXPECT_EQ(*saved->read("words"), strings_tensor({2}, {"a", "bc"}));
  }
}

TEST(SessionFiles, KeepMappedTensorsOfFilesThatAreRemoved) {
  const TempDirectory directory;
  save_checkpoint(make_local_storage(), directory / "m",
                  {{"w", counting_tensor({10'000}), {}, {}, 0}});
  Session session;
  ASSERT_TRUE(is_ok(session.load(directory / "m", {.read = {.io = IoMode::kMap}})));
  for (const std::string& name : directory.names()) {
    ASSERT_TRUE(is_ok(make_local_storage()->remove(directory / name)));
  }
  EXPECT_EQ(*session.find("w"), counting_tensor({10'000}));
}

TEST(SessionFiles, ReadTheSameInEveryWay) {
  const std::string prefix = source_path("src/formats/tf_bundle/testdata/good/dtypes_tf2/dtypes");
  Session session;
  ASSERT_TRUE(is_ok(session.load(prefix, {.scope = "reference"})));
  int count = 0;
  for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
    for (const bool verify : {true, false}) {
      for (const unsigned threads : {1u, 4u}) {
        const std::string scope = "s" + std::to_string(count++);
        ASSERT_TRUE(is_ok(session.load(prefix, {.scope = scope, .read = {io, verify, threads}})));
        for (const std::string& name : session.scope("reference").names()) {
          EXPECT_EQ(*session.scope(scope).at(name), *session.scope("reference").at(name)) << name;
        }
      }
    }
  }
}

NameRules rules_of(std::string_view text) {
  return *NameRules::parse(text);
}

Names names_in(const std::shared_ptr<Storage>& storage, const std::string& path) {
  Names names;
  const auto checkpoint = Checkpoint::open(path, {storage});
  EXPECT_TRUE(is_ok(checkpoint));
  if (checkpoint.ok())
    for (const TensorInfo& tensor : checkpoint->catalog()) names.push_back(tensor.name);
  return names;
}

TEST(SessionFiles, SaveUnderTheInverseOfTheRulesGivesAFileItsOwnNamesBack) {
  const auto storage = make_memory_storage();
  const Names own = {"train/conv1/w", "train/conv2/w", "train/step"};
  std::vector<SaveItem> items;
  for (const std::string& name : own)
    items.push_back({name, counting_tensor({3}, static_cast<float>(items.size())), {}, {}, 0});
  save_checkpoint(storage, "m", items);
  const NameRules rules = rules_of("strip train/; map conv2/w last/w; add net/");

  Session session;
  ASSERT_TRUE(is_ok(session.load("m", {.scope = "dna", .rules = rules, .storage = storage})));
  EXPECT_EQ(session.scope("dna").names(), (Names{"net/conv1/w", "net/last/w", "net/step"}));
  SaveOptions back{.storage = storage, .scope = "dna", .inside_scope = true};
  back.rules = *rules.inverse();
  ASSERT_TRUE(is_ok(session.save("again", back)));

  EXPECT_EQ(names_in(storage, "again"), own);
  const auto again = Checkpoint::open("again", {storage});
  for (const SaveItem& item : items) EXPECT_EQ(*again->read(item.name), item.tensor) << item.name;
}

TEST(SessionFiles, SaveInsideAScopeLeavesItsNameOut) {
  const auto storage = make_memory_storage();
  Session session;
  ASSERT_TRUE(is_ok(session.assign("a/w", counting_tensor({2}))));
  ASSERT_TRUE(is_ok(session.assign("b/w", counting_tensor({3}))));
  ASSERT_TRUE(is_ok(session.save("full", {.storage = storage, .scope = "a"})));
  ASSERT_TRUE(
      is_ok(session.save("inside", {.storage = storage, .scope = "a", .inside_scope = true})));
  EXPECT_EQ(names_in(storage, "full"), Names{"a/w"});
  EXPECT_EQ(names_in(storage, "inside"), Names{"w"});
}

TEST(SessionFiles, SaveRefusesRulesThatGiveTwoVariablesOneName) {
  const auto storage = make_memory_storage();
  Session session;
  ASSERT_TRUE(is_ok(session.assign("a/w", counting_tensor({2}))));
  ASSERT_TRUE(is_ok(session.assign("w", counting_tensor({3}))));
  SaveOptions options{.storage = storage};
  options.rules = rules_of("strip a/");
  EXPECT_TRUE(
      fails(session.save("m", options), Code::kInvalidArgument,
            {"several sources end in one name", "'a/w' (strip a/ -> 'w')", "'w' (no rule"}));
  EXPECT_FALSE(storage->open_reader("m.index").ok());
  options.rules = rules_of("drop **");
  EXPECT_TRUE(fails(session.save("m", options), Code::kNotFound, {"leave out everything"}));
}

// TensorFlow 2's files have keys like "first/kernel/.ATTRIBUTES/VARIABLE_VALUE", and the names of
// the variables that were under them.
TEST(SessionFiles, LoadAnObjectBasedCheckpointUnderItsVariablesNamesAndSaySo) {
  const std::string path = source_path("src/formats/tf_bundle/testdata/good/tf2_objects/alone-1");
  Session session;
  const auto report = session.load(path, {.scope = "x"});
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_NE(report->notes[0].find("object-based checkpoint (TensorFlow 2)"), std::string::npos);
  EXPECT_NE(report->to_json().find("\"notes\": [\n"), std::string::npos);
  for (const std::string& name : session.scope("x").names())
    EXPECT_EQ(name.find(".ATTRIBUTES"), std::string::npos) << name;

  const auto raw = session.load(path, {.scope = "raw", .names = NameView::kRaw});
  ASSERT_TRUE(is_ok(raw));
  EXPECT_TRUE(raw->notes.empty());
  EXPECT_EQ(session.scope("x").names(), (Names{"save_counter", "v"}));
  const auto looked_at = Checkpoint::open(path);  // shows what is in the file
  ASSERT_TRUE(is_ok(looked_at));
  EXPECT_TRUE(looked_at->notes().empty());
  EXPECT_NE(looked_at->catalog().find("save_counter/.ATTRIBUTES/VARIABLE_VALUE"), nullptr);
}

}  // namespace
}  // namespace holdall
