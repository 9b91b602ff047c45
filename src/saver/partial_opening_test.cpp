// Checkpoints that are opened for some of their tensors.
#include <gtest/gtest.h>

#include <map>

#include "base/message.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "support/bundle_files.h"
#include "support/object_graphs.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

Result<Checkpoint> open_only(const std::shared_ptr<Storage>& storage, const std::string& path,
                             std::vector<std::string> only, NameView names = NameView::kAuto) {
  OpenOptions options;
  options.storage = storage;
  options.names = names;
  options.only = std::move(only);
  return Checkpoint::open(path, options);
}

std::vector<std::string> names_of(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const TensorInfo& info : catalog) names.push_back(info.name);
  return names;
}

// All that a catalog says of a tensor, whatever number its files have there.
std::string told_of(const Catalog& catalog, const TensorInfo& info) {
  std::string told = message("{} {} {} {}", info.name, dtype_name(info.dtype),
                             info.shape.to_string(), info.size_bytes);
  if (info.problem != nullptr) told += info.problem->to_string();
  for (const Piece& piece : info.pieces) {
    told += message(" {} {} {} {} {}", catalog.files()[piece.extent.file_index],
                    piece.extent.offset_in_file, piece.extent.size_bytes, piece.box.to_string(),
                    piece.crc32c.value_or(0));
  }
  return told;
}

std::string name_of(int i) {
  return "layer" + std::to_string(10000 + i);
}

// The index has a dozen blocks.
std::vector<SaveItem> many_items() {
  std::vector<SaveItem> items;
  for (int i = 0; i < 60000; ++i)
    items.push_back({name_of(i), counting_tensor({1}, static_cast<float>(i)), {}, {}, 0});
  return items;
}

class PartialOpening : public testing::Test {
 protected:
  // In a storage of its own for each test; the files are made once.
  static void SetUpTestSuite() {
    const auto storage = make_memory_storage();
    save_checkpoint(storage, "m", many_items(), {.update_state = false});
    for (const std::string& name : *storage->list_directory(""))
      files()[name] = read_file(*storage, name);
  }
  static std::map<std::string, std::string>& files() {
    static std::map<std::string, std::string> made;
    return made;
  }

