// What every storage promises, over all of them.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <ostream>
#include <random>
#include <thread>

#include "storage/faulty_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

struct StorageKind {
  std::string name;
  std::function<std::shared_ptr<Storage>()> make;
};

void PrintTo(const StorageKind& kind, std::ostream* out) {
  *out << kind.name;
}

std::shared_ptr<Storage> make_faultless(std::shared_ptr<Storage> inner) {
  return std::make_shared<FaultyStorage>(std::move(inner), std::make_shared<FaultPlan>());
}

const StorageKind kKinds[] = {
    {"local", &make_local_storage},
    {"memory", &make_memory_storage},
    {"faulty_local", [] { return make_faultless(make_local_storage()); }},
    {"faulty_memory", [] { return make_faultless(make_memory_storage()); }},
};

// A storage with an empty directory in it.
class StorageConformance : public testing::TestWithParam<StorageKind> {
 protected:
  void SetUp() override {
    storage_ = GetParam().make();
    ASSERT_TRUE(is_ok(storage_->make_directories(directory_.path())));
  }

  std::string path(std::string_view name) const { return directory_ / name; }
  std::vector<std::string> names() const { return *storage_->list_directory(directory_.path()); }

  TempDirectory directory_;
  std::shared_ptr<Storage> storage_;
};

INSTANTIATE_TEST_SUITE_P(All, StorageConformance, testing::ValuesIn(kKinds),
                         [](const auto& param) { return param.param.name; });

