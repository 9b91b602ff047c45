// What people paste who ask for help, and what is said here in its place, row by row: the table of
// docs/guide.md, "TensorFlow cannot open or restore it". Each test makes the condition and reads
// the sentence.
#include <gtest/gtest.h>

#include <filesystem>

#include "holdall/holdall.h"
#include "holdall/tf1.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using Phrases = std::initializer_list<std::string_view>;

std::string bundle_testdata(std::string_view path) {
  return source_path("src/formats/tf_bundle/testdata/good/" + std::string(path));
}

std::vector<SaveItem> items_called(const Names& names) {
  std::vector<SaveItem> items;
  for (const std::string& name : names) items.push_back({name, counting_tensor({4, 2}), {}, {}, 0});
  return items;
}

class MessagesTable : public testing::Test {
 protected:
  std::string save(const std::string& name, std::vector<SaveItem> items) {
    save_checkpoint(make_local_storage(), directory_ / name, std::move(items));
    return directory_ / name;
  }

  // Restores into variables of these names, all of [4,2], and expects all of it in the error. No
  // variable may have changed.
  void expect_refused(const std::string& path, const Names& wanted, Code code, Phrases phrases,
                      const LoadOptions& options = {}) {
    Session session;
    for (const std::string& name : wanted)
      ASSERT_TRUE(is_ok(session.assign(name, counting_tensor({4, 2}, 900))));
    EXPECT_TRUE(fails(session.restore(path, options), code, phrases));
    for (const std::string& name : wanted)
      EXPECT_EQ(*session.find(name), counting_tensor({4, 2}, 900)) << name;
  }

  // What TensorFlow's Saver says where variables of these names and shape are restored.
  static std::string said_by_saver(const std::string& path, const Names& wanted,
                                   tf1::ErrorClass error_class, const Shape& shape = {4, 2}) {
    tf1::Graph graph;
    for (const std::string& name : wanted) (void)graph.variable(name, tf1::zeros(shape));
    tf1::Session session(graph);
    tf1::Saver saver(graph);
    const Status status = saver.restore(session, path);
    EXPECT_FALSE(status.ok());
    if (status.ok()) return "";
    EXPECT_EQ(tf1::error_class(status.error()), error_class) << status.error().to_string();
    EXPECT_EQ(session.values().snapshot().count(), 0u);
    return status.error().to_string();
  }

  static void expect_phrases(const std::string& text, Phrases phrases) {
    for (const std::string_view phrase : phrases)
      EXPECT_NE(text.find(phrase), std::string::npos) << "'" << phrase << "' is not in: " << text;
  }

  const TempDirectory directory_;
};

// ------------------------------------------------------------------- Key X not found in checkpoint

