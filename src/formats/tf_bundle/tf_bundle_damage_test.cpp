// Which bits of a bundle may change without notice: all others are found out. That what goes
// unnoticed changes no tensor is for format_conformance_test.cpp.
#include <gtest/gtest.h>

#include "codec/sorted_table_layout.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class TfBundleDamage : public testing::Test {
 protected:
  TfBundleDamage() {
    save_checkpoint(
        storage_, "m",
        {{"a", counting_tensor({2}), {}, {}, 0}, {"s", strings_tensor({2}, {"", "hi"}), {}, {}, 0}},
        {.update_state = false});
  }

  bool is_noticed(const std::string& path, const std::string& bytes) const {
    write_file(*storage_, path, bytes);
    const auto checkpoint = Checkpoint::open("m", {storage_});
    return !checkpoint.ok() || !checkpoint->read("a").ok() || !checkpoint->read("s").ok();
  }

  // The bits, counted from the front of the file, whose change nobody notices.
  std::vector<size_t> unnoticed_bits(const std::string& path) const {
    const std::string bytes = read_file(*storage_, path);
    std::vector<size_t> unnoticed;
    for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      if (!is_noticed(path, damaged)) unnoticed.push_back(bit);
    }
    write_file(*storage_, path, bytes);
    return unnoticed;
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(TfBundleDamage, IsNoticedInEveryBitOfTheData) {
  EXPECT_TRUE(unnoticed_bits("m.data-00000-of-00001").empty());
}

TEST_F(TfBundleDamage, IsUnnoticedOnlyInTheMetaindexAndTheFootersPadding) {
  const std::string index = read_file(*storage_, "m.index");
  const size_t footer = index.size() - kTableFooterSizeBytes;
  const auto metaindex = static_cast<unsigned char>(index[footer]);
  ASSERT_LT(metaindex, 128u) << "the handles are one byte a number";
  for (const size_t bit : unnoticed_bits("m.index")) {
    const size_t byte = bit / 8;
    // The metaindex block is 8 bytes and a trailer; nobody reads it. Of the footer, the handle of
    // the metaindex (2 bytes) is only checked to lie in the file; the handle of the index is used;
    // the rest up to the magic is padding.
    const bool is_metaindex = byte >= metaindex && byte < metaindex + 13u;
    const bool is_metaindex_handle = byte == footer || byte == footer + 1;
    const bool is_padding = byte >= footer + 4 && byte < footer + kTableFooterHandlesSizeBytes;
    // The top bit of the last number makes the first byte of padding, a zero, its high part.
    const bool is_top_bit_of_handle = bit == 8 * (footer + 3) + 7;
    EXPECT_TRUE(is_metaindex || is_metaindex_handle || is_padding || is_top_bit_of_handle)
        << "bit " << bit % 8 << " of byte " << byte << " of " << index.size();
  }
  EXPECT_EQ(unnoticed_bits("m.index").size() / 8, 13u + 36u + 1u);
}

}  // namespace
}  // namespace holdall
