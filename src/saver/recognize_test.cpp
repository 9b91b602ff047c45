#include "saver/recognize.h"

#include <gtest/gtest.h>

#include "base/endian.h"
#include "checksum/crc32c.h"
#include "holdall/checkpoint.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using std::string_view_literals::operator""sv;

std::string foreign(std::string_view name) {
  return read_test_file(join_path(source_path("src/saver/testdata/foreign"), name));
}

class RecognizeTest : public testing::Test {
 protected:
  // What the bytes are taken for under the name.
  std::string kind_of(std::string_view bytes, const std::string& path = "some.file") {
    write_file(*storage_, path, bytes);
    const auto found = recognize_file(*storage_, path);
    EXPECT_TRUE(is_ok(found));
    EXPECT_TRUE(found->sentence.starts_with("it is ")) << found->sentence;
    return std::string(found->kind);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(RecognizeTest, TellsFilesOfOtherLibraries) {
  EXPECT_EQ(kind_of(foreign("model.gguf")), "gguf");
  EXPECT_EQ(kind_of(foreign("all.safetensors")), "safetensors");
  EXPECT_EQ(kind_of(foreign("state_dict.pt")), "pytorch");
  EXPECT_EQ(kind_of(foreign("legacy.pt")), "pytorch-pickle");
  EXPECT_EQ(kind_of(foreign("stored.npz")), "npz");
  EXPECT_EQ(kind_of(foreign("c_order.npy")), "npy");
  EXPECT_EQ(kind_of(foreign("head.keras")), "keras");
  EXPECT_EQ(kind_of(foreign("head.h5")), "hdf5");
  EXPECT_EQ(kind_of("\x80\x04\x95\x02\x00N."sv), "pickle");
}

TEST_F(RecognizeTest, TellsArchives) {
  EXPECT_EQ(kind_of("PK\x03\x04 a zip archive with some file in it"), "zip");
  EXPECT_EQ(kind_of("PK\x05\x06 and nothing in it"), "zip");
  EXPECT_EQ(kind_of("\x1f\x8b\x08 and so on"), "gzip");
  EXPECT_EQ(kind_of("BZh9 and so on"), "bzip2");
  EXPECT_EQ(kind_of("\xfd"
                    "7zXZ\0 and so on"sv),
            "xz");
  EXPECT_EQ(kind_of("\x28\xb5\x2f\xfd and so on"), "zstd");
  std::string tar(257, 'x');
  tar.append("ustar");
  EXPECT_EQ(kind_of(tar), "tar");
}

TEST_F(RecognizeTest, TellsWhatServersAndToolsPutInAFilesPlace) {
  EXPECT_EQ(kind_of(""), "empty");
  EXPECT_EQ(kind_of("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n"),
            "git-lfs-pointer");
  for (const std::string_view page : {"<!DOCTYPE html><html>", "\n  <HTML lang='en'>",
                                      "\xef\xbb\xbf<html>", "<?xml version='1.0'?><Error>"}) {
    EXPECT_EQ(kind_of(page), "html-page") << page;
  }
}

TEST_F(RecognizeTest, TellsTensorFlowsOwnFiles) {
  EXPECT_EQ(kind_of(foreign("v1.ckpt")), "tf-v1");
  EXPECT_EQ(kind_of(foreign("sharded_v1-00001-of-00003")), "tf-v1");
  EXPECT_EQ(kind_of(foreign("saved_model.pb"), "saved_model.pb"), "saved-model");
  EXPECT_EQ(kind_of("model_checkpoint_path: 'm'\n", "old_state"), "tf-state");
  EXPECT_EQ(kind_of("\xff\xff", "m.data-00000-of-00001"), "tf-data");
  EXPECT_EQ(kind_of("\x0a\x01\x00"sv, "m.meta"), "tf-meta");
  EXPECT_EQ(kind_of("\xff\xff", "m.index.tempstate123"), "tf-unfinished");
  EXPECT_EQ(kind_of(draft_index({{"", std::string(kPlainHeader)}}), "renamed"), "tf-index");
  EXPECT_EQ(kind_of(draft_index({{"key", "value"}})), "sorted-table");
  std::string record(24, '\0');
  store_le<uint64_t>(reinterpret_cast<std::byte*>(record.data()), 8);
  const auto length = std::as_bytes(std::span(record)).first(8);
  store_le<uint32_t>(reinterpret_cast<std::byte*>(record.data()) + 8, crc32c_mask(crc32c(length)));
  EXPECT_EQ(kind_of(record, "events.out.tfevents.1"), "tf-records");
}

TEST_F(RecognizeTest, TellsStateFilesThatAreLongerThanItLooks) {
  std::string text = "model_checkpoint_path: 'm'\n";
  while (text.size() < 10000) text += "all_model_checkpoint_paths: 'a rather long name of it'\n";
  EXPECT_EQ(kind_of(text), "tf-state");
}

TEST_F(RecognizeTest, SaysWhenItKnowsNothing) {
  for (const std::string_view bytes :
       {"hello"sv, "P"sv, "PK"sv, "\x80"sv, "\x1f\x8b"sv, "<htm"sv, "GGU"sv, "model_checkpoint"sv,
        // A length, but not of this file.
        "\x40\0\0\0\0\0\0\0{}"sv,
        // Text with the name of the field that is no state file.
        "see model_checkpoint_path"sv}) {
    EXPECT_EQ(kind_of(bytes), "unknown") << bytes;
  }
}

TEST_F(RecognizeTest, TellsEveryCutOfAFileWithoutFault) {
  for (const char* name : {"stored.npz", "all.safetensors", "v1.ckpt", "legacy.pt", "head.keras"}) {
    const std::string whole = foreign(name);
    for (size_t size = 0; size < std::min<size_t>(whole.size(), 200); ++size) {
      write_file(*storage_, "cut", std::string_view(whole).substr(0, size));
      ASSERT_TRUE(is_ok(recognize_file(*storage_, "cut"))) << name << " " << size;
    }
  }
}

TEST_F(RecognizeTest, GivesTheSpellingThatWorks) {
  save_checkpoint(storage_, "d/m", {{"w", counting_tensor({3}), {}, {}, 0}});
  EXPECT_EQ(recognize_file(*storage_, "d/m.data-00000-of-00001")->working_path, "d/m");
  write_file(*storage_, "d/n.data-00000-of-00001", "x");
  EXPECT_EQ(recognize_file(*storage_, "d/n.data-00000-of-00001")->working_path, "");
}

TEST_F(RecognizeTest, FailsWhereThereIsNoFile) {
  EXPECT_TRUE(fails(recognize_file(*storage_, "nothing"), Code::kNotFound));
  ASSERT_TRUE(is_ok(storage_->make_directories("d")));
  EXPECT_TRUE(fails(recognize_file(*storage_, "d"), Code::kInvalidArgument));
}

}  // namespace
}  // namespace holdall