std::string random_text(uint64_t seed, size_t size_bytes) {
  std::mt19937_64 random(seed);
  std::string text(size_bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

Status append_text(Writer& writer, std::string_view text) {
  return writer.append(std::as_bytes(std::span(text.data(), text.size())));
}

TEST_P(StorageConformance, GivesBackWhatWasWritten) {
  for (const size_t size_bytes : {size_t{0}, size_t{1}, size_t{4096}, size_t{3'000'001}}) {
    const std::string text = random_text(size_bytes, size_bytes);
    write_file(*storage_, path("f"), text);
    EXPECT_EQ(read_file(*storage_, path("f")), text) << size_bytes;
  }
}

TEST_P(StorageConformance, KeepsTheOrderOfSmallAndLargeAppends) {
  auto writer = *storage_->open_writer(path("f"));
  std::string expected;
  for (size_t i = 0; i < 60; ++i) {
    const std::string piece = random_text(i, i % 7 == 0 ? 300'000 + i : i * i);
    ASSERT_TRUE(is_ok(append_text(*writer, piece)));
    expected += piece;
  }
  ASSERT_TRUE(is_ok(writer->close(Durability::kDurable)));
  ASSERT_TRUE(is_ok(writer->publish()));
  EXPECT_EQ(read_file(*storage_, path("f")), expected);
}

TEST_P(StorageConformance, ShowsAFileOnceItIsPublished) {
  auto writer = *storage_->open_writer(path("f"));
  EXPECT_TRUE(fails(storage_->open_reader(path("f")), Code::kNotFound));
  ASSERT_TRUE(is_ok(append_text(*writer, "text")));
  ASSERT_TRUE(is_ok(writer->close(Durability::kAtomic)));
  EXPECT_TRUE(fails(storage_->open_reader(path("f")), Code::kNotFound));
  ASSERT_TRUE(is_ok(writer->publish()));
  EXPECT_EQ(read_file(*storage_, path("f")), "text");
  writer.reset();
  EXPECT_EQ(names(), std::vector<std::string>{"f"});
}

TEST_P(StorageConformance, LeavesNothingOfAWriterThatIsGivenUp) {
  { auto opened = *storage_->open_writer(path("f")); }
  {
    auto written = *storage_->open_writer(path("f"));
    ASSERT_TRUE(is_ok(append_text(*written, random_text(1, 1'000'000))));
  }
  {
    auto closed = *storage_->open_writer(path("f"));
    ASSERT_TRUE(is_ok(closed->close(Durability::kAtomic)));
  }
  EXPECT_TRUE(names().empty());
}

TEST_P(StorageConformance, ReplacesAFileThatIsOpen) {
  write_file(*storage_, path("f"), "old text");
  const auto reader = *storage_->open_reader(path("f"));
  write_file(*storage_, path("f"), "new");
  EXPECT_EQ(reader->size_bytes(), 8u);
  std::string text(8, ' ');
  ASSERT_TRUE(is_ok(reader->read_exact(0, std::as_writable_bytes(std::span(text)))));
  EXPECT_EQ(text, "old text");
  ASSERT_TRUE(is_ok(storage_->remove(path("f"))));
  ASSERT_TRUE(is_ok(reader->read_exact(4, std::as_writable_bytes(std::span(text)).first(4))));
  EXPECT_EQ(text, "texttext");
  EXPECT_TRUE(fails(storage_->open_reader(path("f")), Code::kNotFound));
}

TEST_P(StorageConformance, KeepsWritersOfOnePathApart) {
  auto first = *storage_->open_writer(path("f"));
  auto second = *storage_->open_writer(path("f"));
  ASSERT_TRUE(is_ok(append_text(*first, "first")));
  ASSERT_TRUE(is_ok(append_text(*second, "second")));
  ASSERT_TRUE(is_ok(second->close(Durability::kAtomic)));
  ASSERT_TRUE(is_ok(second->publish()));
  ASSERT_TRUE(is_ok(append_text(*first, "!")));
  ASSERT_TRUE(is_ok(first->close(Durability::kAtomic)));
  EXPECT_EQ(read_file(*storage_, path("f")), "second");
  ASSERT_TRUE(is_ok(first->publish()));
  EXPECT_EQ(read_file(*storage_, path("f")), "first!");
}

TEST_P(StorageConformance, SaysWhichFileIsMissing) {
  const auto reader = storage_->open_reader(path("f"));
  EXPECT_TRUE(fails(reader, Code::kNotFound));
  EXPECT_EQ(reader.error().reason, reason::kMissingFile);
  EXPECT_EQ(reader.error().place.file, path("f"));
  const auto writer = storage_->open_writer(path("no/f"));
  EXPECT_TRUE(fails(writer, Code::kNotFound));
  EXPECT_EQ(writer.error().place.file, path("no/f"));
  const auto list = storage_->list_directory(path("no"));
  EXPECT_TRUE(fails(list, Code::kNotFound));
  EXPECT_EQ(list.error().place.file, path("no"));
}

TEST_P(StorageConformance, RefusesADirectoryInPlaceOfAFile) {
  ASSERT_TRUE(is_ok(storage_->make_directories(path("d"))));
  const auto reader = storage_->open_reader(path("d"));
  EXPECT_TRUE(fails(reader, Code::kInvalidArgument, {"this is a directory"}));
  EXPECT_EQ(reader.error().place.file, path("d"));
  auto writer = *storage_->open_writer(path("d"));
  ASSERT_TRUE(is_ok(writer->close(Durability::kAtomic)));
  EXPECT_TRUE(fails(writer->publish(), Code::kInvalidArgument));
  writer.reset();
  EXPECT_EQ(names(), std::vector<std::string>{"d"});
  EXPECT_TRUE(storage_->is_directory(path("d")));
}

TEST_P(StorageConformance, RefusesAFileInPlaceOfADirectory) {
  write_file(*storage_, path("f"), "text");
  EXPECT_TRUE(fails(storage_->make_directories(path("f")), Code::kInvalidArgument,
                    {"a file has its name"}));
  EXPECT_FALSE(storage_->make_directories(path("f/d")).ok());
  EXPECT_TRUE(fails(storage_->open_writer(path("f/g")), Code::kNotFound));
  EXPECT_TRUE(fails(storage_->open_reader(path("f/g")), Code::kNotFound));
  EXPECT_TRUE(fails(storage_->list_directory(path("f")), Code::kNotFound));
  EXPECT_EQ(read_file(*storage_, path("f")), "text");
}

TEST_P(StorageConformance, ReadsAnyPartOfAFile) {
  const std::string text = random_text(3, 100'000);
  write_file(*storage_, path("f"), text);
  const auto reader = *storage_->open_reader(path("f"));
  std::mt19937_64 random(4);
  for (int i = 0; i < 200; ++i) {
    const uint64_t offset = random() % text.size();
    std::string part(random() % (text.size() - offset + 1), '\0');
    ASSERT_TRUE(is_ok(reader->read_exact(offset, std::as_writable_bytes(std::span(part)))));
    ASSERT_EQ(part, text.substr(offset, part.size()));
  }
}

TEST_P(StorageConformance, GivesNothingPastTheEnd) {
  write_file(*storage_, path("f"), "12345678");
  const auto reader = *storage_->open_reader(path("f"));
  std::array<std::byte, 16> bytes;
  EXPECT_EQ(*reader->read_some(6, bytes), 2u);
  for (const uint64_t offset : {uint64_t{8}, uint64_t{9}, uint64_t{1} << 62, UINT64_MAX - 20}) {
    EXPECT_EQ(*reader->read_some(offset, bytes), 0u) << offset;
  }
  const auto status = reader->read_exact(6, bytes);
  EXPECT_TRUE(
      fails(status, Code::kCorrupt, {"16 bytes are wanted at byte 6, the file ends at byte 8"}));
  EXPECT_EQ(status.error().reason, reason::kCutShort);
  EXPECT_TRUE(is_ok(reader->read_exact(8, {})));
}

TEST_P(StorageConformance, MapsTheWholeFileOrNothing) {
  const std::string text = random_text(5, 10'000);
  write_file(*storage_, path("f"), text);
  auto reader = *storage_->open_reader(path("f"));
  const auto mapping = reader->map();
  if (GetParam().name.starts_with("faulty")) {
    EXPECT_EQ(mapping, nullptr);
    return;
  }
  ASSERT_NE(mapping, nullptr);
  EXPECT_EQ(reader->map(), mapping);
  write_file(*storage_, path("f"), "other");
  ASSERT_TRUE(is_ok(storage_->remove(path("f"))));
  reader.reset();
  storage_.reset();
  EXPECT_EQ(std::memcmp(mapping.get(), text.data(), text.size()), 0);
}

TEST_P(StorageConformance, MapsNoEmptyFile) {
  write_file(*storage_, path("f"), "");
  EXPECT_EQ((*storage_->open_reader(path("f")))->map(), nullptr);
}

TEST_P(StorageConformance, MakesDirectoriesWithTheirParents) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(is_ok(storage_->make_directories(path("a/b/c/"))));
  EXPECT_TRUE(storage_->is_directory(path("a/b/c")));
  EXPECT_TRUE(storage_->is_directory(path("a/b/c/")));
  EXPECT_TRUE(storage_->is_directory(path("a")));
  EXPECT_FALSE(storage_->is_directory(path("b")));
  EXPECT_TRUE(is_ok(storage_->make_directories("")));
  EXPECT_TRUE(storage_->is_directory(""));
  EXPECT_TRUE(is_ok(storage_->sync_directory(path("a/b"))));
  write_file(*storage_, path("a/b/c/f"), "x");
  EXPECT_EQ(*storage_->list_directory(path("a/b/c/")), std::vector<std::string>{"f"});
  EXPECT_FALSE(storage_->is_directory(path("a/b/c/f")));
}

TEST_P(StorageConformance, ListsNamesInOrder) {
  for (const std::string_view name : {"b", "a", "é", "B"}) write_file(*storage_, path(name), "");
  ASSERT_TRUE(is_ok(storage_->make_directories(path("ab/inner"))));
  EXPECT_EQ(names(), (std::vector<std::string>{"B", "a", "ab", "b", "é"}));
}

TEST_P(StorageConformance, TakesOddNamesAsTheyAre) {
  for (const std::string_view name :
       {" ", "a b", "*", "[x]", "?", "\n", "-", "\xff", "a\\b", "...", "{}"}) {
    write_file(*storage_, path(name), name);
    EXPECT_EQ(read_file(*storage_, path(name)), name);
  }
  EXPECT_EQ(names().size(), 11u);
}

TEST_P(StorageConformance, TakesEverySpellingOfAPath) {
  write_file(*storage_, path("d/f"), "text");
  EXPECT_EQ(read_file(*storage_, path("d//f")), "text");
  EXPECT_EQ(read_file(*storage_, path("./d/./f")), "text");
  EXPECT_TRUE(storage_->is_directory(path("d/.")));
  write_file(*storage_, path("d/./g"), "more");
  EXPECT_EQ(read_file(*storage_, path("d/g")), "more");
}

TEST_P(StorageConformance, RemovesFilesThatAreThereAndThatAreNot) {
  write_file(*storage_, path("f"), "x");
  ASSERT_TRUE(is_ok(storage_->remove(path("f"))));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(is_ok(storage_->remove(path("f"))));
  EXPECT_TRUE(is_ok(storage_->remove(path("no/f"))));
  write_file(*storage_, path("f"), "x");
  EXPECT_TRUE(is_ok(storage_->remove(path("f/g"))));
  EXPECT_EQ(names(), std::vector<std::string>{"f"});
}

TEST_P(StorageConformance, ServesManyThreads) {
  const std::string text = random_text(6, 50'000);
  write_file(*storage_, path("f"), text);
  const std::shared_ptr<const Reader> reader = *storage_->open_reader(path("f"));
  std::atomic<int> failures = 0;
  const auto work = [&](size_t thread) {
    for (size_t i = 0; i < 50; ++i) {
      std::string part(997, '\0');
      const size_t offset = (thread * 5000 + i * 101) % (text.size() - part.size());
      const bool is_read = reader->read_exact(offset, std::as_writable_bytes(std::span(part))).ok();
      if (!is_read || text.compare(offset, part.size(), part) != 0) ++failures;
      write_file(*storage_, path(std::to_string(thread)), part);
      if (read_file(*storage_, path(std::to_string(thread))) != part) ++failures;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t thread = 0; thread < 4; ++thread) threads.emplace_back(work, thread);
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace holdall