TEST_F(MessagesTable, KeyNotFoundInAnotherScopeGivesTheRule) {
  const std::string path = save("m", items_called({"conv1/b", "conv1/w", "conv2/w"}));
  const Names wanted = {"dna/conv1/b", "dna/conv1/w", "dna/conv2/w"};
  expect_refused(
      path, wanted, Code::kNotFound,
      {path, "3 of 3 variables cannot be restored", "Key dna/conv1/b not found in checkpoint",
       "Key dna/conv2/w not found", "all 3 would match with:  add dna/"},
      {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
  expect_phrases(
      said_by_saver(path, wanted, tf1::ErrorClass::kNotFound),
      {"Key dna/conv1/b not found in checkpoint", "Also missing: dna/conv1/w, dna/conv2/w", path,
       "Hint: the checkpoint's names lack the prefix 'dna/': 3 of 3 would match"});
}

TEST_F(MessagesTable, KeyNotFoundForASuffixGivesTheRule) {
  const std::string path = save("m", items_called({"conv_1/b", "conv_1/scale", "conv_1/w"}));
  expect_refused(path, {"conv/b", "conv/scale", "conv/w"}, Code::kNotFound,
                 {"Key conv/b not found in checkpoint", "all 3 would match with:  ", "conv_1"},
                 {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
}

TEST_F(MessagesTable, KeyNotFoundForNamesThatNoRuleMendsGivesTheNearest) {
  const std::string path =
      save("m", items_called({"conv1_weights", "conv2_weights", "dense/bias", "other"}));
  const Names wanted = {"conv_weights", "deep/bias/b", "dense/bias", "other"};
  expect_refused(path, wanted, Code::kNotFound,
                 {"Key conv_weights not found in checkpoint", "Key deep/bias/b not found",
                  "the nearest names to 'conv_weights' are 'conv1_weights', 'conv2_weights'"},
                 {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
  expect_phrases(
      said_by_saver(path, wanted, tf1::ErrorClass::kNotFound),
      {"Key conv_weights not found in checkpoint", "Hint: the nearest names to 'conv_weights'"});
}

TEST_F(MessagesTable, KeyNotFoundForSlotsAndAveragesGivesTheirRoles) {
  const std::string path = save("m", items_called({"net/b", "net/w"}));
  const Names wanted = {"global_step", "net/b",        "net/w",
                        "net/w/Adam",  "net/w/Adam_1", "net/w/ExponentialMovingAverage"};
  const std::string_view roles =
      "missing are 2 optimizer, 1 ema, 1 step tensors, no weight: 'keep' for what is missing "
      "restores the rest";
  expect_refused(path, wanted, Code::kNotFound,
                 {"4 of 6 variables cannot be restored", "Key net/w/Adam not found", roles});
  expect_phrases(said_by_saver(path, wanted, tf1::ErrorClass::kNotFound), {"Hint: ", roles});
  // What it says works.
  Session session;
  for (const std::string& name : wanted)
    ASSERT_TRUE(is_ok(session.assign(name, counting_tensor({4, 2}, 900))));
  const auto report = session.restore(path, {.policies = {.missing = MissingPolicy::kKeep}});
  ASSERT_TRUE(is_ok(report));
  EXPECT_EQ(report->restored.size(), 2u);
  EXPECT_EQ(report->kept.size(), 4u);
}

TEST_F(MessagesTable, KeyNotFoundForWeightsToo) {
  const std::string path = save("m", items_called({"net/b"}));
  expect_refused(path, {"net/b", "net/v/kernel", "net/b/Momentum"}, Code::kNotFound,
                 {"missing are 1 weight, 1 optimizer tensors"});
}

TEST_F(MessagesTable, KeyNotFoundForKeysOfTensorFlow2GivesTheRule) {
  const std::string end = "/.ATTRIBUTES/VARIABLE_VALUE";
  const std::string path =
      save("m", items_called({"model/a/bias" + end, "model/a/kernel" + end, "model/b/w" + end}));
  expect_refused(path, {"model/a/bias", "model/a/kernel", "model/b/w"}, Code::kNotFound,
                 {"Key model/a/bias not found in checkpoint", "all 3 would match with:  "},
                 {.policies = {.unexpected = UnexpectedPolicy::kSkip}});
}

// ----------------------------------------------------------- not an sstable (bad magic number)

TEST_F(MessagesTable, NotAnSstableIsNoNewsWhereAnySpellingOpens) {
  save("m", items_called({"w"}));
  for (const std::string_view spelling :
       {"m", "m.index", "m.data-00000-of-00001", "checkpoint", "."}) {
    Session session;
    EXPECT_TRUE(is_ok(session.load(directory_ / spelling))) << spelling;
  }
}

TEST_F(MessagesTable, NotAnSstableGivesTheSaverTheSpellingThatWorks) {
  const std::string path = save("m", items_called({"w"}));
  for (const std::string_view end : {".index", ".data-00000-of-00001"}) {
    const std::string spelling = path + std::string(end);
    expect_phrases(said_by_saver(spelling, {"w"}, tf1::ErrorClass::kValueError),
                   {"The passed save_path is not a valid checkpoint: " + spelling,
                    "Hint: the path that stands for it is '" + path + "'"});
  }
  expect_phrases(said_by_saver(directory_ / "checkpoint", {"w"}, tf1::ErrorClass::kValueError),
                 {"Hint: the path that stands for it is '" + path + "'"});
}

TEST_F(MessagesTable, NotAnSstableOfARenamedFileSaysWhatItIs) {
  save("m", items_called({"w"}));
  fs::rename(directory_ / "m.data-00000-of-00001", directory_ / "weights.bin");
  expect_refused(directory_ / "m", {"w"}, Code::kNotFound, {"m.data-00000-of-00001"});
  fs::rename(directory_ / "m.index", directory_ / "renamed");
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "renamed"), Code::kUnsupported,
                    {"renamed: it is the index of a TensorFlow checkpoint under another name; give "
                     "it one that ends in '.index'"}));
}

TEST_F(MessagesTable, NotAnSstableOfTheOtherVersionOpens) {
  const std::string v1 = source_path("src/formats/tf_v1/testdata/v1_basic/model.ckpt-7");
  fs::copy(v1, directory_ / "model.ckpt");
  Session session;
  EXPECT_TRUE(is_ok(session.load(directory_ / "model.ckpt")));
  // One version under the other's name.
  fs::copy(v1, directory_ / "n.index");
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "n"), Code::kCorrupt,
                    {"n.index: ", "it is a TensorFlow V1 checkpoint"}));
}

