#include "transfer/window_reading.h"

#include <gtest/gtest.h>

#include <cstring>

#include "support/allocation_meter.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

std::vector<std::string> boxes_of(const Shape& shape, uint64_t max_elements) {
  WindowBoxes boxes(shape, max_elements);
  std::vector<std::string> texts;
  while (const auto box = boxes.next()) texts.push_back(box->to_string());
  return texts;
}

TEST(WindowBoxes, CutTheFirstDimensionThatDoesNotFit) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(boxes_of({5}, 2), (Texts{"0,2", "2,2", "4,1"}));
  EXPECT_EQ(boxes_of({3, 4}, 8), (Texts{"0,2:0,4", "2,1:0,4"}));
  EXPECT_EQ(boxes_of({2, 3}, 2), (Texts{"0,1:0,2", "0,1:2,1", "1,1:0,2", "1,1:2,1"}));
  EXPECT_EQ(boxes_of({2, 2, 2}, 2),
            (Texts{"0,1:0,1:0,2", "0,1:1,1:0,2", "1,1:0,1:0,2", "1,1:1,1:0,2"}));
  EXPECT_EQ(boxes_of({2, 2}, 100), Texts{"0,2:0,2"});
  EXPECT_EQ(boxes_of({2, 2}, 4), Texts{"0,2:0,2"});
  EXPECT_EQ(boxes_of({}, 1), Texts{""});
  EXPECT_EQ(boxes_of({1, 1, 1}, 1), Texts{"0,1:0,1:0,1"});
}

TEST(WindowBoxes, AreNoneOfAShapeWithoutElements) {
  EXPECT_TRUE(boxes_of({0}, 1).empty());
  EXPECT_TRUE(boxes_of({3, 0, 2}, 7).empty());
  EXPECT_TRUE(boxes_of({0, 3}, 7).empty());
}

TEST(WindowBoxes, HoldEveryElementOnceInOrder) {
  for (const Shape& shape : {Shape{7}, Shape{3, 5}, Shape{2, 3, 4}, Shape{1, 4, 1, 3}}) {
    for (uint64_t max = 1; max < 30; ++max) {
      WindowBoxes boxes(shape, max);
      uint64_t done = 0;
      while (const auto box = boxes.next()) {
        EXPECT_LE(element_count(*box), max);
        uint64_t first = UINT64_MAX;
        uint64_t count = 0;
        for_each_shared_run(*box, whole_box(shape), [&](uint64_t, uint64_t to, uint64_t n) {
          first = std::min(first, to);
          EXPECT_EQ(to, first + count);
          count += n;
        });
        EXPECT_EQ(first, done);
        done += count;
      }
      EXPECT_EQ(done, *shape.element_count());
    }
  }
}

// A tensor of six rows in three slices, the second one cut in columns, and what reads it.
class WindowReading : public testing::Test {
 protected:
  WindowReading() {
    std::vector<SaveItem> items;
    for (const Box& box : {Box{{0, 0}, {2, 5}}, Box{{2, 0}, {4, 2}}, Box{{2, 2}, {4, 3}}}) {
      items.push_back({"t", cut_out(whole_, box), box, whole_.shape(), 0});
    }
    save_checkpoint(storage_, "m", std::move(items));
    checkpoint_ = *Checkpoint::open("m", {storage_});
  }

  WindowReader reader(WindowOptions options) {
    OpenFiles files{
        std::shared_ptr<const Reader>(*storage_->open_reader(checkpoint_.catalog().files()[0]))};
    return {*checkpoint_.catalog().find("t"), checkpoint_.catalog(), files, std::move(options)};
  }

  void flip(uint64_t offset) {
    std::string bytes = read_file(*storage_, "m.data-00000-of-00001");
    bytes[offset] ^= 1;
    write_file(*storage_, "m.data-00000-of-00001", bytes);
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
  const Tensor whole_ = counting_tensor({6, 5});
  Checkpoint checkpoint_;
};

TEST_F(WindowReading, PutsSlicesTogether) {
  for (uint64_t window_bytes = 4; window_bytes < 130; window_bytes += 4) {
    WindowReader windows = reader({.window_bytes = window_bytes});
    std::string bytes;
    while (true) {
      const auto window = windows.next();
      ASSERT_TRUE(is_ok(window));
      if (!*window) break;
      EXPECT_LE((*window)->bytes.size(), window_bytes);
      bytes.append(reinterpret_cast<const char*>((*window)->bytes.data()), (*window)->bytes.size());
    }
    ASSERT_EQ(bytes.size(), whole_.size_bytes());
    EXPECT_EQ(std::memcmp(bytes.data(), whole_.bytes().data(), bytes.size()), 0) << window_bytes;
    EXPECT_EQ(windows.bytes_read(), 120u);
  }
}

TEST_F(WindowReading, FindsAFlippedByteInEverySlice) {
  for (const uint64_t offset : {0u, 39u, 40u, 71u, 72u, 119u}) {
    flip(offset);
    for (const uint64_t window_bytes : {4u, 24u, 1000u}) {
      WindowReader windows = reader({.window_bytes = window_bytes});
      auto window = windows.next();
      while (window.ok() && *window) window = windows.next();
      EXPECT_TRUE(fails(window, Code::kCorrupt, {"m.data-00000-of-00001: Checksum does not match"}))
          << offset;
      WindowReader trusting = reader({.window_bytes = window_bytes, .verify = false});
      window = trusting.next();
      while (window.ok() && *window) window = trusting.next();
      EXPECT_TRUE(is_ok(window));
    }
    flip(offset);
  }
}

TEST_F(WindowReading, ReadsOnlyWhatABoxNeeds) {
  const Box box{{1, 1}, {1, 2}};
  WindowReader checked = reader({.box = box, .window_bytes = 20});
  const auto window = checked.next();
  ASSERT_TRUE(is_ok(window));
  EXPECT_EQ((*window)->box.to_string(), "1,1:0,5");
  EXPECT_FALSE(*checked.next());
  EXPECT_EQ(checked.bytes_read(), 40u);  // the whole slice, for its checksum
  WindowReader trusting = reader({.box = box, .window_bytes = 20, .verify = false});
  ASSERT_TRUE(is_ok(trusting.next()));
  EXPECT_FALSE(*trusting.next());
  EXPECT_EQ(trusting.bytes_read(), 20u);
}

TEST_F(WindowReading, ComparesTheRestOfASliceBehindTheBox) {
  flip(39);
  WindowReader windows = reader({.box = Box{{0, 0}, {1, 1}}, .window_bytes = 20});
  ASSERT_TRUE(is_ok(windows.next()));
  EXPECT_TRUE(fails(windows.next(), Code::kCorrupt, {"Checksum"}));
}

}  // namespace
}  // namespace holdall
