// What every format that can write promises, over all of them: what is saved is read back, and what
// is damaged is refused or read right, with no more memory than the files justify.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "formats/format.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

using Items = std::vector<SaveItem>;

SaveItem whole(std::string name, Tensor tensor) {
  return {std::move(name), std::move(tensor), {}, {}, 0};
}

// Whether the format can hold these. What it cannot hold it must refuse as that and nothing else.
bool can_save(const std::string& format, Items items, SaveOptions options = {}) {
  const std::string name = items[0].name;
  options.format = format;
  options.storage = make_memory_storage();
  const auto plan = plan_save("m", std::move(items), options);
  if (!plan.ok()) {
    EXPECT_TRUE(is_error(plan.error(), Code::kUnsupported));
    EXPECT_TRUE(plan.error().place.tensor.empty() || plan.error().place.tensor == name);
  }
  return plan.ok();
}

// Those that can write more than one tensor.
std::vector<std::string> writable_formats() {
  std::vector<std::string> names;
  for (const Format* format : all_formats()) {
    const std::string name = format->info().name;
    if (!format->info().can_write) continue;
    if (can_save(name, {whole("a", Tensor()), whole("b", Tensor())})) names.push_back(name);
  }
  return names;
}

class FormatConformance : public testing::TestWithParam<std::string> {
 protected:
  Checkpoint save(Items items, SaveOptions options = {}) {
    options.format = GetParam();
    options.update_state = false;
    return save_and_open(storage_, "m", std::move(items), std::move(options));
  }

  // Those that the format can hold.
  static Items storable(const Items& items, const SaveOptions& options = {}) {
    Items some;
    for (const SaveItem& item : items) {
      if (can_save(GetParam(), {item}, options)) some.push_back(item);
    }
    return some;
  }

  // Saves what the format can hold, and reads all that was saved.
  void expect_round_trip(const Items& all, const SaveOptions& options = {}) {
    const Items items = storable(all, options);
    if (items.empty()) return;
    const Checkpoint checkpoint = save(items, options);
    EXPECT_EQ(checkpoint.catalog().format(), GetParam());
    EXPECT_EQ(checkpoint.path(), checkpoint.catalog().path());
    for (const SaveItem& item : items) {
      for (const IoMode io : {IoMode::kCopy, IoMode::kMap}) {
        const auto tensor = item.box ? checkpoint.read_box(item.name, *item.box, {.io = io})
                                     : checkpoint.read(item.name, {.io = io});
        ASSERT_TRUE(is_ok(tensor));
        EXPECT_EQ(*tensor, item.tensor) << item.name;
      }
    }
  }

