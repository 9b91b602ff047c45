#include "support/malformed_corpus.h"

#include <algorithm>
#include <chrono>

#include "holdall/doctor.h"
#include "holdall/session.h"
#include "holdall/verify.h"
#include "support/allocation_meter.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"

namespace holdall {
namespace {

constexpr uint64_t kWindowBytes = 64 * 1024;
constexpr uint64_t kConstantBytes = 64 * 1024;
constexpr uint64_t kBytesPerByte = 8;
constexpr uint64_t kBytesPerTensor = 1024;
constexpr std::chrono::seconds kMostTime{1};

// Sanitized, everything takes many times as long.
std::chrono::seconds most_time() {
  return can_count_allocations() ? kMostTime : 20 * kMostTime;
}

bool is_error_as_expected(const Error& error, const ExpectedVerdict& expected) {
  const std::string text = error.to_string();
  bool has_all = error.code == expected.code;
  for (const std::string& word : expected.words)
    has_all = has_all && text.find(word) != std::string::npos;
  EXPECT_TRUE(has_all) << code_name(error.code) << ": " << text;
  return has_all;
}

class Examined {
 public:
  explicit Examined(const MalformedCase& one) : one_(one), expected_(one.expected) {
    for (const MalformedFile& file : one.files) {
      write_file(*storage_, file.path, file.bytes);
      size_bytes_ += file.bytes.size();
    }
  }

  void run() {
    const auto start = std::chrono::steady_clock::now();
    uint64_t peak_bytes = 0;
    {
      const AllocationMeter meter;
      look();
      peak_bytes = meter.peak_bytes();
    }
    diagnose_it();
    EXPECT_LE(std::chrono::steady_clock::now() - start, most_time());
    if (can_count_allocations()) {
      EXPECT_LE(peak_bytes, kConstantBytes + kWindowBytes + kBytesPerByte * size_bytes_ +
                                kBytesPerTensor * tensor_count_);
    }
  }

 private:
  void look() {
    const auto checkpoint = Checkpoint::open(one_.path, {storage_, one_.names});
    if (expected_.verdict == Verdict::kNotOpened) {
      EXPECT_FALSE(checkpoint.ok());
      if (!checkpoint.ok()) is_error_as_expected(checkpoint.error(), expected_);
    } else {
      ASSERT_TRUE(is_ok(checkpoint));
      tensor_count_ = checkpoint->catalog().count();
      read_all(*checkpoint);
      verify_it(*checkpoint);
    }
    load_it();
  }

  void read_all(const Checkpoint& checkpoint) {
    EXPECT_TRUE(expected_.tensor.empty() || checkpoint.catalog().find(expected_.tensor) != nullptr);
    for (const TensorInfo& info : checkpoint.catalog()) {
      const auto tensor = checkpoint.read(info.name, {.threads = 1});
      if (info.name != expected_.tensor) {
        EXPECT_TRUE(is_ok(tensor)) << info.name;
      } else if (tensor.ok()) {
        ADD_FAILURE() << info.name << " is read: " << testing::PrintToString(*tensor);
      } else {
        is_error_as_expected(tensor.error(), expected_);
        EXPECT_EQ(tensor.error().place.tensor, info.name);
      }
    }
  }

  void verify_it(const Checkpoint& checkpoint) {
    const auto report = verify(checkpoint, {.threads = 1, .window_bytes = kWindowBytes});
    ASSERT_TRUE(is_ok(report));
    const bool is_accepted = expected_.verdict == Verdict::kAccepted;
    EXPECT_EQ(report->is_whole(), is_accepted) << report->to_string();
    const std::vector<std::string> damaged =
        is_accepted ? std::vector<std::string>() : std::vector{expected_.tensor};
    EXPECT_EQ(report->damaged, damaged);
  }

  // All or nothing: a session keeps what it has, and gets no part of what cannot be read.
  void load_it() {
    Session session;
    ASSERT_TRUE(session.assign("mine/a", counting_tensor({3})).ok());
    const uint64_t generation = session.snapshot().generation();
    LoadOptions options;
    options.scope = "model";
    options.names = one_.names;
    options.storage = storage_;
    options.read.threads = 1;
    const auto report = session.load(one_.path, options);
    EXPECT_EQ(*session.find("mine/a"), counting_tensor({3}));
    if (expected_.verdict == Verdict::kAccepted) {
      EXPECT_TRUE(is_ok(report));
      return;
    }
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, expected_.code) << report.error().to_string();
    EXPECT_EQ(session.snapshot().generation(), generation);
    EXPECT_EQ(session.snapshot().count(), 1u);
    EXPECT_TRUE(session.snapshot().scopes().empty());
  }

  void diagnose_it() {
    if (one_.names != NameView::kAuto) return;
    DiagnoseOptions options;
    options.storage = storage_;
    options.threads = 1;
    const auto diagnosis = diagnose(one_.path, options);
    if (!diagnosis.ok()) {
      EXPECT_EQ(expected_.verdict, Verdict::kNotOpened) << diagnosis.error().to_string();
      EXPECT_EQ(diagnosis.error().code, expected_.code);
      return;
    }
    EXPECT_EQ(diagnosis->is_healthy(), expected_.verdict == Verdict::kAccepted)
        << diagnosis->to_string();
    EXPECT_NE(diagnosis->to_string().find(expected_.diagnosis), std::string::npos)
        << diagnosis->to_string();
  }

  const MalformedCase& one_;
  const ExpectedVerdict& expected_;
  std::shared_ptr<Storage> storage_ = make_memory_storage();
  uint64_t size_bytes_ = 0;
  uint64_t tensor_count_ = 0;
};

bool has_read_a_small_file() {
  const auto storage = make_memory_storage();
  write_file(*storage, "x.npy",
             std::string("\x93NUMPY\x01\0\x3b\0", 10) +
                 "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n ab");
  const auto checkpoint = Checkpoint::open("x.npy", {storage});
  return checkpoint.ok() && checkpoint->read("x", {.io = IoMode::kCopy, .threads = 1}).ok();
}

TEST_P(MalformedCorpus, HasTheVerdictThatIsExpectedAndChangesNothing) {
  expect_verdict(GetParam());
}

}  // namespace

void expect_verdict(const MalformedCase& one) {
  // A thread keeps a block that small files are read through; the first row would count it.
  static const bool is_warm = has_read_a_small_file();
  ASSERT_TRUE(is_warm);
  SCOPED_TRACE(one.name);
  Examined(one).run();
}

}  // namespace holdall
