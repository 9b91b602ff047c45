// Saves of formats whose one file is a checkpoint by itself, and whose checksums stand in front.
#include <gtest/gtest.h>

#include "holdall/checkpoint.h"
#include "holdall/saver.h"
#include "storage/faulty_storage.h"
#include "support/bundle_files.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

class IndexFreeSave : public testing::TestWithParam<std::string> {
 protected:
  Status save(std::vector<SaveItem> items, const std::shared_ptr<Storage>& storage,
              bool compress = false) {
    const auto plan = plan_save("m", std::move(items),
                                {.format = GetParam(), .storage = storage, .compress = compress});
    if (!plan.ok()) return plan.error();
    const auto report = execute(*plan);
    if (!report.ok()) return report.error();
    return {};
  }

  std::shared_ptr<Storage> memory_ = make_memory_storage();
};

INSTANTIATE_TEST_SUITE_P(All, IndexFreeSave, testing::Values("safetensors", "npz", "npy"),
                         [](const auto& param) { return param.param; });

TEST_P(IndexFreeSave, LeavesTheOldFileOrTheNewOneWhateverFails) {
  ASSERT_TRUE(is_ok(save({{"m", counting_tensor({3}), {}, {}, 0}}, memory_)));
  const std::string old_bytes = read_file(*memory_, "m");
  const auto plan = std::make_shared<FaultPlan>();
  const auto faulty = std::make_shared<FaultyStorage>(memory_, plan);
  uint64_t failed_count = 0;
  for (uint64_t at = 0;; ++at) {
    plan->call_count = 0;
    plan->fail_at_call = at;
    const Status status = save({{"m", counting_tensor({4}), {}, {}, 0}}, faulty);
    const auto checkpoint = Checkpoint::open("m", {memory_});
    ASSERT_TRUE(is_ok(checkpoint)) << at;
    if (status.ok()) {
      EXPECT_EQ(*checkpoint->read("m"), counting_tensor({4}));
      break;
    }
    ++failed_count;
    EXPECT_TRUE(is_error(status.error(), Code::kIo));
    const auto tensor = checkpoint->read("m");
    EXPECT_TRUE(*tensor == counting_tensor({3}) || *tensor == counting_tensor({4})) << at;
    EXPECT_EQ(memory_->list_directory("")->size(), 1u);
    write_file(*memory_, "m", old_bytes);
  }
  EXPECT_GE(failed_count, 5u);
}

// A storage whose files change the bytes at an address when they are first written to.
class ChangingStorage : public FaultyStorage {
 public:
  ChangingStorage(const std::shared_ptr<Storage>& inner, float* value)
      : FaultyStorage(inner, std::make_shared<FaultPlan>()), value_(value) {}

  Result<std::unique_ptr<Writer>> open_writer(const std::string& path) override {
    auto writer = FaultyStorage::open_writer(path);
    if (!writer.ok()) return std::move(writer).error();
    return std::unique_ptr<Writer>(std::make_unique<ChangingWriter>(*std::move(writer), value_));
  }

 private:
  class ChangingWriter : public Writer {
   public:
    ChangingWriter(std::unique_ptr<Writer> inner, float* value)
        : inner_(std::move(inner)), value_(value) {}
    Status append(std::span<const std::byte> bytes) override {
      const Status status = inner_->append(bytes);
      *value_ += 1;
      return status;
    }
    Status close(Durability durability) override { return inner_->close(durability); }
    Status publish() override { return inner_->publish(); }

   private:
    std::unique_ptr<Writer> inner_;
    float* value_;
  };

  float* value_;
};

TEST(SaveOfChangingBytes, IsRefusedWhereTheChecksumIsWrittenAlready) {
  float value = 1;
  const auto memory = make_memory_storage();
  const auto storage = std::make_shared<ChangingStorage>(memory, &value);
  const Tensor tensor =
      *Tensor::borrow(DType::kF32, {}, std::as_bytes(std::span(&value, 1)), nullptr);
  const auto plan =
      plan_save("m", {{"w", tensor, {}, {}, 0}}, {.format = "npz", .storage = storage});
  EXPECT_TRUE(fails(execute(*plan), Code::kInvalidArgument,
                    {"tensor 'w': its bytes changed while they were saved"}));
  EXPECT_FALSE(memory->open_reader("m").ok());
}

}  // namespace
}  // namespace holdall
