#include "holdall/digest.h"

#include <gtest/gtest.h>

#include "saver/digest_file.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/sha256.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class Digests : public testing::Test {
 protected:
  Digests() {
    save_checkpoint(storage_, "d/m", {{"a", counting_tensor({20}), {}, {}, 0}});
    write_file(*storage_, "d/m.meta", "\x0a\x00");
  }

  Checkpoint open(const std::string& path = "d/m") const {
    auto checkpoint = Checkpoint::open(path, {storage_});
    EXPECT_TRUE(is_ok(checkpoint));
    return *checkpoint;
  }

  void write_list(const std::string& path = "d/m.sha256") {
    const auto digests = digest_files(open());
    ASSERT_TRUE(is_ok(digests));
    ASSERT_TRUE(is_ok(write_digest_file(path, *digests, {storage_})));
  }

  DigestReport check(const std::string& path = "d/m.sha256") const {
    auto report = check_digests(open(), path);
    EXPECT_TRUE(is_ok(report));
    return *report;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(Digests, AreOfEveryFileOfACheckpoint) {
  const auto digests = digest_files(open());
  ASSERT_TRUE(is_ok(digests));
  Names files;
  for (const FileDigest& each : *digests) {
    files.push_back(each.file);
    const std::string bytes = read_file(*storage_, each.file);
    EXPECT_EQ(each.size_bytes, bytes.size());
    EXPECT_EQ(each.sha256, sha256_hex(bytes)) << each.file;
  }
  EXPECT_EQ(files, (Names{"d/checkpoint", "d/m.data-00000-of-00001", "d/m.index", "d/m.meta"}));
  // A state file that names several is the directory's.
  save_checkpoint(storage_, "d/n", {{"a", counting_tensor({20}), {}, {}, 0}});
  write_file(*storage_, "d/checkpoint",
             "model_checkpoint_path: 'm' all_model_checkpoint_paths: 'n'");
  EXPECT_EQ(digest_files(open())->size(), 3u);
}

TEST_F(Digests, AreWrittenAsSha256sumWritesThem) {
  write_list();
  std::string expected;
  for (const std::string name : {"checkpoint", "m.data-00000-of-00001", "m.index", "m.meta"})
    expected += sha256_hex(read_file(*storage_, "d/" + name)) + "  " + name + "\n";
  EXPECT_EQ(read_file(*storage_, "d/m.sha256"), expected);
  EXPECT_TRUE(check().is_whole()) << check().to_string();
  EXPECT_EQ(check().files_match, 4u);
  write_list("all.sha256");
  EXPECT_NE(read_file(*storage_, "all.sha256").find("  d/m.index\n"), std::string::npos);
  EXPECT_TRUE(check("all.sha256").is_whole());
}

// Also where no checksum is: in footers, gaps, state files and graphs.
TEST_F(Digests, TellOfEveryBitThatIsFlipped) {
  write_list();
  for (const FileDigest& each : *digest_files(open())) {
    const std::string bytes = read_file(*storage_, each.file);
    const Checkpoint checkpoint = open();
    for (size_t bit = 0; bit < 8 * bytes.size(); bit += 3) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      write_file(*storage_, each.file, damaged);
      const auto report = check_digests(checkpoint, "d/m.sha256");
      ASSERT_TRUE(is_ok(report));
      ASSERT_EQ(report->problems.size(), 1u) << each.file << bit;
      EXPECT_EQ(report->problems[0].file, each.file);
      EXPECT_EQ(report->problems[0].error.reason, reason::kChecksum);
    }
    write_file(*storage_, each.file, bytes);
  }
}

TEST_F(Digests, TellOfFilesThatAreMissingOrMore) {
  write_list();
  ASSERT_TRUE(is_ok(storage_->remove("d/m.meta")));
  DigestReport report = check();
  ASSERT_EQ(report.problems.size(), 1u) << report.to_string();
  EXPECT_EQ(report.problems[0].file, "d/m.meta");
  EXPECT_EQ(report.problems[0].error.code, Code::kNotFound);
  const std::string list = read_file(*storage_, "d/m.sha256");
  write_file(*storage_, "d/m.sha256", list.substr(0, list.find('\n') + 1));
  report = check();
  ASSERT_EQ(report.problems.size(), 2u) << report.to_string();
  EXPECT_EQ(report.problems[0].to_string(),
            "d/m.data-00000-of-00001: the digest file does not list it");
}