TEST_F(MessagesTable, NotAnSstableOfAPointerOrAPageSaysSo) {
  save("m", items_called({"w"}));
  write_test_file(directory_ / "m.index",
                  "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n");
  const Phrases pointer = {"m.index: not an sstable (bad magic number)",
                           "it is a Git LFS pointer, not the file it stands for; 'git lfs pull'"};
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "m"), Code::kCorrupt, pointer));
  expect_phrases(said_by_saver(directory_ / "m", {"w"}, tf1::ErrorClass::kDataLoss), pointer);
  write_test_file(directory_ / "m.index", "<!DOCTYPE html>\n<html>Sign in, then go on</html>\n");
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "m"), Code::kCorrupt,
                    {"m.index: not an sstable", "it is an HTML page", "fetch the file again"}));
}

// ------------------------------------------ Checksum does not match: stored ... calculated ...

TEST_F(MessagesTable, ChecksumOfFlippedDataGivesTensorShardAndByteRange) {
  const std::string path = save("m", items_called({"a", "w"}));
  std::string data = read_test_file(path + ".data-00000-of-00001");
  data[40] = static_cast<char>(data[40] ^ 4);  // "a" takes bytes 0 to 31, "w" 32 to 63
  write_test_file(path + ".data-00000-of-00001", data);
  const Phrases phrases = {"m.data-00000-of-00001: tensor 'w': Checksum does not match: stored ",
                           "calculated", "32 bytes at byte 32"};
  expect_refused(path, {"a", "w"}, Code::kCorrupt, phrases);
  EXPECT_EQ(said_by_saver(path, {"a", "w"}, tf1::ErrorClass::kDataLoss).find("tensor 'a'"),
            std::string::npos);
  expect_phrases(said_by_saver(path, {"a", "w"}, tf1::ErrorClass::kDataLoss), phrases);
}

TEST_F(MessagesTable, ChecksumOfAnotherSavesDataSaysSo) {
  const std::string path = save("m", items_called({"a", "w"}));
  save("n", {{"a", counting_tensor({4, 3}, 5), {}, {}, 0}, items_called({"w"})[0]});
  fs::copy(directory_ / "n.data-00000-of-00001", path + ".data-00000-of-00001",
           fs::copy_options::overwrite_existing);
  expect_refused(path, {"a", "w"}, Code::kCorrupt,
                 {"m.data-00000-of-00001", "tensor 'a'",
                  "the file has 80 bytes and the index speaks of 64: index and data are from "
                  "different saves"});
}

TEST_F(MessagesTable, ChecksumOfCutDataSaysHowMuchIsThere) {
  const std::string path = save("m", items_called({"a", "w"}));
  fs::resize_file(path + ".data-00000-of-00001", 50);
  expect_refused(path, {"a", "w"}, Code::kCorrupt,
                 {"m.data-00000-of-00001", "tensor 'w'", "50 bytes", "cut short"});
}

// ------------------------------------------------------ Failed to find any matching files for ...

TEST_F(MessagesTable, NoMatchingFilesSaysWhatWasLookedForAndWhatIsThere) {
  const std::string path = save("model-100", items_called({"w"}));
  EXPECT_TRUE(
      fails(Checkpoint::open(directory_ / "model-10"), Code::kNotFound,
            {"no checkpoint is there: '" + (directory_ / "model-10") + ".index' was looked for",
             "checkpoints in that directory: '" + path + "'"}));
  expect_phrases(said_by_saver(directory_ / "model-10", {"w"}, tf1::ErrorClass::kValueError),
                 {"The passed save_path is not a valid checkpoint",
                  "Hint: no checkpoint is there: ", "checkpoints in that directory: '" + path});
}

TEST_F(MessagesTable, NoMatchingFilesOfAMovedDirectoryTakesWhatIsBeside) {
  save("model-100", items_called({"w"}));
  write_test_file(directory_ / "checkpoint",
                  "model_checkpoint_path: \"/other/machine/run/model-100\"\n");
  Session session;
  const auto report = session.load(directory_.path());
  ASSERT_TRUE(is_ok(report));
  ASSERT_EQ(report->notes.size(), 1u);
  EXPECT_EQ(report->notes[0],
            "the state file points to '/other/machine/run/model-100', which is not there; "
            "'model-100' beside it was opened");
}

