// How many threads a save and a salvage use: as many as they are given.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "holdall/doctor.h"
#include "holdall/saver.h"
#include "support/bundle_files.h"
#include "support/recording_storage.h"
#include "support/status_matchers.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Threads = std::set<std::thread::id>;

// Where the reads of several sources wait for each other, so that all threads there are show up.
class Meeting {
 public:
  explicit Meeting(size_t expected) : expected_(expected) {}

  void come() {
    std::unique_lock lock(mutex_);
    threads_.insert(std::this_thread::get_id());
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return threads_.size() >= expected_; });
  }
  Threads threads() {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

 private:
  const size_t expected_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Threads threads_;
};

class MeetingSource : public TensorSource {
 public:
  explicit MeetingSource(Meeting& meeting) : meeting_(meeting) {}
  DType dtype() const override { return tensor_.dtype(); }
  const Shape& shape() const override { return tensor_.shape(); }
  Status read(const Take& take) const override {
    meeting_.come();
    return take(tensor_.bytes());
  }

 private:
  Meeting& meeting_;
  Tensor tensor_ = counting_tensor({3});
};

// The threads that read four tensors, each for a data file of its own.
Threads threads_of_save(const std::string& path, const SaveOptions& options, size_t expected) {
  Meeting meeting(expected);
  std::vector<SaveItem> items;
  for (uint32_t i = 0; i < 4; ++i) {
    items.push_back({"w" + std::to_string(i), {}, {}, {}, options.shard_count > 1 ? i : 0});
    items.back().source = std::make_shared<MeetingSource>(meeting);
  }
  const auto plan = plan_save(path, std::move(items), options);
  EXPECT_TRUE(is_ok(plan));
  EXPECT_TRUE(is_ok(execute(*plan)));
  return meeting.threads();
}

TEST(ThreadCounts, AreWhatASaveIsGiven) {
  SaveOptions options{.storage = make_memory_storage(), .shard_count = 4};
  options.threads = 1;
  EXPECT_EQ(threads_of_save("m", options, 1), Threads{std::this_thread::get_id()});
  options.threads = 3;
  EXPECT_EQ(threads_of_save("m", options, 3).size(), 3u);
}

TEST(ThreadCounts, AreWhatChecksumsInFrontOfTheDataAreGiven) {
  SaveOptions options{.storage = make_memory_storage()};
  options.threads = 1;
  EXPECT_EQ(threads_of_save("m.npz", options, 1), Threads{std::this_thread::get_id()});
  options.threads = 3;
  EXPECT_EQ(threads_of_save("m.npz", options, 3).size(), 3u);
}

TEST(ThreadCounts, AreWhatASalvageIsGiven) {
  const auto storage = std::make_shared<RecordingStorage>(make_memory_storage());
  std::vector<SaveItem> items;
  for (int i = 0; i < 64; ++i)
    items.push_back({"w" + std::to_string(i), counting_tensor({30000}), {}, {}, 0});
  const Checkpoint checkpoint = save_and_open(storage, "m", std::move(items));
  CopyOptions options;
  options.save.storage = storage;
  options.save.threads = 1;
  // Long enough for a second thread, if there were one, to take its part.
  options.save.progress = [](uint64_t, uint64_t) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return true;
  };
  storage->forget();
  EXPECT_TRUE(is_ok(plan_salvage(checkpoint, "saved", options)));
  EXPECT_EQ(storage->reading_threads(), Threads{std::this_thread::get_id()});
}

}  // namespace
}  // namespace holdall
