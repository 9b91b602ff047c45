// Every single bit of small checkpoints of every format, turned over: found out, or without effect
// (docs/reliability.md, M1). What no checksum covers is counted apart, and never taken for covered.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "holdall/checkpoint.h"
#include "support/figures.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

namespace fs = std::filesystem;

// All that a reader gets of a checkpoint.
struct Content {
  std::map<std::string, Tensor> tensors;
  std::set<std::string> problems;  // names of those that the catalog says cannot be read
  bool operator==(const Content&) const = default;
};

// None: something was found out.
std::optional<Content> read_all(const std::shared_ptr<Storage>& storage, const std::string& path) {
  const auto checkpoint = Checkpoint::open(path, {storage});
  if (!checkpoint.ok()) return std::nullopt;
  Content content;
  for (const TensorInfo& info : checkpoint->catalog()) {
    if (info.problem) {
      content.problems.insert(info.name);
      continue;
    }
    auto tensor = checkpoint->read(info.name, {.threads = 1});
    if (!tensor.ok()) return std::nullopt;
    content.tensors.emplace(info.name, *std::move(tensor));
  }
  return content;
}

struct Corpus {
  const char* label;
  const char* directory;
  bool has_checksums;
  const char* suffix;  // of what a checkpoint is opened by, which goes for "" of its path
};

// Larger files are left out: what a bit costs grows with the file, and so does how many there are.
constexpr uint64_t kMostBytes = 16 << 10;
constexpr uint64_t kMostTorturedBytes = 32 << 10;

const Corpus kCorpora[] = {
    {"tf_bundle", "src/formats/tf_bundle/testdata/good", true, ".index"},
    {"tf_v1", "src/formats/tf_v1/testdata", true, ""},
    {"npz", "src/formats/npz/testdata", true, ".npz"},
    {"npy", "src/formats/npz/testdata", false, ".npy"},
    {"safetensors", "src/formats/safetensors/testdata", false, ".safetensors"},
};

class BitFlips : public testing::TestWithParam<Corpus> {
 protected:
  // The checkpoints of the corpus, by what they are opened by.
  std::vector<std::string> checkpoints() const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(source_path(GetParam().directory))) {
      const std::string path = entry.path().string();
      const std::string_view suffix = GetParam().suffix;
      if (!entry.is_regular_file() || !path.ends_with(suffix)) continue;
      const bool is_other = path.ends_with(".md") || path.ends_with(".json") ||
                            base_name_of(path) == "checkpoint" || path.ends_with(".meta");
      const bool is_part = suffix == ".safetensors" && path.find("-of-") != std::string::npos;
      if (is_other || is_part) continue;
      const size_t kept = suffix == ".index" ? path.size() - suffix.size() : path.size();
      paths.push_back(path.substr(0, kept));
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  // A checkpoint's files in memory.
  std::shared_ptr<Storage> copy(const std::string& path, std::vector<std::string>& files) const {
    auto storage = make_memory_storage();
    for (const auto& entry : fs::directory_iterator(directory_of(path))) {
      const std::string file = entry.path().string();
      const bool is_of_it = file == path || file.starts_with(path + ".");
      if (!entry.is_regular_file() || !is_of_it || file.ends_with(".meta")) continue;
      write_file(*storage, file, read_test_file(file));
      files.push_back(file);
    }
    return storage;
  }

  // Every bit, or one of some, of one file; `step` a prime.
  void flip(const std::shared_ptr<Storage>& storage, const std::string& path,
            const std::string& file, const Content& content, size_t step) {
    const std::string bytes = read_file(*storage, file);
    for (size_t bit = points_ % step; bit < 8 * bytes.size(); bit += step) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      write_file(*storage, file, damaged);
      const auto now = read_all(storage, path);
      ++points_;
      if (!now || now->problems != content.problems) {
        ++found_;
      } else if (*now == content) {
        ++without_effect_;
      } else {
        ++silent_;
        EXPECT_FALSE(GetParam().has_checksums)
            << "bit " << bit % 8 << " of byte " << bit / 8 << " of " << file;
      }
    }
    write_file(*storage, file, bytes);
  }

  uint64_t points_ = 0;
  uint64_t found_ = 0;
  uint64_t without_effect_ = 0;
  uint64_t silent_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, BitFlips, testing::ValuesIn(kCorpora),
                         [](const auto& param) { return std::string(param.param.label); });

TEST_P(BitFlips, AreFoundOutOrWithoutEffect) {
  uint64_t file_count = 0;
  for (const std::string& path : checkpoints()) {
    std::vector<std::string> files;
    const auto storage = copy(path, files);
    const auto content = read_all(storage, path);
    if (!content) continue;  // of those that are damaged, or need what lies elsewhere
    for (const std::string& file : files) {
      const size_t size_bytes = read_file(*storage, file).size();
      if (size_bytes > (is_torture() ? kMostTorturedBytes : kMostBytes)) continue;
      ++file_count;
      // What one bit costs grows with the file, in the short form.
      const size_t step = is_torture() ? 1 : (size_bytes < 512 ? 7 : 211);
      flip(storage, path, file, *content, step);
    }
  }
  EXPECT_GT(file_count, 0u);
  EXPECT_GT(found_, points_ / 20);
  if (GetParam().has_checksums) {
    EXPECT_EQ(silent_, 0u);
    print_figure("M1", {{"files", file_count},
                        {"bits", points_},
                        {"found out", found_},
                        {"without effect", without_effect_},
                        {"silent", silent_}});
  } else {
    print_figure("M1",
                 {{"bits without a checksum", points_}, {"of them changed a value", silent_}});
  }
}

}  // namespace
}  // namespace holdall