  // The bytes of each file that there is.
  std::map<std::string, std::string> read_files() const {
    std::map<std::string, std::string> files;
    const std::vector<std::string> names = *storage_->list_directory("");
    for (const std::string& name : names) files[name] = read_file(*storage_, name);
    return files;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

INSTANTIATE_TEST_SUITE_P(All, FormatConformance, testing::ValuesIn(writable_formats()),
                         [](const auto& param) { return param.param; });

Tensor random_words(std::mt19937_64& random, const Shape& shape) {
  std::vector<std::string> words(*shape.element_count());
  for (std::string& word : words) {
    word.resize(random() % 8 == 0 ? 300 : random() % 6);
    for (char& c : word) c = static_cast<char>(random());
  }
  return strings_tensor(shape, {words.begin(), words.end()});
}

Tensor random_value(std::mt19937_64& random, DType dtype, const Shape& shape) {
  return dtype == DType::kString ? random_words(random, shape)
                                 : random_tensor(random, dtype, shape);
}

TEST_P(FormatConformance, RoundTripsEveryDTypeInEveryShape) {
  std::mt19937_64 random(1);
  Items items;
  for (const DType dtype : storable_dtypes()) {
    for (const Shape& shape : {Shape({}), Shape({1}), Shape({7}), Shape({2, 3, 4}), Shape({0}),
                               Shape({3, 0, 2}), Shape({1, 1, 1, 1, 1, 1, 1, 2, 1})}) {
      items.push_back(whole(std::string(dtype_name(dtype)) + shape.to_string(),
                            random_value(random, dtype, shape)));
    }
  }
  std::shuffle(items.begin(), items.end(), random);
  // Every format has at least the dtypes that all libraries have.
  EXPECT_GE(storable(items).size(), 12u * 7u);
  expect_round_trip(items);
  expect_round_trip(items, {.byte_order = ByteOrder::kBig});
  expect_round_trip(items, {.alignment = 64});
  expect_round_trip(items, {.compress_index = true});
  expect_round_trip(items, {.compress = true});
}

TEST_P(FormatConformance, RoundTripsAnyName) {
  Items items;
  for (const std::string& name :
       {std::string(65536, 'n'), std::string("é"), std::string("模型/权重"),
        std::string("\xff\xfe"), std::string("a\0b", 3), std::string("\0", 1),
        std::string("\0\1", 2), std::string(" "), std::string("a//b"), std::string("/"),
        std::string("../x"), std::string("'\"\\\n"), std::string("\x7f"), std::string("%s{}")}) {
    items.push_back(whole(name, counting_tensor({1}, static_cast<float>(items.size()))));
  }
  EXPECT_GE(storable(items).size(), 8u);
  expect_round_trip(items);
}

TEST_P(FormatConformance, RoundTripsNoTensors) {
  EXPECT_EQ(save({}).catalog().count(), 0u);
}

TEST_P(FormatConformance, RoundTripsVeryManyTensors) {
  Items items;
  for (int i = 0; i < 20'000; ++i) {
    items.push_back(whole("layer_" + std::to_string(i) + "/weights",
                          counting_tensor({1}, static_cast<float>(i))));
  }
  const Checkpoint checkpoint = save(items);
  EXPECT_EQ(checkpoint.catalog().count(), items.size());
  for (size_t i = 0; i < items.size(); i += 997) {
    EXPECT_EQ(*checkpoint.read(items[i].name), items[i].tensor);
  }
}

TEST_P(FormatConformance, WritesEqualBytesForEqualTensors) {
  std::mt19937_64 random(2);
  const Items items = storable({whole("a", random_words(random, {5})),
                                whole("b", random_tensor(random, DType::kF64, {100'000})),
                                whole("c", random_tensor(random, DType::kI32, {3}))});
  save(items);
  const std::map<std::string, std::string> first = read_files();
  for (const auto& [name, bytes] : first) ASSERT_TRUE(is_ok(storage_->remove(name)));
  save(items);
  for (const auto& [name, bytes] : first) EXPECT_EQ(read_file(*storage_, name), bytes) << name;
}

TEST_P(FormatConformance, RefusesNamesThatOccurTwice) {
  EXPECT_TRUE(fails(plan_save("m", {whole("a", Tensor()), whole("a", Tensor())},
                              {.format = GetParam(), .storage = storage_}),
                    Code::kInvalidArgument, {"m: tensor 'a': "}));
}

// Cuts a tensor along its first two axes.
Items parts_of(const std::string& name, const Tensor& tensor, uint32_t shard_count) {
  Items items;
  for (const auto& [first_row, row_count] :
       std::vector<std::pair<int64_t, int64_t>>{{0, 1}, {1, 3}, {4, 2}}) {
    for (const auto& [first_column, column_count] :
         std::vector<std::pair<int64_t, int64_t>>{{0, 2}, {2, 3}}) {
      const Box box{{first_row, first_column}, {row_count, column_count}};
      const auto shard = static_cast<uint32_t>(items.size()) % shard_count;
      items.push_back({name, cut_out(tensor, box), box, tensor.shape(), shard});
    }
  }
  return items;
}

SaveItem part_of_one() {
  return {"part", counting_tensor({1}), Box{{1}, {1}}, Shape({3}), 0};
}

TEST_P(FormatConformance, SavesItemsIntoTheFilesTheyAreFor) {
  const SaveOptions options{.shard_count = 3};
  if (!can_save(GetParam(), {whole("a", Tensor())}, options)) return;
  Items items;
  for (uint32_t i = 0; i < 9; ++i) {
    items.push_back(
        {std::to_string(i), counting_tensor({4}, static_cast<float>(i)), {}, {}, i % 3});
  }
  expect_round_trip(items, options);
  // And an index, unless their names alone tie them together.
  const bool has_index = GetParam() != "tf_v1";
  EXPECT_EQ(read_files().size(), has_index ? 4u : 3u);
  items[0].shard = 3;
  EXPECT_TRUE(
      fails(plan_save("m", items, {.format = GetParam(), .storage = storage_, .shard_count = 3}),
            Code::kInvalidArgument, {"tensor '0'"}));
}

TEST_P(FormatConformance, JoinsThePartsOfTensorsOfAnyDType) {
  if (!can_save(GetParam(), {part_of_one()})) return;
  for (const uint32_t shard_count : {1u, 4u}) {
    for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
      // Which of several is meant, names alone may not tell.
      storage_ = make_memory_storage();
      std::mt19937_64 random(3);
      Items items;
      std::map<std::string, Tensor> tensors;
      const SaveOptions options{.byte_order = order, .shard_count = shard_count};
      for (const DType dtype : storable_dtypes()) {
        const std::string name(dtype_name(dtype));
        const Tensor one = random_value(random, dtype, {1});
        if (!can_save(GetParam(), {whole(name, one)}, options)) continue;
        tensors[name] = random_value(random, dtype, {6, 5});
        for (SaveItem& part : parts_of(name, tensors[name], shard_count)) {
          items.push_back(std::move(part));
        }
      }
      if (items.empty()) continue;
      expect_round_trip(items, options);
      const Checkpoint checkpoint = save(items, options);
      for (const auto& [name, tensor] : tensors) {
        EXPECT_EQ(*checkpoint.read(name), tensor) << name;
        const Box across{{0, 1}, {6, 3}};
        EXPECT_EQ(*checkpoint.read_box(name, across), cut_out(tensor, across)) << name;
      }
    }
  }
}

TEST_P(FormatConformance, GivesAnyBoxOfATensorInParts) {
  if (!can_save(GetParam(), {part_of_one()})) return;
  std::mt19937_64 random(4);
  const Tensor tensor = random_tensor(random, DType::kU16, {6, 5});
  const Checkpoint checkpoint = save(parts_of("p", tensor, 1));
  for (int64_t top = 0; top <= 6; ++top) {
    for (int64_t left = 0; left <= 5; ++left) {
      for (int64_t height = 0; height <= 6 - top; ++height) {
        for (int64_t width = 0; width <= 5 - left; ++width) {
          const Box box{{top, left}, {height, width}};
          ASSERT_EQ(*checkpoint.read_box("p", box), cut_out(tensor, box)) << box.to_string();
        }
      }
    }
  }
}

// A small checkpoint with something of everything, to be damaged.
class FormatDamage : public FormatConformance {
 protected:
  FormatDamage() {
    std::mt19937_64 random(5);
    const Tensor cut = random_tensor(random, DType::kF32, {6, 5});
    items_ = storable({whole("a", counting_tensor({2})), whole("b/w", counting_tensor({2, 3})),
                       whole("s", strings_tensor({3}, {"", "hi", std::string_view("x\0", 2)})),
                       whole("z", counting_tensor({0, 4})), parts_of("p", cut, 1)[1]});
    const Checkpoint checkpoint = save(items_);
    const Piece& piece = checkpoint.catalog().find("a")->pieces[0];
    has_checksums_ = piece.crc32c || piece.crc32;
    files_ = read_files();
    expected_ = *read_all();
  }

  // All that can be read; none if any of it is refused.
  std::optional<std::vector<Tensor>> read_all() const {
    const auto checkpoint = Checkpoint::open("m", {storage_});
    if (!checkpoint.ok() || checkpoint->catalog().count() != items_.size()) return std::nullopt;
    std::vector<Tensor> tensors;
    for (const SaveItem& item : items_) {
      auto tensor = item.box ? checkpoint->read_box(item.name, *item.box, {.threads = 1})
                             : checkpoint->read(item.name, {.threads = 1});
      if (!tensor.ok()) return std::nullopt;
      tensors.push_back(std::move(*tensor));
    }
    return tensors;
  }

  // Requires: the file differs from what was saved.
  void expect_refused_or_right(const std::string& name, const std::string& bytes) {
    write_file(*storage_, name, bytes);
    const auto tensors = read_all();
    if (!tensors) {
      ++refused_count_;
      return;
    }
    // Without checksums, nothing tells a changed element from another.
    if (has_checksums_) {
      EXPECT_EQ(*tensors, expected_);
    }
  }

  void for_each_cut(const std::function<void(const std::string&, const std::string&)>& body) {
    for (const auto& [name, bytes] : files_) {
      for (size_t size = 0; size < bytes.size(); ++size) body(name, bytes.substr(0, size));
      write_file(*storage_, name, bytes);
    }
  }

  void for_each_flip(const std::function<void(const std::string&, const std::string&)>& body) {
    for (const auto& [name, bytes] : files_) {
      std::string damaged = bytes;
      for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        body(name, damaged);
        damaged[bit / 8] = bytes[bit / 8];
      }
      write_file(*storage_, name, bytes);
    }
  }

  uint64_t size_bytes() const {
    uint64_t sum = 0;
    for (const auto& [name, bytes] : files_) sum += bytes.size();
    return sum;
  }

  Items items_;
  bool has_checksums_ = false;
  std::map<std::string, std::string> files_;
  std::vector<Tensor> expected_;
  uint64_t refused_count_ = 0;
};

INSTANTIATE_TEST_SUITE_P(All, FormatDamage, testing::ValuesIn(writable_formats()),
                         [](const auto& param) { return param.param; });

TEST_P(FormatDamage, OfEveryCutIsNoticed) {
  for_each_cut([&](const std::string& name, const std::string& bytes) {
    expect_refused_or_right(name, bytes);
  });
  EXPECT_EQ(refused_count_, size_bytes());
}

TEST_P(FormatDamage, OfEveryBitIsNoticedOrHarmless) {
  for_each_flip([&](const std::string& name, const std::string& bytes) {
    expect_refused_or_right(name, bytes);
  });
  // Most bits matter; which do not is for the tests of each format.
  const uint64_t least_percent = has_checksums_ ? 70 : 60;
  EXPECT_GT(refused_count_, 8 * size_bytes() * least_percent / 100);
}

TEST_P(FormatDamage, CostsNoMoreMemoryThanTheFilesJustify) {
  if (!can_count_allocations()) {
    GTEST_SKIP() << "the sanitizer has an allocator of its own, nothing is counted";
  }
  const uint64_t limit = 64 * 1024 + 8 * size_bytes();
  uint64_t most = 0;
  const auto measure = [&](const std::string& name, const std::string& bytes) {
    write_file(*storage_, name, bytes);
    const AllocationMeter meter;
    (void)read_all();
    most = std::max(most, meter.peak_bytes());
  };
  for_each_cut(measure);
  for_each_flip(measure);
  EXPECT_LE(most, limit);
  EXPECT_GT(most, 0u);
}

}  // namespace
}  // namespace holdall
