// Files that are cut at any byte, with sectors that are zero, exchanged or of an earlier save, with
// more behind them, or of two saves at once: one save or the other, or an error
// (docs/reliability.md, M2). Of the formats that have checksums.
#include <gtest/gtest.h>

#include <map>

#include "holdall/saver.h"
#include "support/bundle_files.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr int kTensors = 90;

struct Kind {
  const char* label;
  const char* name;
  const char* format;
  uint32_t shard_count;
};

const Kind kKinds[] = {{"tf_bundle", "m", "tf_bundle", 1},
                       {"sharded_tf_bundle", "m", "tf_bundle", 2},
                       {"tf_v1", "m", "tf_v1", 1},
                       {"npz", "m.npz", "npz", 1}};

// What a sector may be on its way to the device.
enum class Sector { kZero, kStale, kNext };

class SectorDamage : public testing::TestWithParam<Kind> {
 protected:
  using Files = std::map<std::string, std::string>;

  Files files_of_save(float first) const {
    const auto storage = make_memory_storage();
    std::vector<SaveItem> items;
    for (int i = 0; i < kTensors; ++i) {
      items.push_back({"layer/" + std::to_string(i) + "/a_name_of_usual_length",
                       counting_tensor({100}, first + static_cast<float>(i)),
                       {},
                       {},
                       static_cast<uint32_t>(i) % GetParam().shard_count});
    }
    SaveOptions options{.format = GetParam().format, .shard_count = GetParam().shard_count};
    options.update_state = false;
    save_checkpoint(storage, path_, std::move(items), options);
    Files files;
    for (const std::string& name : *storage->list_directory("d"))
      files[name] = read_file(*storage, "d/" + name);
    return files;
  }

  void put(const Files& files) {
    for (const auto& [name, bytes] : files) write_file(*storage_, "d/" + name, bytes);
  }

  // The number that the save began with, -1 for a mixture, 0 for an error.
  float what_is_there() const {
    const auto checkpoint = Checkpoint::open(path_, {storage_});
    if (!checkpoint.ok()) return 0;
    std::optional<float> first;
    int count = 0;
    for (const TensorInfo& info : checkpoint->catalog()) {
      if (info.problem) return 0;
      const auto tensor = checkpoint->read(info.name, {.threads = 1});
      if (!tensor.ok()) return 0;
      const std::string number = info.name.substr(6, info.name.find('/', 6) - 6);
      const float own = tensor->view<float>()->front() - std::stof(number);
      if (*tensor != counting_tensor({100}, own + std::stof(number))) return -1;
      if (first.value_or(own) != own) return -1;
      first = own;
      ++count;
    }
    return count == kTensors ? first.value_or(-1) : -1;
  }

  void check(const char* what, const std::string& name, uint64_t at) {
    ++points_;
    const float there = what_is_there();
    found_ += there == 0 ? 1u : 0u;
    const bool is_right = there == 0 || there == kFirst || there == kSecond;
    EXPECT_TRUE(is_right) << what << ", " << name << ", byte " << at << ": " << there;
    silent_ += is_right ? 0u : 1u;
  }

  static std::string with_sector(const std::string& bytes, const std::string& stale, size_t at,
                                 size_t size, Sector sector) {
    std::string damaged = bytes;
    size = std::min(size, bytes.size() - at);
    switch (sector) {
      case Sector::kZero: damaged.replace(at, size, size, '\0'); break;
      case Sector::kStale:
        if (at < stale.size())
          damaged.replace(at, std::min(size, stale.size() - at), stale, at, size);
        break;
      case Sector::kNext:
        if (at + 2 * size <= bytes.size()) {
          damaged.replace(at, size, bytes, at + size, size);
          damaged.replace(at + size, size, bytes, at, size);
        }
        break;
    }
    return damaged;
  }

  static constexpr float kFirst = 1000;
  static constexpr float kSecond = 5000;
  const std::string path_ = std::string("d/") + GetParam().name;
  const std::shared_ptr<Storage> storage_ = make_memory_storage();
  uint64_t points_ = 0;
  uint64_t found_ = 0;
  uint64_t silent_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, SectorDamage, testing::ValuesIn(kKinds),
                         [](const auto& param) { return std::string(param.param.label); });

TEST_P(SectorDamage, IsFoundOutOrWithoutEffect) {
  const Files files = files_of_save(kFirst);
  const Files stale = files_of_save(kSecond);
  put(files);
  ASSERT_EQ(what_is_there(), kFirst);
  for (const auto& [name, bytes] : files) {
    const std::string path = "d/" + name;
    for (size_t size = points_ % 13; size < bytes.size(); size += is_torture() ? 1u : 61u) {
      write_file(*storage_, path, std::string_view(bytes).substr(0, size));
      check("cut", name, size);
    }
    for (const size_t sector_bytes : {512u, 4096u}) {
      for (const Sector sector : {Sector::kZero, Sector::kStale, Sector::kNext}) {
        for (size_t at = 0; at < bytes.size(); at += sector_bytes) {
          write_file(*storage_, path, with_sector(bytes, stale.at(name), at, sector_bytes, sector));
          check("sector", name, at);
        }
      }
    }
    for (const size_t size : {1u, 48u, 512u, 4096u}) {
      write_file(*storage_, path, bytes + std::string(size, '\0'));
      check("zeros behind", name, size);
      write_file(*storage_, path,
                 bytes + bytes.substr(bytes.size() - std::min(size, bytes.size())));
      check("junk behind", name, size);
    }
    write_file(*storage_, path, bytes);
  }
  EXPECT_GT(found_, points_ / 2);
  print_figure("M2", {{"points", points_}, {"found out", found_}, {"silent", silent_}});
}

// Every choice of files of one save and files of the other.
TEST_P(SectorDamage, IsNoMixtureWhereFilesAreOfTwoSaves) {
  const Files first = files_of_save(kFirst);
  const Files second = files_of_save(kSecond);
  for (size_t choice = 0; choice < (size_t{1} << first.size()); ++choice) {
    size_t i = 0;
    for (const auto& [name, bytes] : first)
      write_file(*storage_, "d/" + name, (choice >> i++ & 1) == 0 ? bytes : second.at(name));
    check("files", "", choice);
    const bool is_whole = choice == 0 || choice + 1 == size_t{1} << first.size();
    EXPECT_EQ(what_is_there() != 0, is_whole);
  }
  print_figure("M2", {{"points", points_}, {"found out", found_}, {"silent", silent_}});
}

}  // namespace
}  // namespace holdall
