// Saves over a checkpoint: whatever fails, the old one or the new one is there, whole.
#include <gtest/gtest.h>

#include <algorithm>

#include "holdall/saver.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Names = std::vector<std::string>;

constexpr float kOld = 1;
constexpr float kNew = 2;

struct Kind {
  std::string label;
  std::string path;
  uint32_t shard_count = 1;
  bool exists = true;  // there is a checkpoint to overwrite
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.label;
}

const Kind kKinds[] = {
    {"bundle", "d/m"},
    {"sharded_bundle", "d/m", 3},
    {"first_bundle", "d/m", 2, false},
    {"safetensors", "d/m.safetensors"},
    {"sharded_safetensors", "d/m.safetensors", 3},
    {"npz", "d/m.npz"},
};

std::vector<SaveItem> items_from(float first, uint32_t shard_count = 1) {
  return {{"a", counting_tensor({3}, first), {}, {}, 0},
          {"b", counting_tensor({4, 2}, first + 100), {}, {}, shard_count - 1}};
}

Result<SaveReport> save(const std::shared_ptr<Storage>& storage, const Kind& kind, float first,
                        Durability durability = Durability::kDurable) {
  SaveOptions options;
  options.storage = storage;
  options.shard_count = kind.shard_count;
  options.durability = durability;
  const auto plan = plan_save(kind.path, items_from(first, kind.shard_count), options);
  return plan.ok() ? execute(*plan) : plan.error();
}

// kOld or kNew if that is what is there, whole; 0 if nothing is. Anything else is a failed test.
float what_is_there(const std::shared_ptr<Storage>& storage, const std::string& path) {
  const auto checkpoint = Checkpoint::open(path, {storage});
  if (!checkpoint.ok()) {
    EXPECT_TRUE(fails(checkpoint, Code::kNotFound));
    return 0;
  }
  const auto a = checkpoint->read("a");
  const auto b = checkpoint->read("b");
  EXPECT_TRUE(is_ok(a));
  EXPECT_TRUE(is_ok(b));
  if (!a.ok() || !b.ok()) return -1;
  const float first = a->view<float>()->front();
  EXPECT_EQ(*a, counting_tensor({3}, first));
  EXPECT_EQ(*b, counting_tensor({4, 2}, first + 100));
  return first;
}

std::shared_ptr<Storage> storage_with_old(const Kind& kind) {
  auto storage = make_memory_storage();
  EXPECT_TRUE(is_ok(storage->make_directories("d")));
  if (kind.exists) {
    EXPECT_TRUE(is_ok(save(storage, kind, kOld)));
  }
  return storage;
}

class OverwritingSave : public testing::TestWithParam<Kind> {
 protected:
  // Saves with the k-th call failing, for every k; with `fail_count` calls failing in all.
  void fail_everywhere(uint64_t fail_count) {
    const float old = GetParam().exists ? kOld : 0;
    const Names before = *storage_with_old(GetParam())->list_directory("d");
    for (uint64_t at = 0;; ++at) {
      const auto inner = storage_with_old(GetParam());
      const auto faults = std::make_shared<FaultPlan>();
      faults->fail_at_call = at;
      faults->fail_count = fail_count;
      const auto report = save(std::make_shared<FaultyStorage>(inner, faults), GetParam(), kNew);
      const float outcome = what_is_there(inner, GetParam().path);
      EXPECT_TRUE(outcome == old || outcome == kNew) << at;
      EXPECT_TRUE(!report.ok() || outcome == kNew) << at;
      if (!report.ok()) {
        EXPECT_TRUE(fails(report, Code::kIo, {"fault on demand"})) << at;
      }
      // What was there before, and nothing beside it if a failed save could clean up.
      if (outcome == old && fail_count == 1) {
        EXPECT_EQ(*inner->list_directory("d"), before) << at;
      }
      // And the next save is none the worse for it.
      ASSERT_TRUE(is_ok(save(inner, GetParam(), kNew + 1))) << at;
      EXPECT_EQ(what_is_there(inner, GetParam().path), kNew + 1) << at;
      if (faults->call_count <= at) break;
      ASSERT_LT(at, 200u);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, OverwritingSave, testing::ValuesIn(kKinds),
                         [](const auto& param) { return param.param.label; });

TEST_P(OverwritingSave, LeavesTheOldOrTheNewWhicheverCallFails) {
  fail_everywhere(1);
}

TEST_P(OverwritingSave, LeavesTheOldOrTheNewWhereverTheStorageBreaks) {
  fail_everywhere(FaultPlan::kNever);
}

TEST_P(OverwritingSave, LeavesNoMoreFilesThanTheFirst) {
  const auto storage = storage_with_old(GetParam());
  ASSERT_TRUE(is_ok(save(storage, GetParam(), kOld)));
  const Names one = *storage->list_directory("d");
  ASSERT_TRUE(is_ok(save(storage, GetParam(), kNew)));
  EXPECT_EQ(storage->list_directory("d")->size(), one.size());
  ASSERT_TRUE(is_ok(save(storage, GetParam(), kNew)));
  EXPECT_EQ(*storage->list_directory("d"), one);
}

TEST_P(OverwritingSave, KeepsAReaderWhoHasTheFilesOpen) {
  const auto storage = storage_with_old({"", GetParam().path, GetParam().shard_count});
  const auto checkpoint = Checkpoint::open(GetParam().path, {storage});
  ASSERT_TRUE(is_ok(checkpoint));
  ASSERT_TRUE(is_ok(checkpoint->read("a")));
  ASSERT_TRUE(is_ok(checkpoint->read("b")));
  ASSERT_TRUE(is_ok(save(storage, GetParam(), kNew)));
  EXPECT_EQ(*checkpoint->read("b"), counting_tensor({4, 2}, kOld + 100));
}

TEST_P(OverwritingSave, IsRefusedWhileAnotherGoesOn) {
  const auto storage = storage_with_old(GetParam());
  auto lock = storage->lock(GetParam().path);
  ASSERT_TRUE(is_ok(lock));
  const auto report = save(storage, GetParam(), kNew);
  EXPECT_TRUE(fails(report, Code::kIo, {GetParam().path, "another save to it is going on"}));
  EXPECT_EQ(report.error().reason, reason::kLocked);
  lock->reset();
  EXPECT_TRUE(is_ok(save(storage, GetParam(), kNew)));
}

TEST_P(OverwritingSave, IsRefusedBeforeAnythingIsWrittenIfThereIsNoRoom) {
  const auto inner = storage_with_old(GetParam());
  const auto faults = std::make_shared<FaultPlan>();
  faults->free_bytes = 43;
  const auto report = save(std::make_shared<FaultyStorage>(inner, faults), GetParam(), kNew);
  EXPECT_TRUE(fails(report, Code::kExhausted, {GetParam().path, "no space", "43 bytes"}));
  EXPECT_EQ(what_is_there(inner, GetParam().path), GetParam().exists ? kOld : 0);
}

TEST(OverwritingBundle, AlternatesBetweenTwoSetsOfNames) {
  const auto storage = make_memory_storage();
  const Names plain = {"checkpoint", "m.data-00000-of-00001", "m.index"};
  const Names other = {"checkpoint", "m.data-00000-of-00002", "m.index"};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(is_ok(save(storage, kKinds[0], kOld)));
    EXPECT_EQ(*storage->list_directory("d"), plain);
    const auto report = save(storage, kKinds[0], kNew);
    ASSERT_TRUE(is_ok(report));
    EXPECT_EQ(report->files[0].path, "d/m.data-00000-of-00002");
    EXPECT_TRUE(report->notes.empty());
    EXPECT_EQ(*storage->list_directory("d"), other);
  }
}

TEST(OverwritingBundle, TellsOfAnOldFileThatIsLeft) {
  std::vector<std::string> notes;
  std::string json;
  // One call fails, each in its turn; only that which removes the old file leaves a good save.
  for (uint64_t at = 0; notes.empty() && at < 200; ++at) {
    const auto faults = std::make_shared<FaultPlan>();
    faults->fail_at_call = at;
    faults->fail_count = 1;
    const auto storage = std::make_shared<FaultyStorage>(storage_with_old(kKinds[0]), faults);
    const auto report = save(storage, kKinds[0], kNew);
    if (!report.ok()) continue;
    notes = report->notes;
    json = report->to_json();
  }
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0],
            "an old data file is left: d/m.data-00000-of-00001: cannot remove: fault on demand");
  EXPECT_NE(json.find("\"notes\": [\n    \"an old data file is left"), std::string::npos) << json;
}