TEST_F(Digests, AreNotWrittenOverAnything) {
  const auto digests = digest_files(open());
  const std::string index = read_file(*storage_, "d/m.index");
  for (const bool replace : {false, true}) {
    for (const std::string path : {"d/m.index", "d/./m.index", "x/../d/m.index"})
      EXPECT_TRUE(fails(write_digest_file(path, *digests, {storage_, replace}),
                        Code::kInvalidArgument, {"of the checkpoint itself"}));
    EXPECT_TRUE(fails(write_digest_file("e/m.sha256", *digests, {storage_, replace}),
                      Code::kInvalidArgument, {"below its directory"}));
  }
  EXPECT_EQ(read_file(*storage_, "d/m.index"), index);
  write_list();
  EXPECT_TRUE(fails(write_digest_file("d/m.sha256", *digests, {storage_}), Code::kInvalidArgument,
                    {"a file is there already"}));
  EXPECT_TRUE(is_ok(write_digest_file("d/m.sha256", *digests, {storage_, true})));
}

TEST_F(Digests, CoverFormatsWithoutChecksums) {
  save_checkpoint(storage_, "d/w.safetensors", {{"a", counting_tensor({20}), {}, {}, 0}},
                  {.format = "safetensors"});
  const Checkpoint checkpoint = open("d/w.safetensors");
  const auto digests = digest_files(checkpoint);
  ASSERT_EQ(digests->size(), 1u);
  ASSERT_TRUE(is_ok(write_digest_file("d/w.sha256", *digests, {storage_})));
  std::string bytes = read_file(*storage_, "d/w.safetensors");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_file(*storage_, "d/w.safetensors", bytes);
  EXPECT_TRUE(verify(open("d/w.safetensors"))->is_whole());
  EXPECT_FALSE(check_digests(open("d/w.safetensors"), "d/w.sha256")->is_whole());
}

TEST_F(Digests, CanBeCancelled) {
  write_list();
  const auto stop = [](uint64_t, uint64_t) { return false; };
  EXPECT_TRUE(fails(digest_files(open(), {1, stop}), Code::kIo, {"cancelled"}));
  EXPECT_TRUE(fails(check_digests(open(), "d/m.sha256", {1, stop}), Code::kIo, {"cancelled"}));
  EXPECT_TRUE(fails(check_digests(open(), "d/none"), Code::kNotFound, {"d/none"}));
}

TEST(DigestFile, IsReadBackFromWhatItIsWrittenAs) {
  const std::string digest(64, 'a');
  const std::vector<DigestLine> lines = {{"m.index", digest},
                                         {"d/\n\r\\ x", digest},
                                         {"-rf", digest},
                                         {" *", digest},
                                         {"\xff\x01", digest}};
  const auto again = parse_digest_file(format_digest_file(lines));
  ASSERT_TRUE(is_ok(again));
  ASSERT_EQ(again->size(), lines.size());
  for (size_t i = 0; i < lines.size(); ++i) EXPECT_EQ((*again)[i].path, lines[i].path);
  EXPECT_TRUE(is_ok(parse_digest_file(digest + " *m.index")));
}

TEST(DigestFile, IsRefusedWithItsLine) {
  const std::string digest(64, 'a');
  const auto refused = [](const std::string& text, std::string_view words) {
    EXPECT_TRUE(fails(parse_digest_file(text), Code::kCorrupt, {words})) << text;
  };
  refused("", "it lists no file");
  refused("\n", "line 1: 64 hexadecimal digits");
  refused(digest, "line 1: 64 hexadecimal digits");
  refused(digest.substr(1) + "  m", "line 1: 64 hexadecimal digits");
  refused(std::string(64, 'A') + "  m", "line 1: 64 hexadecimal digits");
  refused(digest + "  m\n# more", "line 2: 64 hexadecimal digits");
  refused(digest + "  m\n" + digest + "  m\n", "line 2: 'm' is listed twice");
  refused("\\" + digest + "  m\\x", "an escape that is none");
  refused("\\" + digest + "  m\\", "an escape that is none");
  for (const std::string path : {"", "/m", "../m", "d/../m", "./m", "d//m", "d/", "..", "."})
    refused(digest + "  " + path + "\n", "below the digest file's directory");
  refused(digest + "  " + std::string("m\0x", 3), "zero byte");
}

}  // namespace
}  // namespace holdall
