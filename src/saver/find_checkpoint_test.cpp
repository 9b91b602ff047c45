// Every spelling of a checkpoint's path, and what is said of the paths that are none.
#include "saver/find_checkpoint.h"

#include <gtest/gtest.h>

#include "holdall/checkpoint.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr std::string_view kLfsPointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n";

std::vector<SaveItem> one_tensor(float first = 0) {
  return {{"w", counting_tensor({3}, first), {}, {}, 0}};
}

std::string foreign(std::string_view name) {
  return read_test_file(join_path(source_path("src/saver/testdata/foreign"), name));
}

class FindCheckpointTest : public testing::Test {
 protected:
  Result<Checkpoint> open(std::string_view path) const {
    return Checkpoint::open(path, {storage_});
  }
  void write(const std::string& path, std::string_view bytes) {
    write_file(*storage_, path, bytes);
  }
  void save(const std::string& path) {
    save_checkpoint(storage_, path, one_tensor(), {.update_state = false});
  }
  void remove(const std::string& path) { ASSERT_TRUE(is_ok(storage_->remove(path))); }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(FindCheckpointTest, TakesEverySpelling) {
  save_checkpoint(storage_, "d/m-1", one_tensor());
  write("d/m-1.meta", "a graph");
  for (const std::string_view path :
       {"d/m-1", "./d/m-1", "d/./m-1", "d/m-1/", "d/m-1.index", "d/m-1.index/",
        "d/m-1.data-00000-of-00001", "d/m-1.meta", "d", "d/", "d//", "d/checkpoint",
        "d/checkpoint/", "./d/checkpoint"}) {
    const auto checkpoint = open(path);
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(base_name_of(checkpoint->path()), "m-1") << path;
    EXPECT_TRUE(checkpoint->notes().empty()) << path;
  }
}

TEST_F(FindCheckpointTest, TakesEverySpellingOnThisMachine) {
  const TempDirectory directory;
  const std::string odd = directory / "a [b] *?\\ c";
  save_checkpoint(make_local_storage(), odd + "/m [1]*?", one_tensor());
  for (const std::string& path :
       {odd, odd + "/", odd + "/m [1]*?", odd + "/m [1]*?.index", odd + "/m [1]*?/",
        odd + "/checkpoint", "file://" + odd, "file://" + odd + "/m [1]*?"}) {
    const auto checkpoint = Checkpoint::open(path);
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(*checkpoint->read("w"), counting_tensor({3})) << path;
  }
  EXPECT_TRUE(fails(Checkpoint::open(odd + "/m*"), Code::kNotFound));
  EXPECT_EQ(find_latest_checkpoint("file://" + odd)->path, odd + "/m [1]*?");
}

TEST_F(FindCheckpointTest, TakesAStateFileOfAnyName) {
  save("d/m-1");
  write("d/checkpoint_best", "model_checkpoint_path: 'm-1'");
  EXPECT_EQ(open("d/checkpoint_best")->path(), "d/m-1");
  write("d/checkpoint_best", "model_checkpoint_path: 'gone'");
  EXPECT_TRUE(fails(open("d/checkpoint_best"), Code::kNotFound, {"names 'gone' as the newest"}));
}

TEST_F(FindCheckpointTest, TakesASavedModel) {
  save("export/variables/variables");
  write("export/saved_model.pb", foreign("saved_model.pb"));
  for (const std::string_view path :
       {"export", "export/", "export/saved_model.pb", "export/variables",
        "export/variables/variables", "export/variables/variables.index"}) {
    ASSERT_TRUE(is_ok(open(path))) << path;
    EXPECT_EQ(open(path)->path(), "export/variables/variables") << path;
  }
  EXPECT_TRUE(open("export")->notes().empty());
  remove("export/variables/variables.index");
  for (const std::string_view path : {"export", "export/saved_model.pb"}) {
    EXPECT_TRUE(fails(open(path), Code::kNotFound,
                      {"export: it is a SavedModel without variables: "
                       "'export/variables/variables.index' was looked for"}))
        << path;
  }
}

TEST_F(FindCheckpointTest, TakesASavedModelWithoutItsGraph) {
  save("export/variables/variables");
  ASSERT_TRUE(is_ok(open("export")));
  EXPECT_EQ(open("export")->path(), "export/variables/variables");
  save("export/m");
  EXPECT_EQ(open("export")->path(), "export/m");
  remove("export/m.index");
  remove("export/variables/variables.index");
  EXPECT_TRUE(fails(open("export"), Code::kNotFound, {"export: it is a directory without"}));
}

TEST_F(FindCheckpointTest, TellsADataFileWithoutItsIndex) {
  save("d/m");
  save("d/other");
  remove("d/m.index");
  EXPECT_TRUE(fails(open("d/m.data-00000-of-00001"), Code::kNotFound,
                    {"it is a data file of a checkpoint; the index 'd/m.index'", "is not there",
                     "checkpoints in that directory: 'd/other'"}));
  EXPECT_TRUE(fails(open("d/m"), Code::kNotFound,
                    {"'d/m.index' was looked for; its data file 'd/m.data-00000-of-00001' is "
                     "there, but the index"}));
  write("d/n.meta", "a graph");
  const auto meta = open("d/n.meta");
  EXPECT_TRUE(fails(meta, Code::kNotFound, {"the graph of a checkpoint (.meta), which holds no"}));
  EXPECT_EQ(meta.error().reason, reason::kMissingFile);
}

TEST_F(FindCheckpointTest, TellsWhatAFileIs) {
  write("model.zip", "PK\x03\x04 a zip archive with some file in it");
  EXPECT_TRUE(fails(open("model.zip"), Code::kUnsupported, {"model.zip: it is a zip archive"}));
  write("model.pt", foreign("state_dict.pt"));
  EXPECT_TRUE(fails(open("model.pt"), Code::kUnsupported, {"it is a PyTorch file"}));
  write("model.h5", foreign("head.h5"));
  EXPECT_TRUE(fails(open("model.h5"), Code::kUnsupported, {"it is an HDF5 file"}));
  write("model.bin", kLfsPointer);
  EXPECT_TRUE(fails(open("model.bin"), Code::kCorrupt, {"it is a Git LFS pointer"}));
  write("model.ckpt", "");
  EXPECT_TRUE(fails(open("model.ckpt"), Code::kCorrupt, {"it is an empty file"}));
}

TEST_F(FindCheckpointTest, FindsTheFormatThatCameBefore) {
  write("v1.ckpt", foreign("v1.ckpt"));
  for (const char* shard : {"s-00000-of-00003", "s-00001-of-00003", "s-00002-of-00003"}) {
    write(shard, foreign("sharded_v1" + std::string(shard).substr(1)));
  }
  const std::string all = "s-\?\?\?\?\?-of-00003";
  for (const std::string& path : {std::string("s"), all, std::string("s-00001-of-00003")}) {
    const auto checkpoint = open(path);
    ASSERT_TRUE(is_ok(checkpoint)) << path;
    EXPECT_EQ(checkpoint->path(), all);
    EXPECT_EQ(checkpoint->catalog().count(), 5u);
  }
  write("checkpoint", "model_checkpoint_path: '" + all + "'");
  EXPECT_EQ(open("checkpoint")->path(), all);
  write("checkpoint", "model_checkpoint_path: 'v1.ckpt'");
  EXPECT_EQ(open("checkpoint")->path(), "v1.ckpt");
  ASSERT_TRUE(is_ok(storage_->remove("s-00000-of-00003")));
  for (const std::string& path : {std::string("s"), all}) {
    EXPECT_TRUE(
        fails(open(path), Code::kNotFound, {"s-00000-of-00003: it is not there", "3 files"}))
        << path;
  }
  write("t-00000-of-00001", "something else");
  EXPECT_TRUE(fails(open("t"), Code::kNotFound));
}

TEST_F(FindCheckpointTest, TellsWhatStandsInAnIndexsPlace) {
  save("m");
  write("m.index", kLfsPointer);
  for (const std::string_view path : {"m", "m.index"}) {
    EXPECT_TRUE(fails(open(path), Code::kCorrupt,
                      {"m.index: not an sstable (bad magic number)", "it is a Git LFS pointer"}));
  }
  write("m.index", "<!DOCTYPE html><html><body>404 Not Found and more of that</body></html>");
  EXPECT_TRUE(fails(open("m"), Code::kCorrupt, {"not an sstable", "it is an HTML page"}));
  write("m.index", foreign("v1.ckpt"));
  EXPECT_TRUE(fails(open("m"), Code::kCorrupt, {"m.index: the header cannot", "V1 checkpoint"}));
  write("m.index", "");
  EXPECT_TRUE(fails(open("m"), Code::kCorrupt, {"it is an empty file"}));
  write("d/checkpoint", kLfsPointer);
  EXPECT_TRUE(fails(open("d"), Code::kCorrupt, {"d/checkpoint: line 1", "it is a Git LFS"}));
}

// Of a damaged file that is read as what it is, that is no news.
TEST_F(FindCheckpointTest, LeavesAtItsFlawAFileThatIsWhatItIsReadAs) {
  for (const char* name : {"all.safetensors", "stored.npz", "c_order.npy", "v1.ckpt"}) {
    const std::string whole = foreign(name);
    write(name, std::string_view(whole).substr(0, whole.size() / 2));
    const auto cut = open(name);
    const auto read = cut.ok() ? cut->read(cut->catalog().begin()->name) : cut.error();
    ASSERT_TRUE(fails(read, Code::kCorrupt, {name})) << name;
    EXPECT_EQ(read.error().message.find("it is a "), std::string::npos) << read.error().message;
    write("m.index", whole);
    save("m.data-00000-of-00001");
    EXPECT_TRUE(fails(open("m"), Code::kCorrupt,
                      {"m.index: ", "which is a file by itself; give it a name of its own"}));
  }
}

TEST_F(FindCheckpointTest, TellsWhatStandsInADataFilesPlace) {
  save_checkpoint(storage_, "m", {{"w", counting_tensor({100}), {}, {}, 0}});
  write("m.data-00000-of-00001", kLfsPointer);
  const Checkpoint checkpoint = *open("m");
  EXPECT_TRUE(fails(checkpoint.read("w"), Code::kCorrupt,
                    {"tensor 'w'", "it is a Git LFS pointer, not the file it stands for"}));
}

TEST_F(FindCheckpointTest, TellsDataOfAnotherSaveByItsSize) {
  save_checkpoint(storage_, "m", one_tensor());
  write("m.data-00000-of-00001", std::string(16, 'x'));
  EXPECT_TRUE(fails(open("m")->read("w"), Code::kCorrupt,
                    {"m.data-00000-of-00001", "tensor 'w'", "12 bytes at byte 0",
                     "the file has 16 bytes and the index speaks of 12: index and data are from "
                     "different saves"}));
  // One of the right size may as well be damaged.
  write("m.data-00000-of-00001", std::string(12, 'x'));
  const auto damaged = open("m")->read("w");
  ASSERT_TRUE(fails(damaged, Code::kCorrupt, {"the file is damaged, or index and data"}));
  EXPECT_EQ(damaged.error().message.find("speaks of"), std::string::npos);
}

}  // namespace
}  // namespace holdall
