// Thousands of saves and loads, some of them of damaged files: memory, descriptors, threads,
// mappings and files stay what they were (docs/reliability.md, S1). Many models at once, some of
// them damaged: each has its own result (S2).
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "holdall/session.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

uint64_t count_entries(const std::string& directory) {
  return static_cast<uint64_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

// What the process holds.
struct Holdings {
  uint64_t resident_kib = 0;
  uint64_t descriptors = 0;
  uint64_t threads = 0;
  uint64_t mappings = 0;
  uint64_t files = 0;

  static Holdings now(const std::string& directory) {
    ::malloc_trim(0);
    Holdings holdings;
    uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    holdings.resident_kib = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
    holdings.descriptors = count_entries("/proc/self/fd");
    holdings.threads = count_entries("/proc/self/task");
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
      holdings.mappings += line.find(directory) != std::string::npos ? 1u : 0u;
    holdings.files = count_entries(directory);
    return holdings;
  }
};

class Soak : public testing::Test {
 protected:
  static std::vector<SaveItem> items(float first) {
    return {{"w", counting_tensor({300, 200}, first), {}, {}, 0},
            {"a name longer than small ones", counting_tensor({3}, first), {}, {}, 0}};
  }

  // A save over what is there, loads in each way, and one in five that fails.
  void cycle(uint64_t number) {
    constexpr IoMode kModes[] = {IoMode::kCopy, IoMode::kMap, IoMode::kMapCopy, IoMode::kDirect};
    const std::string path = directory_ / kNames[number % std::size(kNames)];
    const auto first = static_cast<float>(number % 1000);
    const auto plan = plan_save(path, items(first));
    ASSERT_TRUE(is_ok(execute(*plan)));
    Session session;
    const ReadOptions read{.io = kModes[number % std::size(kModes)]};
    ASSERT_TRUE(is_ok(session.load(path, {.scope = "s", .read = read})));
    ASSERT_EQ(*session.find("s/w"), counting_tensor({300, 200}, first));
    if (number % 5 != 0) return;
    damage(number);
    EXPECT_FALSE(session.load(directory_ / "bad", {.scope = "b", .read = read}).ok());
    EXPECT_FALSE(session.load(directory_ / "none", {.scope = "b"}).ok());
    EXPECT_FALSE(execute(*plan_save(directory_ / "bad/m", items(1))).ok());
  }

  // Index or data, cut or with other bytes.
  void damage(uint64_t number) const {
    const std::string copied = directory_ / "m";
    write_test_file(directory_ / "bad.index", read_test_file(copied + ".index"));
    std::string data;
    for (const std::string& name : directory_.names()) {
      if (name.starts_with("m.data-00000")) data = read_test_file(directory_ / name);
    }
    data[data.size() / 2] = static_cast<char>(data[data.size() / 2] ^ 1);
    if (number % 2 == 0) data.resize(data.size() / 3);
    for (const char* name : {"bad.data-00000-of-00001", "bad.data-00000-of-00002"})
      write_test_file(directory_ / name, data);
  }

  static constexpr const char* kNames[] = {"m", "m.safetensors", "m.npz"};
  const TempDirectory directory_;
};

TEST_F(Soak, HoldsNoMoreAfterManyCycles) {
  const uint64_t cycles = is_torture() ? 10'000 : 300;
  FailingCalls quick;
  write_test_file(directory_ / "bad", "a file where a directory is wanted");
  uint64_t number = 0;
  for (; number < cycles / 10 && !HasFailure(); ++number) cycle(number);
  const Holdings before = Holdings::now(directory_.path());
  for (; number < cycles && !HasFailure(); ++number) cycle(number);
  const Holdings after = Holdings::now(directory_.path());
  const uint64_t growth =
      after.resident_kib > before.resident_kib ? after.resident_kib - before.resident_kib : 0;
  if (can_count_allocations()) {
    EXPECT_LT(growth, 1024u) << "KiB";
  }
  EXPECT_EQ(after.descriptors, before.descriptors);
  EXPECT_EQ(after.threads, before.threads);
  EXPECT_EQ(after.mappings, before.mappings);
  EXPECT_EQ(after.files, before.files);
  print_figure("S1", {{"cycles", cycles},
                      {"growth in KiB", growth},
                      {"descriptors more", after.descriptors - before.descriptors},
                      {"mappings more", after.mappings - before.mappings},
                      {"files more", after.files - before.files}});
}

TEST(ManyModels, AreGoodBesideDamagedOnes) {
  constexpr int kModels = 64;
  const TempDirectory directory;
  const auto path_of = [&](int i) { return directory / ("m" + std::to_string(i)); };
  const auto expected = [](int i) { return counting_tensor({5000}, static_cast<float>(i)); };
  const auto is_bad = [](int i) { return i % 4 == 3; };
  for (int i = 0; i < kModels; ++i) {
    save_checkpoint(make_local_storage(), path_of(i), {{"w", expected(i), {}, {}, 0}},
                    {.durability = Durability::kAtomic});
    if (!is_bad(i)) continue;
    const std::string file = path_of(i) + (i % 8 == 3 ? ".index" : ".data-00000-of-00001");
    std::string bytes = read_test_file(file);
    bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 0x10);
    if (i % 16 == 7) bytes.resize(bytes.size() / 2);
    write_test_file(file, bytes);
  }
  uint64_t wrong = 0, errors = 0;
  Session session;
  std::vector<std::jthread> threads;
  std::vector<std::optional<Error>> failed(kModels);
  for (int i = 0; i < kModels; ++i) {
    threads.emplace_back([&, i] {
      const auto report = session.load(path_of(i), {.scope = "m" + std::to_string(i)});
      if (!report.ok()) failed[static_cast<size_t>(i)] = report.error();
    });
  }
  threads.clear();
  for (int i = 0; i < kModels; ++i) {
    SCOPED_TRACE(i);
    const std::string scope = "m" + std::to_string(i);
    const auto& error = failed[static_cast<size_t>(i)];
    errors += error ? 1u : 0u;
    EXPECT_EQ(error.has_value(), is_bad(i));
    const auto w = session.find(scope + "/w");
    if (is_bad(i)) {
      EXPECT_FALSE(w.has_value());
      EXPECT_TRUE(error && error->code == Code::kCorrupt && !error->place.file.empty());
    } else {
      wrong += w && *w == expected(i) ? 0u : 1u;
    }
  }
  EXPECT_EQ(wrong, 0u);
  print_figure("S2", {{"models", kModels}, {"errors", errors}, {"wrong", wrong}});
}

}  // namespace
}  // namespace holdall