  PartialOpening() {
    for (const auto& [name, bytes] : files()) write_file(*storage_, name, bytes);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(PartialOpening, ListsWhatIsAskedForAndThere) {
  const auto some = open_only(storage_, "m", {name_of(59999), "not there", name_of(7), name_of(7)});
  ASSERT_TRUE(is_ok(some));
  EXPECT_EQ(names_of(some->catalog()), (std::vector{name_of(7), name_of(59999)}));
  EXPECT_FALSE(some->is_object_based());
  EXPECT_EQ(*some->read(name_of(59999)), counting_tensor({1}, 59999));
  EXPECT_EQ(*some->read(name_of(7)), counting_tensor({1}, 7));
}

TEST_F(PartialOpening, ReadsAsMuchOfAnIndexAsThatTakes) {
  RecordingStorage* const recording = new RecordingStorage(storage_);
  const std::shared_ptr<Storage> storage(recording);
  ASSERT_TRUE(is_ok(open_only(storage, "m", {name_of(30000)})));
  // The blocks of the header and of the tensor, the list of blocks, and the footer.
  const uint64_t block_bytes = 262144;
  EXPECT_GT(files()["m.index"].size(), 5 * block_bytes);
  EXPECT_LT(recording->bytes_read("m.index"), 2 * block_bytes + 4096);
  EXPECT_GT(recording->bytes_read("m.index"), block_bytes);
}

TEST_F(PartialOpening, IsNotInTheWayOfDamageElsewhere) {
  std::string index = files()["m.index"];
  index[index.size() / 2] ^= 1;
  write_file(*storage_, "m.index", index);
  EXPECT_TRUE(fails(Checkpoint::open("m", {storage_}), Code::kCorrupt, {"block checksum"}));
  EXPECT_EQ(*open_only(storage_, "m", {name_of(0)})->read(name_of(0)), counting_tensor({1}, 0));
  const auto damaged = open_only(storage_, "m", {name_of(0), name_of(30000)});
  ASSERT_TRUE(fails(damaged, Code::kCorrupt, {"m.index", "block checksum mismatch"}));
  EXPECT_EQ(damaged.error().reason, reason::kChecksum);
}

TEST_F(PartialOpening, SaysOfOtherNamesWhatTheWholeSays) {
  const auto some = open_only(storage_, "m", {name_of(7)});
  const auto whole = Checkpoint::open("m", {storage_});
  const auto missing = some->read("layer1000");
  ASSERT_TRUE(fails(missing, Code::kNotFound, {"layer1000", "near it are 'layer10000'"}));
  EXPECT_EQ(missing.error().to_string(), whole->read("layer1000").error().to_string());
  EXPECT_TRUE(fails(some->read(name_of(8)), Code::kNotFound, {"opened for", name_of(8)}));
  EXPECT_TRUE(fails(some->read_slice(name_of(8), "0"), Code::kNotFound, {"opened for"}));
  // The whole cannot help where it cannot be read.
  std::string index = files()["m.index"];
  index[index.size() / 2] ^= 1;
  write_file(*storage_, "m.index", index);
  EXPECT_TRUE(fails(some->read("no"), Code::kNotFound, {"Key no not found in checkpoint"}));
}

TEST_F(PartialOpening, NoticesAnotherSave) {
  const auto some = open_only(storage_, "m", {name_of(7)});
  for (int i = 0; i < 2; ++i) save_checkpoint(storage_, "m", many_items());
  const auto tensor = some->read(name_of(7), {.verify = false});
  ASSERT_TRUE(fails(tensor, Code::kIo, {"open it again"}));
  EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
}

// Who writes in place is noticed by the bytes that were read, and by no others.
TEST_F(PartialOpening, NoticesBytesOfTheIndexThatAreOthersNow) {
  const auto some = open_only(storage_, "m", {name_of(7)});
  std::string data = files()["m.data-00000-of-00001"];
  data.assign(data.size(), 'x');
  write_file(*storage_, "m.data-00000-of-00001", data);
  EXPECT_TRUE(fails(some->read(name_of(7)), Code::kCorrupt, {"Checksum does not match"}));
}

TEST_F(PartialOpening, IsBoundByTheLimitOfIndexBytes) {
  OpenOptions options;
  options.storage = storage_;
  options.only = {name_of(7)};
  options.limits.index_bytes = 4096;
  EXPECT_TRUE(fails(Checkpoint::open("m", options), Code::kExhausted, {"OpenLimits::index_bytes"}));
}

TEST(PartialOpeningOfObjects, KnowsThemAndTheirOtherNames) {
  const auto storage = make_memory_storage();
  const std::string stored = "v/.ATTRIBUTES/VARIABLE_VALUE";
  DraftNode root{{{"v", 1}, {"w", 2}}, {}, {}};
  DraftNode v{{}, {{"the_variable", stored}}, {}};
  DraftNode w{{}, {{"the_other", "w/.ATTRIBUTES/VARIABLE_VALUE"}}, {}};
  save_objects(storage, {stored, "w/.ATTRIBUTES/VARIABLE_VALUE"}, draft_object_graph({root, v, w}));
  const auto raw = open_only(storage, "m", {stored});
  ASSERT_TRUE(is_ok(raw));
  EXPECT_TRUE(raw->is_object_based());
  EXPECT_EQ(names_of(raw->catalog()), std::vector{stored});
  const auto named = open_only(storage, "m", {"the_variable"}, NameView::kVariable);
  ASSERT_TRUE(is_ok(named));
  EXPECT_EQ(names_of(named->catalog()), std::vector<std::string>{"the_variable"});
  EXPECT_EQ(named->stored_name("the_variable"), stored);
  EXPECT_TRUE(fails(raw->read("the_other"), Code::kNotFound, {"with the names 'variable'"}));
  OpenOptions open;
  open.storage = storage;
  open.names = NameView::kVariable;
  EXPECT_EQ(*read_tensor("m", "the_variable", {}, open), *raw->read(stored));
}

TEST(ReadTensor, GivesOneTensorOrSaysWhyNot) {
  const auto storage = make_memory_storage();
  save_checkpoint(storage, "m", {{"a", counting_tensor({3}), {}, {}, 0}});
  OpenOptions open;
  open.storage = storage;
  EXPECT_EQ(*read_tensor("m", "a", {}, open), counting_tensor({3}));
  EXPECT_TRUE(fails(read_tensor("m", "A", {}, open), Code::kNotFound, {"near it are 'a'"}));
  EXPECT_TRUE(fails(read_tensor("n", "a", {}, open), Code::kNotFound));
}

// Names that are odd as keys of an index, in every format.
TEST(PartialOpeningOfFormats, AgreesWithTheWhole) {
  std::vector<SaveItem> items;
  const std::vector<std::string> names = {
      "a", "a/b", "ab", std::string("\0", 1), std::string("\0a", 2), "\x01", "\xff"};
  for (const std::string& name : names) {
    items.push_back({name, counting_tensor({2}), {}, {}, 0});
  }
  for (const std::string format : {"tf_bundle", "tf_v1", "safetensors", "npz"}) {
    std::vector<SaveItem> some(items.begin(), items.begin() + (format == "tf_bundle" ? 7 : 3));
    const auto storage = make_memory_storage();
    const Checkpoint whole = save_and_open(storage, "m", some, {.format = format});
    for (const TensorInfo& info : whole.catalog()) {
      const auto one = open_only(storage, whole.path(), {info.name});
      ASSERT_TRUE(is_ok(one)) << format;
      ASSERT_EQ(names_of(one->catalog()), std::vector{info.name});
      EXPECT_EQ(told_of(one->catalog(), one->catalog()[0]), told_of(whole.catalog(), info));
      EXPECT_EQ(*one->read(info.name), *whole.read(info.name));
    }
  }
}

// Of sliced and aliased tensors, of big-endian and compressed ones, of entries that are damaged.
TEST(PartialOpeningOfFixtures, AgreesWithTheWhole) {
  const auto storage = copy_to_memory(source_path("src/formats/tf_bundle/testdata/good"));
  size_t count = 0;
  for (const std::string prefix :
       {"partitioned/partitioned", "tf2_sliced/sliced", "layouts/small_blocks", "big_endian/big",
        "snappy/many_blocks", "strings/strings", "names/names", "merged/merged",
        "resource/resource", "layouts/shard_6_of_100000"}) {
    const auto whole = Checkpoint::open(prefix, {storage});
    ASSERT_TRUE(is_ok(whole));
    for (const TensorInfo& info : whole->catalog()) {
      const auto one = open_only(storage, prefix, {info.name});
      ASSERT_TRUE(is_ok(one)) << prefix << info.name;
      ASSERT_EQ(names_of(one->catalog()), std::vector{info.name}) << prefix;
      EXPECT_EQ(told_of(one->catalog(), one->catalog()[0]), told_of(whole->catalog(), info));
      EXPECT_EQ(one->is_object_based(), whole->is_object_based());
      ++count;
    }
  }
  EXPECT_GT(count, 100u);
}

}  // namespace
}  // namespace holdall
