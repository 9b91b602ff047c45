// Every damaged checkpoint under testdata/bad/malformed: what its truth wants, with which code and
// words, and that a session is left alone.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "holdall/session.h"
#include "support/allocation_meter.h"
#include "support/status_matchers.h"
#include "support/test_files.h"
#include "support/test_values.h"
#include "support/truth.h"

namespace holdall {
namespace {

constexpr std::string_view kMalformed = "src/formats/tf_bundle/testdata/bad/malformed";

// The error of a case: on opening, or of these tensors only.
struct Refusal {
  std::set<std::string> tensors;  // empty: the checkpoint cannot be opened
  Code code = Code::kCorrupt;
  std::string_view reason = reason::kNone;
  std::string_view file;  // how its path ends
  std::vector<std::string_view> phrases;
};

constexpr std::string_view kData = "/m.data-00000-of-00001";

const std::map<std::string, Refusal> kRefusals = {
    {"index_missing",
     {{}, Code::kNotFound, reason::kMissingFile, "/m", {"no checkpoint is there", "m.index"}}},
    {"index_empty",
     {{}, Code::kCorrupt, reason::kCutShort, "/m.index", {"too short to be an sstable"}}},
    {"index_40_bytes",
     {{}, Code::kCorrupt, reason::kCutShort, "/m.index", {"too short to be an sstable"}}},
    {"index_half", {{}, Code::kCorrupt, reason::kNone, "/m.index", {"bad magic number"}}},
    {"index_cut_1", {{}, Code::kCorrupt, reason::kNone, "/m.index", {"bad magic number"}}},
    {"magic", {{}, Code::kCorrupt, reason::kNone, "/m.index", {"bad magic number"}}},
    {"footer_handle", {{}, Code::kCorrupt, reason::kNone, "/m.index", {"bad block handle"}}},
    {"index_block",
     {{}, Code::kCorrupt, reason::kChecksum, "/m.index", {"block checksum mismatch"}}},
    {"data_block",
     {{}, Code::kCorrupt, reason::kChecksum, "/m.index", {"block checksum mismatch"}}},
    {"block_type", {{}, Code::kCorrupt, reason::kNone, "/m.index", {"bad block type"}}},
    {"duplicate_key",
     {{}, Code::kCorrupt, reason::kNone, "/m.index", {"key 'a' does not come after 'a'"}}},
    {"header_missing",
     {{}, Code::kCorrupt, reason::kNone, "/m.index", {"begins with key 'a', a header"}}},
    {"header_garbage",
     {{}, Code::kCorrupt, reason::kNone, "/m.index", {"the header cannot be used"}}},
    {"header_no_shards",
     {{}, Code::kCorrupt, reason::kNone, "/m.index", {"0 data files, at least 1 is expected"}}},
    {"header_min_consumer",
     {{}, Code::kUnsupported, reason::kNone, "/m.index", {"min consumer version 2 is above 1"}}},
    {"header_bad_consumer",
     {{}, Code::kUnsupported, reason::kNone, "/m.index", {"disallows readers of version 1"}}},
    {"header_endian",
     {{"s"}, Code::kCorrupt, reason::kChecksum, kData, {"length checksum does not match"}}},
    {"data_missing",
     {{"a", "b/w", "p", "s", "z"},
      Code::kNotFound,
      reason::kMissingFile,
      kData,
      {"No such file or directory"}}},
    {"data_empty",
     {{"a", "b/w", "p", "s", "z"},
      Code::kCorrupt,
      reason::kCutShort,
      kData,
      {"past the end of the file, which has 0 bytes; the file may be cut short"}}},
    {"data_cut_1", {{"s", "z"}, Code::kCorrupt, reason::kCutShort, kData, {"which has 273 bytes"}}},
    {"data_float",
     {{"a"},
      Code::kCorrupt,
      reason::kChecksum,
      kData,
      {"Checksum does not match: stored 683723185 vs. calculated on the restored bytes 3354436264",
       "8 bytes at byte 0"}}},
    {"data_slice",
     {{"p"},
      Code::kCorrupt,
      reason::kChecksum,
      kData,
      {"stored 3668899108 vs. calculated on the restored bytes 3934047553"}}},
    {"data_string_byte",
     {{"s"},
      Code::kCorrupt,
      reason::kChecksum,
      kData,
      {"stored 2586124739 vs. calculated on the restored bytes 1626024422"}}},
    {"data_string_length",
     {{"s"},
      Code::kCorrupt,
      reason::kChecksum,
      kData,
      {"The length checksum does not match: stored 3059399213, calculated 4284925706"}}},
    {"data_string_length_long",
     {{"s"}, Code::kCorrupt, reason::kNone, kData, {"string 2 is 255 bytes long", "has 210"}}},
    {"data_string_check",
     {{"s"}, Code::kCorrupt, reason::kChecksum, kData, {"The length checksum does not match"}}},
    {"entry_size",
     {{"a"},
      Code::kCorrupt,
      reason::kNone,
      "/m.index",
      {"Invalid size in bundle entry: stored size 12; expected size 8 for float32 [2]"}}},
    {"entry_offset",
     {{"a"}, Code::kCorrupt, reason::kCutShort, kData, {"at byte 1073741824 reach past the end"}}},
    {"entry_shard",
     {{"a"}, Code::kCorrupt, reason::kNone, "/m.index", {"in data file 3, the checkpoint has 1"}}},
    {"entry_negative_dim",
     {{"a"}, Code::kCorrupt, reason::kNone, "/m.index", {"Invalid tensor shape: [-2]"}}},
    {"entry_garbage",
     {{"a"}, Code::kCorrupt, reason::kNone, "/m.index", {"the entry cannot be used"}}},
    {"entry_crc", {{"a"}, Code::kCorrupt, reason::kChecksum, kData, {"Checksum does not match"}}},
    {"slice_missing",
     {{"p"},
      Code::kCorrupt,
      reason::kNone,
      "/m.index",
      {"slice '2,2:0,2' is listed but not stored"}}},
    {"slice_gap",
     {{"p"},
      Code::kCorrupt,
      reason::kNone,
      "/m",
      {"Does not have sufficient slices: they hold 4 of the 8 elements in '0,4:0,2'"}}},
    {"slice_overlap",
     {{"p"},
      Code::kCorrupt,
      reason::kNone,
      "/m.index",
      {"Overlapping slices: '0,2:0,2' and '1,2:0,2'"}}},
    {"slice_bounds",
     {{"p"},
      Code::kCorrupt,
      reason::kNone,
      "/m.index",
      {"a slice does not fit: box '3,2:0,2' leaves dimension 0 of shape [4,2]"}}},
    {"slice_rank",
     {{"p"},
      Code::kCorrupt,
      reason::kNone,
      "/m.index",
      {"a slice does not fit", "has 3 dimensions"}}},
};

struct Case {
  std::string name;
  std::string want;
  std::vector<std::string> asked;
  Json tensorflow;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

std::vector<Case> list_cases() {
  std::vector<Case> cases;
  const Truth truth = read_truth(kMalformed);
  for (const Json& json : truth.json.find("cases")->items()) {
    Case one{std::string(*json.find("case")->as_string()),
             std::string(*json.find("want")->as_string()),
             {},
             *json.find("tensorflow")};
    for (const Json& ask : json.find("ask")->items()) one.asked.emplace_back(*ask[0].as_string());
    cases.push_back(std::move(one));
  }
  return cases;
}

std::string path_of(const std::string& name) {
  return source_path(join_path(kMalformed, name + "/m"));
}

class TfBundleMalformed : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Bad, TfBundleMalformed, testing::ValuesIn(list_cases()),
                         [](const auto& param_info) { return param_info.param.name; });

void expect_refusal(const Error& error, const Refusal& refusal) {
  for (const std::string_view phrase : refusal.phrases) {
    EXPECT_TRUE(is_error(error, refusal.code, {phrase}));
  }
  EXPECT_EQ(error.reason, refusal.reason) << error.to_string();
  EXPECT_TRUE(error.place.file.ends_with(refusal.file)) << error.to_string();
}

// The value that TensorFlow gives: its own, or that of the case without damage.
void expect_tensorflow_value(const Case& one, const std::string& name, const Tensor& tensor) {
  const Json& results = *one.tensorflow.find("2.21.0");
  // Where its reader of single tensors ends the process, its restoring operation does not.
  const Json* result = results.find("get " + name);
  if (result == nullptr) result = results.find("restore " + name);
  ASSERT_NE(result, nullptr);
  const Json* ok = result->find("ok");
  ASSERT_NE(ok, nullptr) << name << ": TensorFlow refuses it";
  if (ok->is_object()) {
    EXPECT_EQ(difference(parse_truth_tensor(*ok), tensor), "") << name;
  } else {
    EXPECT_EQ(tensor, *(*Checkpoint::open(path_of("good"))).read(name)) << name;
  }
}

TEST_P(TfBundleMalformed, IsReadOrRefusedAsItsTruthWants) {
  const Case& one = GetParam();
  const auto refusal = kRefusals.find(one.name);
  const bool is_refused = refusal != kRefusals.end();
  ASSERT_TRUE(one.want == "either" || is_refused == (one.want == "refuse"));
  const auto checkpoint = Checkpoint::open(path_of(one.name));
  if (is_refused && refusal->second.tensors.empty()) {
    ASSERT_FALSE(checkpoint.ok());
    expect_refusal(checkpoint.error(), refusal->second);
    return;
  }
  ASSERT_TRUE(is_ok(checkpoint));
  for (const std::string& name : one.asked) {
    const auto tensor = checkpoint->read(name);
    if (is_refused && refusal->second.tensors.contains(name)) {
      ASSERT_FALSE(tensor.ok()) << name;
      EXPECT_EQ(tensor.error().place.tensor, name);
      expect_refusal(tensor.error(), refusal->second);
    } else {
      ASSERT_TRUE(is_ok(tensor)) << name;
      expect_tensorflow_value(one, name, *tensor);
    }
  }
}

TEST_P(TfBundleMalformed, IsRestoredWholeOrNotAtAll) {
  const Case& one = GetParam();
  Session session;
  ASSERT_TRUE(session.assign("mine/a", counting_tensor({3})).ok());
  const Snapshot before = session.snapshot();
  const auto report = session.load(path_of(one.name), {.scope = "model"});
  if (!kRefusals.contains(one.name)) {
    ASSERT_TRUE(is_ok(report));
    EXPECT_EQ(report->restored.size() + 1, session.snapshot().count());
    return;
  }
  ASSERT_FALSE(report.ok());
  const Refusal& refusal = kRefusals.at(one.name);
  EXPECT_EQ(report.error().place.scope, "model");
  EXPECT_EQ(report.error().code, refusal.code) << report.error().to_string();
  EXPECT_EQ(session.snapshot().generation(), before.generation());
  EXPECT_EQ(session.snapshot().count(), 1u);
  EXPECT_EQ(*session.find("mine/a"), counting_tensor({3}));
  EXPECT_TRUE(session.snapshot().scopes().empty());
}

void expect_little_memory(const Case& one) {
  const auto storage = copy_to_memory(source_path(join_path(kMalformed, one.name)));
  uint64_t size_bytes = 0;
  const std::vector<std::string> names = *storage->list_directory("");
  for (const std::string& name : names) size_bytes += read_file(*storage, name).size();
  const AllocationMeter meter;
  const auto checkpoint = Checkpoint::open("m", {storage});
  for (const std::string& name : one.asked) {
    if (checkpoint.ok()) (void)checkpoint->read(name, {.threads = 1});
  }
  EXPECT_LE(meter.peak_bytes(), 64 * 1024 + 8 * size_bytes) << one.name;
}

TEST(TfBundleMalformedCases, CostNoMoreMemoryThanTheirFilesJustify) {
  if (!can_count_allocations()) {
    GTEST_SKIP() << "the sanitizer has an allocator of its own, nothing is counted";
  }
  for (const Case& one : list_cases()) expect_little_memory(one);
}

TEST(TfBundleMalformedCases, AreAllKnown) {
  std::set<std::string> names;
  for (const Case& one : list_cases()) names.insert(one.name);
  for (const auto& [name, refusal] : kRefusals) EXPECT_TRUE(names.contains(name)) << name;
}

}  // namespace
}  // namespace holdall