TEST(OverwritingBundle, KeepsThePlainNamesIfNothingIsPromised) {
  const auto storage = storage_with_old(kKinds[0]);
  const auto held = storage->lock("d/m");
  ASSERT_TRUE(is_ok(save(storage, kKinds[0], kNew, Durability::kNone)));
  EXPECT_EQ(what_is_there(storage, "d/m"), kNew);
  EXPECT_EQ(*storage->list_directory("d"),
            (Names{"checkpoint", "m.data-00000-of-00001", "m.index"}));
}

TEST(OverwritingBundle, TouchesNoDataFileWhereTheIndexCannotBeRead) {
  const auto storage = storage_with_old(kKinds[0]);
  const std::string data = read_file(*storage, "d/m.data-00000-of-00001");
  write_file(*storage, "d/m.index", "damaged");
  ASSERT_TRUE(is_ok(save(storage, kKinds[0], kNew)));
  EXPECT_EQ(what_is_there(storage, "d/m"), kNew);
  EXPECT_EQ(read_file(*storage, "d/m.data-00000-of-00001"), data);
}

TEST(OverwritingBundle, RemovesNothingThatTheOldIndexDoesNotSpeakOf) {
  const auto storage = storage_with_old(kKinds[0]);
  write_file(*storage, "d/m.data-00000-of-00007", "a stranger's");
  write_file(*storage, "d/m2.data-00000-of-00001", "a stranger's");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(is_ok(save(storage, kKinds[0], kNew)));
  EXPECT_EQ(read_file(*storage, "d/m.data-00000-of-00007"), "a stranger's");
  EXPECT_EQ(read_file(*storage, "d/m2.data-00000-of-00001"), "a stranger's");
}

TEST(OverwritingSafetensors, LeavesNoSingleFileBeforeTheIndexThatReplacesIt) {
  const auto storage = storage_with_old(kKinds[3]);
  ASSERT_TRUE(is_ok(save(storage, kKinds[4], kNew)));
  EXPECT_EQ(what_is_there(storage, "d/m.safetensors"), kNew);
  EXPECT_FALSE(storage->open_reader("d/m.safetensors").ok());
}

TEST(OverwritingSafetensors, KeepsTheShardsThatAreJoinedBesideThem) {
  const auto storage = storage_with_old(kKinds[4]);
  ASSERT_TRUE(is_ok(save(storage, kKinds[3], kNew)));
  EXPECT_EQ(what_is_there(storage, "d/m.safetensors"), kNew);
  EXPECT_EQ(what_is_there(storage, "d/m.safetensors.index.json"), kOld);
}

}  // namespace
}  // namespace holdall
