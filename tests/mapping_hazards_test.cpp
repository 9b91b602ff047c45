// What becomes of a file while it is mapped, in every way its bytes can come in: an error or right
// bytes, and never the end of the process (docs/reliability.md, H).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "holdall/session.h"
#include "saver/tensor_windows.h"
#include "support/bundle_files.h"
#include "support/failing_calls.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

constexpr IoMode kModes[] = {IoMode::kAuto, IoMode::kMap, IoMode::kMapCopy, IoMode::kCopy,
                             IoMode::kDirect};
constexpr int64_t kCount = 300'000;
const std::string kData = ".data-00000-of-00001";

void cut(const std::string& path) {
  fs::resize_file(path, 100);
}
void cut_and_regrow(const std::string& path) {
  const auto size_bytes = fs::file_size(path);
  fs::resize_file(path, 100);
  fs::resize_file(path, size_bytes);
}
void append_to(const std::string& path) {
  std::ofstream(path, std::ios::app) << "more";
}
void overwrite(const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-1000, std::ios::end);
  file << "other bytes";
}
void remove(const std::string& path) {
  fs::remove(path);
}
void replace(const std::string& path) {
  write_test_file(path + "x", std::string(200, 'x'));
  fs::rename(path + "x", path);
}

struct Hazard {
  const char* label;
  void (*happen)(const std::string&);
  bool keeps_bytes;  // for those who have the file open
};
constexpr Hazard kHazards[] = {
    {"cut", cut, false},         {"cut_and_regrow", cut_and_regrow, false},
    {"append", append_to, true}, {"overwrite", overwrite, false},
    {"remove", remove, true},    {"replace", replace, true}};

class MappingHazards : public testing::TestWithParam<Hazard> {
 protected:
  // Always under the same file names.
  void begin() {
    save_checkpoint(make_local_storage(), path_, {{"w", expected_, {}, {}, 0}},
                    {.durability = Durability::kNone});
  }

  const TempDirectory directory_;
  const std::string path_ = directory_ / "m";
  const Tensor expected_ = counting_tensor({kCount});
};

INSTANTIATE_TEST_SUITE_P(All, MappingHazards, testing::ValuesIn(kHazards),
                         [](const auto& param) { return std::string(param.param.label); });

// Before the first byte is read, and between any two calls that ask for bytes.
TEST_P(MappingHazards, GiveAnErrorOrTheRightBytes) {
  uint64_t points = 0;
  for (const IoMode io : kModes) {
    bool has_happened = true;
    for (uint64_t at = 0; has_happened; ++at) {
      SCOPED_TRACE(testing::Message() << io_mode_name(io) << ", call " << at);
      begin();
      const auto checkpoint = Checkpoint::open(path_);
      ASSERT_TRUE(is_ok(checkpoint));
      Result<Tensor> tensor = Error();
      has_happened = false;
      {
        FailingCalls calls;
        calls.run_at(at, false, [&] {
          has_happened = true;
          GetParam().happen(path_ + kData);
        });
        tensor = checkpoint->read("w", {.io = io, .threads = 1});
      }
      ++points;
      if (tensor.ok()) {
        // What is mapped is only looked at where that cannot end the process.
        const bool is_cut_now = !GetParam().keeps_bytes && io != IoMode::kCopy;
        if (has_happened && is_cut_now && io != IoMode::kDirect && io != IoMode::kMapCopy) continue;
        EXPECT_EQ(*tensor, expected_);
        continue;
      }
      const Code code = tensor.error().code;
      EXPECT_TRUE(code == Code::kIo || code == Code::kCorrupt || code == Code::kNotFound)
          << tensor.error().to_string();
    }
  }
  print_figure("H", {{"points", points}, {"signals", 0}});
}

