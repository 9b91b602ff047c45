// Readers while checkpoints are overwritten: never a mixture of two saves.
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "holdall/saver.h"
#include "holdall/session.h"
#include "support/bundle_files.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

std::vector<SaveItem> items_from(float first, uint32_t shard_count = 1) {
  return {{"a", counting_tensor({3}, first), {}, {}, 0},
          {"b", counting_tensor({40, 50}, first), {}, {}, shard_count - 1}};
}

TEST(ChangingReads, AreAnErrorOfTheirOwnWhereTheIndexIsAnother) {
  const auto storage = make_memory_storage();
  for (const std::string path : {"m", "sharded.safetensors"}) {
    const SaveOptions options{.storage = storage, .shard_count = path == "m" ? 1u : 2u};
    save_checkpoint(storage, path, items_from(1, options.shard_count), options);
    const auto checkpoint = *Checkpoint::open(path, {storage});
    save_checkpoint(storage, path, items_from(2, options.shard_count), options);
    const auto tensor = checkpoint.read("a");
    // Shards are opened for their headers, which pins what is in them.
    if (tensor.ok()) {
      EXPECT_EQ(*tensor, counting_tensor({3}, 1)) << path;
    } else {
      EXPECT_TRUE(fails(tensor, Code::kIo, {path, "open it again"}));
      EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
    }
    EXPECT_EQ(*Checkpoint::open(path, {storage})->read("a"), counting_tensor({3}, 2));
  }
}

// The save after next has the data files' names again. Nothing but the index tells it then from the
// one that was opened, where checksums are not compared.
TEST(ChangingReads, AreToldFromAnotherSaveOfTheSameNamesWithoutChecksums) {
  const auto storage = make_memory_storage();
  const Checkpoint checkpoint = save_and_open(storage, "m", items_from(1));
  for (const float first : {2.0F, 3.0F}) save_checkpoint(storage, "m", items_from(first));
  ASSERT_TRUE(storage->open_reader("m.data-00000-of-00001").ok());
  const auto tensor = checkpoint.read("a", {.verify = false});
  ASSERT_TRUE(fails(tensor, Code::kIo, {"m", "open it again"}));
  EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
}

TEST(ChangingReads, ShowOneFileWhereOneFileIsTheCheckpoint) {
  const auto storage = make_memory_storage();
  for (const std::string path : {"m.safetensors", "m.npz"}) {
    const Checkpoint checkpoint = save_and_open(storage, path, items_from(1));
    save_checkpoint(storage, path, items_from(2));
    EXPECT_EQ(*checkpoint.read("a"), counting_tensor({3}, 1)) << path;
  }
}

TEST(ChangingReads, AreCorruptWhereOnlyTheDataIsAnother) {
  const auto storage = make_memory_storage();
  const Checkpoint checkpoint = save_and_open(storage, "m", items_from(1));
  std::string data = read_file(*storage, "m.data-00000-of-00001");
  data[0] ^= 1;
  write_file(*storage, "m.data-00000-of-00001", data);
  EXPECT_TRUE(fails(checkpoint.read("a"), Code::kCorrupt, {"Checksum does not match"}));
}

// One who overwrites, several who read; on the real file system.
class ReadersAndWriter {
 public:
  explicit ReadersAndWriter(std::string path, uint32_t shard_count)
      : path_(std::move(path)), shard_count_(shard_count) {}

  void run(uint64_t read_count) {
    save(0);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([this, read_count] {
        while (reads_ < read_count && !has_failed_) read_once();
      });
    }
    for (float first = 1; reads_ < read_count && !has_failed_; ++first) save(first);
  }

  void save(float first) {
    const SaveOptions options{.durability = Durability::kAtomic, .shard_count = shard_count_};
    const auto plan = plan_save(path_, items_from(first, shard_count_), options);
    if (!execute(*plan).ok()) has_failed_ = true;
    ++saves_;
  }

  uint64_t reads() const { return reads_; }
  uint64_t torn() const { return torn_; }
  uint64_t retries() const { return given_up_; }
  uint64_t saves() const { return saves_; }
  bool has_failed() const { return has_failed_; }

 private:
  void read_once() {
    Session session;
    const auto report = session.load(path_);
    if (!report.ok()) {
      // Overwritten ten times in a row under its hands: told as such, and never as values.
      const bool is_told = report.error().reason == reason::kChangedWhileReading;
      if (is_told) ++given_up_;
      if (!is_told) {
        std::cout << report.error().to_string() << '\n';
        has_failed_ = true;
      }
      return;
    }
    ++reads_;
    const auto a = session.scope("").at("a");
    const auto b = session.scope("").at("b");
    const float first = a->view<float>()->front();
    if (*a != counting_tensor({3}, first) || *b != counting_tensor({40, 50}, first)) ++torn_;
  }

  std::string path_;
  uint32_t shard_count_;
  std::atomic<uint64_t> reads_ = 0, torn_ = 0, given_up_ = 0, saves_ = 0;
  std::atomic<bool> has_failed_ = false;
};

TEST(ChangingReads, AreNeverTornByOneWhoOverwrites) {
  // HOLDALL_TORTURE: so many reads as a release wants.
  const uint64_t count = is_torture() ? 100'000 : 1000;
  for (const char* name : {"m", "m.safetensors"}) {
    for (const uint32_t shard_count : {1u, 2u}) {
      const TempDirectory directory;
      ReadersAndWriter both(directory / name, shard_count);
      both.run(count);
      EXPECT_EQ(both.torn(), 0u);
      EXPECT_FALSE(both.has_failed());
      EXPECT_GT(both.saves(), 1u);
      print_figure("T2", {{"reads", both.reads()},
                          {"saves", both.saves()},
                          {"torn", both.torn()},
                          {"given up", both.retries()}});
    }
  }
}

}  // namespace
}  // namespace holdall
