// Damaged checkpoints through Saver::restore: the class of error, and values that stay as they are.
#include <filesystem>

#include "support/truth.h"
#include "tf1/classic_models_testing.h"

namespace holdall::tf1 {
namespace {

namespace fs = std::filesystem;

// A saved model1 to be damaged, and a session with other values to be left alone.
class DamagedCheckpoint : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(program_.saver.save(program_.session, prefix())));
    ASSERT_TRUE(is_ok(program_.session.run(program_.graph.global_variables_initializer())));
    before_ = read_values(program_.session, program_.model.second);
  }

  std::string prefix() const { return directory_ / "m"; }
  std::string data_path() const { return prefix() + ".data-00000-of-00001"; }
  std::string index_path() const { return prefix() + ".index"; }

  // What restoring says; it must have changed nothing.
  Status restore() {
    Status status = program_.saver.restore(program_.session, prefix());
    EXPECT_EQ(read_values(program_.session, program_.model.second), before_);
    return status;
  }

 private:
  const TempDirectory directory_;
  SeededModel1 program_;
  std::vector<float> before_;
};

TEST_F(DamagedCheckpoint, OfAFlippedByteIsDataLoss) {
  std::string data = read_test_file(data_path());
  for (const size_t at : {size_t{0}, size_t{7}, size_t{8}, data.size() - 1}) {
    std::string flipped = data;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    write_test_file(data_path(), flipped);
    EXPECT_TRUE(raises(restore(), ErrorClass::kDataLoss, {at < 8 ? "model1/w1" : "model1/w2"}));
  }
}

TEST_F(DamagedCheckpoint, OfAFlippedByteInTheIndexIsDataLoss) {
  std::string index = read_test_file(index_path());
  index[20] = static_cast<char>(index[20] ^ 1);
  write_test_file(index_path(), index);
  EXPECT_TRUE(raises(restore(), ErrorClass::kDataLoss, {index_path()}));
}

TEST_F(DamagedCheckpoint, CutShortIsOutOfRange) {
  const std::string data = read_test_file(data_path());
  for (const size_t size : {data.size() - 1, size_t{8}, size_t{0}}) {
    write_test_file(data_path(), std::string_view(data).substr(0, size));
    EXPECT_TRUE(raises(restore(), ErrorClass::kOutOfRange)) << size;
  }
}

TEST_F(DamagedCheckpoint, WhoseIndexIsCutShortIsDataLoss) {
  const std::string index = read_test_file(index_path());
  for (const size_t size : {index.size() - 1, index.size() / 2, size_t{40}, size_t{0}}) {
    write_test_file(index_path(), std::string_view(index).substr(0, size));
    EXPECT_TRUE(raises(restore(), ErrorClass::kDataLoss)) << size;
  }
}

TEST_F(DamagedCheckpoint, WithoutItsDataFileIsNotFoundAndNamed) {
  fs::remove(data_path());
  EXPECT_TRUE(raises(restore(), ErrorClass::kNotFound, {data_path()}));
}

TEST_F(DamagedCheckpoint, WithADirectoryInItsPlaceIsNotMissing) {
  fs::remove(data_path());
  fs::create_directory(data_path());
  EXPECT_TRUE(raises(restore(), ErrorClass::kInvalidArgument, {data_path(), "is a directory"}));
}

// -------------------------------------------------------- the files that are damaged on purpose

constexpr std::string_view kMalformed = "src/formats/tf_bundle/testdata/bad/malformed";

// Where our class is another than TensorFlow 1.15.5's, and why. What contradicts itself is data
// loss here, whoever finds it.
const std::map<std::string, std::string>& other_classes() {
  static const std::map<std::string, std::string> all = {
      {"footer_handle", "the index contradicts itself: TensorFlow reads on and is out of range"},
      {"entry_shard", "the index contradicts itself: TensorFlow looks for a file it cannot have"},
      {"header_no_shards", "the index contradicts itself: TensorFlow looks for a file of none"},
      {"slice_missing", "the index contradicts itself: TensorFlow speaks of a key"},
      {"slice_gap", "the index contradicts itself: TensorFlow speaks of the graph"},
      {"slice_overlap", "the index contradicts itself: TensorFlow calls it internal"},
      {"slice_bounds", "the index contradicts itself: TensorFlow calls it internal"},
      {"slice_rank", "the index contradicts itself: TensorFlow calls it internal"},
      {"header_min_consumer", "a newer file is unimplemented, not an argument"},
      {"header_bad_consumer", "a newer file is unimplemented, not an argument"},
      {"header_missing", "TensorFlow reads it"},
      {"duplicate_key", "TensorFlow reads it"},
  };
  return all;
}

struct Attempt {
  Status restored;
  bool is_unchanged = true;
};

// Variables of the names, types and shapes that the case asks for, none of them initialised.
Attempt attempt(const Json& each) {
  Graph graph;
  for (const Json& wanted : each.find("ask")->items()) {
    const std::string name(*wanted[0].as_string());
    const DType dtype = *find_dtype(*wanted[1].as_string());
    std::vector<int64_t> dims;
    for (const Json& size : wanted[2].items()) dims.push_back(*size.as_int64());
    (void)graph.variable(name, zeros(Shape(dims), dtype));
  }
  EXPECT_TRUE(is_ok(graph.status()));
  Saver saver(graph);
  Session session(graph);
  const std::string prefix(*each.find("prefix")->as_string());
  Attempt done;
  done.restored = saver.restore(session, join_path(source_path(kMalformed), prefix));
  done.is_unchanged = session.values().snapshot().count() == 0;
  return done;
}

TEST(MalformedCheckpoints, GiveTheClassOfErrorThatTensorFlowGives) {
  const Truth truth = read_truth(kMalformed);
  size_t listed = 0;
  for (const Json& each : truth.json.find("cases")->items()) {
    const std::string name(*each.find("case")->as_string());
    listed += other_classes().count(name);
    SCOPED_TRACE(name);
    const Attempt done = attempt(each);
    EXPECT_EQ(done.is_unchanged, !done.restored.ok());
    const Json* theirs = each.find("tensorflow")->find("1.15.5")->find("Saver.restore");
    const Json* error = theirs == nullptr ? nullptr : theirs->find("error");
    const std::string ours =
        done.restored.ok() ? "none"
                           : std::string(error_class_name(error_class(done.restored.error())));
    const std::string expected = error == nullptr ? "none" : std::string(*error->as_string());
    EXPECT_EQ(ours != expected, other_classes().contains(name))
        << "ours " << ours << ", TensorFlow's " << expected << ": "
        << (done.restored.ok() ? "" : done.restored.error().to_string());
  }
  EXPECT_EQ(listed, other_classes().size());
}

}  // namespace
}  // namespace holdall::tf1
