#include "holdall/doctor.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

class Doctor : public testing::Test {
 protected:
  void save(const std::string& path, float first = 1, int64_t size = 100) {
    save_checkpoint(storage_, path,
                    {{"a", counting_tensor({size}, first), {}, {}, 0},
                     {"b", counting_tensor({size}, first + 1), {}, {}, 0},
                     {"c", counting_tensor({size}, first + 2), {}, {}, 0}});
  }

  std::string read(const std::string& path) {
    const auto reader = storage_->open_reader(path);
    EXPECT_TRUE(is_ok(reader));
    std::string bytes((*reader)->size_bytes(), '\0');
    EXPECT_TRUE(is_ok((*reader)->read_exact(0, std::as_writable_bytes(std::span(bytes)))));
    return bytes;
  }

  void write(const std::string& path, std::string_view bytes) {
    const auto writer = storage_->open_writer(path);
    ASSERT_TRUE(is_ok(writer));
    ASSERT_TRUE(is_ok((*writer)->append(std::as_bytes(std::span(bytes)))));
    ASSERT_TRUE(is_ok((*writer)->close(Durability::kAtomic)));
    ASSERT_TRUE(is_ok((*writer)->publish()));
  }

  void flip(const std::string& path, size_t offset) {
    std::string bytes = read(path);
    bytes[offset] ^= 1;
    write(path, bytes);
  }

  Diagnosis diagnose(const std::string& path, bool read_data = true) {
    auto diagnosis = holdall::diagnose(path, {.storage = storage_, .read_data = read_data});
    EXPECT_TRUE(is_ok(diagnosis));
    return diagnosis.ok() ? *diagnosis : Diagnosis();
  }

  static Names kinds_of(const Diagnosis& diagnosis) {
    Names kinds;
    for (const Finding& finding : diagnosis.findings) kinds.push_back(finding.kind);
    return kinds;
  }

  static bool has(const Diagnosis& diagnosis, std::string_view phrase) {
    return diagnosis.to_string().find(phrase) != std::string::npos;
  }