// The first bytes are there, and while the rest is read the file changes.
TEST_P(MappingHazards, GiveAnErrorOrTheRightBytesInTheMiddle) {
  for (const IoMode io : kModes) {
    SCOPED_TRACE(testing::Message() << io_mode_name(io));
    begin();
    std::vector<SaveItem> items;
    for (int i = 0; i < 40; ++i)
      items.push_back({"w" + std::to_string(10 + i), expected_, {}, {}, 0});
    save_checkpoint(make_local_storage(), path_, std::move(items),
                    {.durability = Durability::kNone});
    const auto checkpoint = Checkpoint::open(path_);
    std::vector<std::string> names;
    ReadOptions options{.io = io, .threads = 1};
    bool has_happened = false;
    options.progress = [&](uint64_t done, uint64_t) {
      if (done > 0 && !std::exchange(has_happened, true)) GetParam().happen(path_ + kData);
      return true;
    };
    Session session;
    const auto report = session.load(path_, {.read = options});
    EXPECT_TRUE(has_happened);
    if (GetParam().keeps_bytes) {
      ASSERT_TRUE(is_ok(report));
      EXPECT_EQ(*session.find("w49"), expected_);
    } else {
      EXPECT_FALSE(report.ok());
    }
  }
}

TEST_P(MappingHazards, AreToldByWindows) {
  begin();
  const auto checkpoint = Checkpoint::open(path_);
  const TensorInfo& info = *checkpoint->catalog().find("w");
  auto windows = TensorWindows::open(*checkpoint, info, {.window_bytes = 100'000});
  ASSERT_TRUE(is_ok(windows));
  std::string bytes;
  Status status;
  for (bool is_first = true; status.ok(); is_first = false) {
    auto window = windows->next();
    if (!window.ok()) status = window.error();
    if (!window.ok() || !*window) break;
    bytes += std::string(reinterpret_cast<const char*>((**window).bytes.data()),
                         (**window).bytes.size());
    if (is_first) GetParam().happen(path_ + kData);
  }
  const bool is_cut = GetParam().happen == cut;
  if (GetParam().keeps_bytes) {
    ASSERT_TRUE(is_ok(status));
    EXPECT_TRUE(bytes == std::string(reinterpret_cast<const char*>(expected_.bytes().data()),
                                     expected_.bytes().size()));
  } else if (is_cut) {
    EXPECT_TRUE(fails(status, Code::kIo, {"m.data", "somebody cut it meanwhile"}));
    EXPECT_EQ(status.error().reason, reason::kChangedWhileReading);
  } else {
    EXPECT_EQ(status.error().reason, reason::kChecksum) << status.error().to_string();
  }
}

// Where the mapping itself is summed or copied from.
TEST(MappingHazardsOfOneRead, AreToldAsAChangeWhileReading) {
  const TempDirectory directory;
  for (const IoMode io : {IoMode::kMap, IoMode::kMapCopy}) {
    save_checkpoint(make_local_storage(), directory / "m",
                    {{"w", counting_tensor({kCount}), {}, {}, 0}},
                    {.durability = Durability::kNone});
    const auto checkpoint = *Checkpoint::open(directory / "m");
    FailingCalls calls;
    calls.run_after("mmap", [&] { cut(directory / "m" + kData); });
    const auto tensor = checkpoint.read("w", {.io = io, .threads = 1});
    ASSERT_TRUE(fails(tensor, Code::kIo, {"m.data-00000-of-00001", "'w'", "was cut while"}));
    EXPECT_EQ(tensor.error().reason, reason::kChangedWhileReading);
  }
}

// The file is replaced, so that the mapping keeps the old one (fact 10 of the first design).
TEST(MappingHazardsOfOneRead, AreNoneWhereOneSavesOverWhatOneHasMapped) {
  const TempDirectory directory;
  for (const std::string name : {"m", "m.safetensors", "m.npz"}) {
    const Tensor first = counting_tensor({kCount});
    save_checkpoint(make_local_storage(), directory / name, {{"w", first, {}, {}, 0}});
    for (int i = 0; i < 3; ++i) {
      Session session;
      ASSERT_TRUE(is_ok(session.load(directory / name, {.read = {.io = IoMode::kMap}})));
      ASSERT_TRUE(is_ok(session.save(directory / name)));
      EXPECT_EQ(*session.find("w"), first);
    }
    EXPECT_EQ(*Checkpoint::open(directory / name)->read("w"), first) << name;
  }
}

}  // namespace
}  // namespace holdall
