// The corpus of malformed checkpoints: files that are wrong in one way each, and what has to come
// of them. Each format's `*_malformed_test.cpp` has a table of them, whose rows go through opening,
// planning, restoring, verifying and diagnosing; malformed_catalogue_test.cpp holds the rows of all
// tables against the list of known faults.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall {

struct MalformedFile {
  std::string path;
  std::string bytes;
};

enum class Verdict {
  kNotOpened,  // opening fails
  kNotRead,    // it opens, one tensor cannot be read
  kAccepted,   // every tensor is read
};

struct ExpectedVerdict {
  Verdict verdict = Verdict::kAccepted;
  Code code = Code::kCorrupt;
  std::string tensor = {};              // kNotRead: which one
  std::vector<std::string> words = {};  // all in the error; of kAccepted, why it is
  std::string diagnosis = {};           // what has to be in the diagnosis
};

inline ExpectedVerdict not_opened(Code code, std::vector<std::string> words) {
  return {Verdict::kNotOpened, code, {}, std::move(words)};
}
inline ExpectedVerdict not_opened(std::string words) {
  return not_opened(Code::kCorrupt, {std::move(words)});
}
inline ExpectedVerdict not_read(std::string tensor, Code code, std::vector<std::string> words) {
  return {Verdict::kNotRead, code, std::move(tensor), std::move(words)};
}
inline ExpectedVerdict not_read(std::string tensor, std::string words) {
  return not_read(std::move(tensor), Code::kCorrupt, {std::move(words)});
}
inline ExpectedVerdict accepted(std::string why, std::string diagnosis = "") {
  return {Verdict::kAccepted, Code::kCorrupt, {}, {std::move(why)}, std::move(diagnosis)};
}

struct MalformedCase {
  std::string name;  // "bundle_suffix_wraps", unique in the corpus
  std::string line;  // of the catalogue: "block-entry"
  std::string path;  // what is opened
  std::vector<MalformedFile> files;
  ExpectedVerdict expected;
  NameView names = NameView::kAuto;  // else the names that are asked for, which a diagnosis is not
};

using MalformedCases = std::vector<MalformedCase>;

inline void PrintTo(const MalformedCase& one, std::ostream* out) {
  *out << one.name;
}

inline std::string malformed_case_name(const testing::TestParamInfo<MalformedCase>& info) {
  return info.param.name;
}

// Its test is in malformed_corpus.cpp; a table instantiates it with its rows.
class MalformedCorpus : public testing::TestWithParam<MalformedCase> {};

inline MalformedCases join_cases(const std::vector<MalformedCases>& tables) {
  MalformedCases all;
  for (const MalformedCases& cases : tables) all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

// The test fails where another verdict comes out, a session is changed, more memory is held than 64
// KiB, 8 bytes for each of the files' and 1 KiB for each tensor, or it takes longer than a second.
void expect_verdict(const MalformedCase& one);

// Every table, for the tests that look at all of them.
MalformedCases bundle_table_cases();
MalformedCases bundle_entry_cases();
MalformedCases bundle_tensor_cases();
MalformedCases bundle_slice_cases();
MalformedCases bundle_graph_cases();
MalformedCases state_file_cases();
MalformedCases saved_slice_cases();
MalformedCases safetensors_header_cases();
MalformedCases safetensors_index_cases();
MalformedCases npy_header_cases();
MalformedCases zip_archive_cases();

}  // namespace holdall