  const std::string kData = "m.data-00000-of-00001";
  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(Doctor, FindsNothingWrongWithWhatIsWhole) {
  save("m");
  const Diagnosis diagnosis = diagnose("m");
  EXPECT_TRUE(diagnosis.is_healthy());
  EXPECT_EQ(diagnosis.kind, "checkpoint");
  EXPECT_EQ(diagnosis.format, "tf_bundle");
  EXPECT_EQ(diagnosis.cause, "nothing is wrong: all 3 tensors can be read");
  EXPECT_EQ(diagnosis.sound_count, 3u);
  EXPECT_TRUE(diagnosis.findings.empty());
}

TEST_F(Doctor, NamesTheTensorOfAFlippedBit) {
  save("m");
  flip(kData, 450);
  const Diagnosis diagnosis = diagnose("m");
  EXPECT_FALSE(diagnosis.is_healthy());
  EXPECT_EQ(kinds_of(diagnosis), Names{"checksum"});
  EXPECT_EQ(diagnosis.damaged, Names{"b"});
  EXPECT_EQ(diagnosis.sound_count, 2u);
  EXPECT_TRUE(has(diagnosis, "tensor 'b': Checksum does not match"));
  EXPECT_TRUE(has(diagnosis, "holdall doctor m --salvage OUT writes what is sound"));
  EXPECT_TRUE(diagnose("m", false).is_healthy());  // only its data tells
}

// Zeros behind the last tensor are a writer's that aligns; anything else is another save's.
TEST_F(Doctor, TakesPaddingForWhatItIs) {
  save("m");
  write(kData, read(kData) + std::string(52, '\0'));
  flip(kData, 450);
  EXPECT_EQ(kinds_of(diagnose("m")), Names{"checksum"});
  write(kData, read(kData) + "x");
  EXPECT_EQ(kinds_of(diagnose("m")), (Names{"checksum", "other-save"}));
}

TEST_F(Doctor, TellsACutFile) {
  save("m");
  write(kData, read(kData).substr(0, 700));
  const Diagnosis diagnosis = diagnose("m");
  EXPECT_EQ(diagnosis.cause,
            "'m.data-00000-of-00001': it has 700 bytes, the index speaks of 1200: it was cut "
            "short, or is of another save");
  EXPECT_EQ(diagnosis.damaged, (Names{"b", "c"}));
  EXPECT_EQ(kinds_of(diagnose("m", false)), Names{"cut-short"});
}

TEST_F(Doctor, TellsAMissingDataFile) {
  save("m");
  ASSERT_TRUE(is_ok(storage_->remove(kData)));
  const Diagnosis diagnosis = diagnose("m");
  EXPECT_EQ(diagnosis.cause, "'m.data-00000-of-00001': its data file is not there");
  EXPECT_EQ(diagnosis.sound_count, 0u);
  EXPECT_TRUE(has(diagnosis, "to do: copy it beside the index"));
  EXPECT_EQ(diagnose("m", false).sound_count, 0u);
}

TEST_F(Doctor, TellsIndexAndDataOfDifferentSaves) {
  save("other", 50);
  save("m");
  write(kData, read("other.data-00000-of-00001"));
  const Diagnosis same_size = diagnose("m");
  EXPECT_NE(same_size.cause.find("index and data are from different saves"), std::string::npos)
      << same_size.cause;
  save("longer", 50, 130);
  write(kData, read("longer.data-00000-of-00001"));
  const Diagnosis longer = diagnose("m");
  EXPECT_NE(longer.cause.find("from different saves"), std::string::npos) << longer.cause;
}

TEST_F(Doctor, TellsWhatAFileIsInPlaceOfACheckpoint) {
  write("page.ckpt", "<!DOCTYPE html><html>not found</html>");
  const Diagnosis page = diagnose("page.ckpt");
  EXPECT_EQ(page.kind, "html-page");
  EXPECT_EQ(page.checkpoint_path, "");
  EXPECT_FALSE(page.is_healthy());
  EXPECT_TRUE(has(page, "it is an HTML page"));

  save("m");
  write(kData, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1200\n");
  const Diagnosis pointer = diagnose("m");
  EXPECT_TRUE(has(pointer, "Git LFS pointer")) << pointer.to_string();
  EXPECT_NE(pointer.cause.find("git lfs pull"), std::string::npos) << pointer.cause;
}

TEST_F(Doctor, TellsADamagedIndexAndThatOthersAreWhole) {
  save("d/m-1");
  save("d/m-2");
  flip("d/m-2.index", 20);
  const Diagnosis diagnosis = diagnose("d/m-2");
  EXPECT_EQ(kinds_of(diagnosis)[0], "index");
  EXPECT_EQ(diagnosis.others, Names{"d/m-1"});
  EXPECT_TRUE(has(diagnosis, "complete beside it: d/m-1"));
}

TEST_F(Doctor, LooksAroundADirectory) {
  save("d/m-1");
  save("d/m-2");
  save("d/m-10");
  ASSERT_TRUE(is_ok(storage_->remove("d/m-10.data-00000-of-00001")));
  write("d/m-3.index.tmp0123456789abcdef", "half");
  write("d/checkpoint", "model_checkpoint_path: \"/elsewhere/m-2\"\n");
  const Diagnosis diagnosis = diagnose("d");
  EXPECT_TRUE(diagnosis.is_healthy());
  EXPECT_EQ(diagnosis.checkpoint_path, "d/m-2");
  EXPECT_TRUE(has(diagnosis, "d/m-10: of this checkpoint, its data file"));
  EXPECT_TRUE(has(diagnosis, "d/m-3.index.tmp0123456789abcdef: it is a file of a save that did"));
  EXPECT_TRUE(
      has(diagnosis, "it names '/elsewhere/m-2', which is not there; a checkpoint of that"));
  EXPECT_EQ(diagnosis.others, Names{"d/m-1"});
}

TEST_F(Doctor, SaysThatAFormatHasNoChecksums) {
  save("m.safetensors");
  const Diagnosis diagnosis = diagnose("m.safetensors");
  EXPECT_TRUE(diagnosis.is_healthy());
  EXPECT_EQ(kinds_of(diagnosis), Names{"no-checksums"});
}

TEST_F(Doctor, HasNoDiagnosisForNothing) {
  EXPECT_TRUE(fails(holdall::diagnose("none", {.storage = storage_}), Code::kNotFound, {"none"}));
}

TEST_F(Doctor, WritesWhatPeopleAndProgramsRead) {
  save("m");
  flip(kData, 450);
  const std::string json = diagnose("m").to_json();
  for (const std::string_view part :
       {R"("kind": "checkpoint")", R"("is_healthy": false)", R"("sound_count": 2)",
        R"("severity": "error")", R"("tensor": "b")"})
    EXPECT_NE(json.find(part), std::string::npos) << part << " in " << json;
}

// ---------------------------------------------------------------------------------------- salvage

TEST_F(Doctor, SalvagesWhatHolds) {
  save("m");
  flip(kData, 450);
  const auto checkpoint = Checkpoint::open("m", {storage_});
  ASSERT_TRUE(is_ok(checkpoint));
  const auto salvage =
      plan_salvage(*checkpoint, "out.safetensors", {.save = {.storage = storage_}});
  ASSERT_TRUE(is_ok(salvage));
  EXPECT_EQ(salvage->left_out, Names{"b"});
  ASSERT_EQ(salvage->reasons.size(), 1u);
  ASSERT_TRUE(is_ok(execute(salvage->plan)));
  const auto out = Checkpoint::open("out.safetensors", {storage_});
  ASSERT_TRUE(is_ok(out));
  EXPECT_EQ(out->catalog().count(), 2u);
  EXPECT_EQ(*out->read("a"), counting_tensor({100}, 1));
  EXPECT_EQ(*out->read("c"), counting_tensor({100}, 3));
}

TEST_F(Doctor, SalvagesWhatLiesBeforeACut) {
  save("m");
  write(kData, read(kData).substr(0, 700));
  const auto checkpoint = Checkpoint::open("m", {storage_});
  const auto salvage = plan_salvage(*checkpoint, "out", {.save = {.storage = storage_}});
  ASSERT_TRUE(is_ok(salvage));
  EXPECT_EQ(salvage->left_out, (Names{"b", "c"}));
}

TEST_F(Doctor, SalvagesNothingFromNothing) {
  save("m");
  ASSERT_TRUE(is_ok(storage_->remove(kData)));
  const auto checkpoint = Checkpoint::open("m", {storage_});
  EXPECT_TRUE(fails(plan_salvage(*checkpoint, "out", {.save = {.storage = storage_}}),
                    Code::kNotFound, {"m: nothing of it can be saved: none of its 3 tensors"}));
}

// ----------------------------------------------------------------------------------------- latest

TEST_F(Doctor, FindsTheLatestThatIsCompleteWhateverTheStateFileSays) {
  save("d/m-9");
  save("d/m-10");
  save("d/m-11");
  ASSERT_TRUE(is_ok(storage_->remove("d/m-11.data-00000-of-00001")));
  for (const std::string_view state :
       {"", "no state file at all {{{", "model_checkpoint_path: \"m-12\"\n",
        "model_checkpoint_path: \"/gone/m-10\"\n"}) {
    write("d/checkpoint", state);
    const auto latest = find_latest_checkpoint("d", {.storage = storage_});
    ASSERT_TRUE(is_ok(latest)) << state;
    EXPECT_EQ(latest->path, "d/m-10") << state;
  }
  ASSERT_TRUE(is_ok(storage_->remove("d/checkpoint")));
  EXPECT_EQ(find_latest_checkpoint("d", {.storage = storage_})->path, "d/m-10");
}

TEST_F(Doctor, FindsTheLatestWhoseChecksumsHold) {
  save("d/m-1");
  save("d/m-2");
  flip("d/m-2.data-00000-of-00001", 10);
  EXPECT_EQ(find_latest_checkpoint("d", {.storage = storage_})->path, "d/m-2");
  const auto whole = find_latest_checkpoint("d", {.storage = storage_, .verify = true});
  ASSERT_TRUE(is_ok(whole));
  EXPECT_EQ(whole->path, "d/m-1");
  ASSERT_EQ(whole->notes.size(), 1u);
  EXPECT_NE(whole->notes[0].find("'d/m-2' was passed over: "), std::string::npos);
  flip("d/m-1.data-00000-of-00001", 10);
  EXPECT_TRUE(fails(find_latest_checkpoint("d", {.storage = storage_, .verify = true}),
                    Code::kNotFound, {"d: no checkpoint in it is complete and holds", "m-1"}));
}

TEST_F(Doctor, TakesWhatTheStateFileNamesBeforeAGreaterStep) {
  save("d/m-5");
  save("d/m-100");
  write("d/checkpoint", "model_checkpoint_path: \"m-5\"\n");
  EXPECT_EQ(find_latest_checkpoint("d", {.storage = storage_})->path, "d/m-5");
}

}  // namespace
}  // namespace holdall
