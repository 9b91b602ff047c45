#include "transfer/file_writing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "checksum/crc32.h"
#include "checksum/crc32c.h"
#include "codec/deflate.h"
#include "storage/faulty_storage.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class FileWriting : public testing::Test {
 protected:
  // What `write` makes of an empty file.
  template <class Write>
  std::string written_by(Write&& write) {
    auto writer = *storage_->open_writer("f");
    write(*writer);
    EXPECT_TRUE(is_ok(writer->close(Durability::kAtomic)));
    EXPECT_TRUE(is_ok(writer->publish()));
    return read_file(*storage_, "f");
  }

  std::shared_ptr<Storage> storage_ = make_memory_storage();
};

TEST_F(FileWriting, ReturnsTheChecksumOfWhatItWrote) {
  const std::string text = "123456789";
  uint32_t crc = 0;
  EXPECT_EQ(written_by([&](Writer& writer) {
              crc = *append_with_checksum(writer, one_run(to_bytes(text)), 1, 0);
            }),
            text);
  EXPECT_EQ(crc, 0xe3069283u);
}

TEST_F(FileWriting, ContinuesAChecksum) {
  uint32_t crc = 0;
  written_by([&](Writer& writer) {
    crc = *append_with_checksum(writer, one_run(to_bytes("6789")), 1, crc32c(to_bytes("12345")));
  });
  EXPECT_EQ(crc, 0xe3069283u);
}

TEST_F(FileWriting, ReversesGroupsAcrossBlocks) {
  std::mt19937_64 random(1);
  std::string text(1'000'008, '\0');
  for (char& c : text) c = static_cast<char>(random());
  for (const uint64_t group : {2u, 4u, 8u}) {
    std::string expected = text;
    for (size_t i = 0; i < expected.size(); i += group) {
      std::reverse(expected.begin() + static_cast<std::ptrdiff_t>(i),
                   expected.begin() + static_cast<std::ptrdiff_t>(i + group));
    }
    uint32_t crc = 0;
    EXPECT_EQ(written_by([&](Writer& writer) {
                crc = *append_with_checksum(writer, one_run(to_bytes(text)), group, 0);
              }),
              expected);
    EXPECT_EQ(crc, crc32c(to_bytes(expected))) << group;
  }
}

TEST_F(FileWriting, AppendsZeros) {
  for (const uint64_t count : {uint64_t{0}, uint64_t{1}, uint64_t{600'000}}) {
    EXPECT_EQ(written_by([&](Writer& writer) { EXPECT_TRUE(is_ok(append_zeros(writer, count))); }),
              std::string(count, '\0'));
  }
}

TEST_F(FileWriting, CalculatesTheChecksumThatItIsAskedFor) {
  EXPECT_EQ(*checksum_of(one_run(to_bytes("123456789")), 1, 0, crc32_extend), 0xcbf43926u);
  EXPECT_EQ(*checksum_of(one_run(to_bytes("214365")), 2, 0, crc32c_extend),
            crc32c(to_bytes("123456")));
  EXPECT_EQ(*checksum_of(one_run(to_bytes("6789")), 1, crc32(to_bytes("12345")), crc32_extend),
            0xcbf43926u);
  written_by([&](Writer& writer) {
    EXPECT_EQ(*append_with_checksum(writer, one_run(to_bytes("123456789")), 1, 0, crc32_extend),
              0xcbf43926u);
  });
}

TEST_F(FileWriting, DeflatesALiteralAndBytesAsOneStream) {
  DeflatedRun run;
  const std::string deflated = written_by([&](Writer& writer) {
    run = *append_deflated(writer, "head", one_run(to_bytes("214365")), 2, 0, crc32_extend);
  });
  EXPECT_EQ(run.deflated_bytes, deflated.size());
  EXPECT_EQ(run.checksum, crc32(to_bytes("123456")));
  std::string head(4, '\0');
  std::string body(6, '\0');
  Inflater inflater(std::as_writable_bytes(std::span(head)),
                    std::as_writable_bytes(std::span(body)));
  ASSERT_TRUE(is_ok(inflater.append(to_bytes(deflated))));
  ASSERT_TRUE(is_ok(inflater.finish()));
  EXPECT_EQ(head + body, "head123456");
}

TEST_F(FileWriting, PassesFailuresOn) {
  const auto plan = std::make_shared<FaultPlan>();
  FaultyStorage storage(storage_, plan);
  const auto writer = *storage.open_writer("f");
  plan->fail_at_call = 0;
  EXPECT_TRUE(fails(append_with_checksum(*writer, one_run(to_bytes("x")), 1, 0), Code::kIo));
  EXPECT_TRUE(fails(append_zeros(*writer, 1), Code::kIo));
  EXPECT_TRUE(
      fails(append_deflated(*writer, "", one_run(to_bytes("x")), 1, 0, crc32_extend), Code::kIo));
}

}  // namespace
}  // namespace holdall