TEST_F(MessagesTable, NoMatchingFilesIsNotSaidOfBrackets) {
  save("run[1]/m[2]*", items_called({"w"}));
  for (const std::string_view spelling : {"run[1]/m[2]*", "run[1]", "run[1]/checkpoint"})
    EXPECT_TRUE(is_ok(Checkpoint::open(directory_ / spelling))) << spelling;
  // Nor do they stand for other names.
  save("run1/m2", items_called({"w"}));
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "run[1]/m[23]"), Code::kNotFound,
                    {"m[23].index' was looked for", "m[2]*'"}));
  EXPECT_TRUE(fails(Checkpoint::open(directory_ / "run1/m*"), Code::kNotFound));
}

TEST_F(MessagesTable, NoMatchingFilesIsNotSaidWithoutADotInFront) {
  save("m", items_called({"w"}));
  const fs::path before = fs::current_path();
  fs::current_path(directory_.path());
  const auto plain = Checkpoint::open("m");
  const auto dotted = Checkpoint::open("./m");
  const auto state = Checkpoint::open("checkpoint");
  const auto here = Checkpoint::open(".");
  fs::current_path(before);
  for (const auto* each : {&plain, &dotted, &state, &here}) EXPECT_TRUE(is_ok(*each));
}

// -------------------------------------------- Assign requires shapes of both tensors to match

TEST_F(MessagesTable, OtherShapeGivesBothAndWhetherACornerFits) {
  const std::string path =
      save("m", {{"embedding", counting_tensor({6, 2}), {}, {}, 0}, items_called({"w"})[0]});
  expect_refused(
      path, {"embedding", "w"}, Code::kInvalidArgument,
      {path + ": tensor 'embedding'", "the variable has shape [4,2], the checkpoint [6,2]",
       "a corner of [4,2] would fit with overlap"});
  // What it says works.
  Session session;
  ASSERT_TRUE(is_ok(session.assign("embedding", counting_tensor({4, 2}, 900))));
  ASSERT_TRUE(is_ok(session.assign("w", counting_tensor({4, 2}, 900))));
  ASSERT_TRUE(is_ok(session.restore(path, {.policies = {.shape = ShapePolicy::kOverlap}})));
  EXPECT_EQ(*session.find("embedding"), counting_tensor({4, 2}));
}

TEST_F(MessagesTable, OtherShapeOfATransposedTensorSaysSo) {
  const std::string path = save("m", {{"kernel", counting_tensor({2, 4}), {}, {}, 0}});
  expect_refused(path, {"kernel"}, Code::kInvalidArgument,
                 {"the variable has shape [4,2], the checkpoint [2,4]",
                  "the axes stand in the opposite order"});
}

TEST_F(MessagesTable, OtherShapeOfAnotherRankSaysThatNothingFits) {
  const std::string path = save("m", {{"head", counting_tensor({8}), {}, {}, 0}});
  expect_refused(path, {"head"}, Code::kInvalidArgument,
                 {"the variable has shape [4,2], the checkpoint [8]", "no corner would fit",
                  "'keep' for shapes"});
  expect_refused(path, {"head"}, Code::kInvalidArgument, {"no corner would fit"},
                 {.policies = {.shape = ShapePolicy::kOverlap}});
}

TEST_F(MessagesTable, OtherShapeGivesTheSaverTensorFlowsWords) {
  const std::string path = save("m", items_called({"w"}));
  expect_phrases(
      said_by_saver(path, {"w"}, tf1::ErrorClass::kInvalidArgument, {5, 2}),
      {"Assign requires shapes of both tensors to match. lhs shape= [5,2] rhs shape= [4,2]",
       "(variable w)"});
}

// ------------------------ Restoring an object-based checkpoint using a name-based saver

TEST_F(MessagesTable, ObjectBasedIsTakenByVariableNamesAndSaysSoInOneLine) {
  const std::string path = bundle_testdata("tf2_objects/ckpt-1");
  Session session;
  const auto report = session.load(path, {.scope = "m"});
  ASSERT_TRUE(is_ok(report));
  EXPECT_TRUE(session.find("m/kept"));
  size_t lines = 0;
  for (const std::string& note : report->notes)
    lines += note.find("it is an object-based checkpoint (TensorFlow 2)") == 0;
  EXPECT_EQ(lines, 1u);

  tf1::Graph graph;
  (void)graph.variable("kept", tf1::zeros({2}));
  tf1::Session tf_session(graph);
  tf1::Saver saver(graph);
  ASSERT_TRUE(is_ok(saver.restore(tf_session, path)));
  ASSERT_EQ(saver.warnings().size(), 1u);
  EXPECT_NE(saver.warnings()[0].find("Restoring an object-based checkpoint using a name-based"),
            std::string::npos);
}

}  // namespace
}  // namespace holdall
