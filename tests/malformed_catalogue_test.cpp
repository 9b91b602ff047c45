// The known faults of checkpoint readers, ours and others', against the corpus of malformed files
// and the tests that stand for what is no file: each has its rows, and each published vulnerability
// the row or the test that shows it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "support/figures.h"
#include "support/malformed_corpus.h"

namespace holdall {
namespace {

struct CatalogueLine {
  std::string_view id;  // MalformedCase::line
  std::string_view fault;
};

constexpr CatalogueLine kLines[] = {
    {"checkpoint-loading", "nothing of a checkpoint is validated before it is used"},
    {"v1-v2-seeds",
     "extents that overflow or begin below 0, sizes that overflow, slices without data"},
    {"slice-dtypes", "slices of unsupported types end the process"},
    {"shape-product", "the product of a shape's sizes wraps"},
    {"graph-protos", "a message in a graph that cannot be decoded ends the process"},
    {"object-dtypes", "bytes of a file are taken for objects in memory"},
    {"v2-lengths", "lengths of strings are allocated before they are compared with the file"},
    {"v2-merge", "shards that disagree, are empty, or are more than are said"},
    {"block-entry", "the two lengths of a block's entry are added in 32 bits"},
    {"read-block", "a block's size is allocated before it is compared with the file"},
    {"footer", "a footer is read that is not there"},
    {"restarts", "restarts that lead elsewhere, keys out of order"},
    {"meta-file", "a damaged `.meta`, and compressed data that copies from where nothing is"},
    {"slices", "slices that overlap, leave gaps, or contradict their tensor"},
    {"byte-order", "the flag of byte order swaps every value"},
    {"v1-reader", "the V1 reader's lists and entries"},
    {"state-file", "a damaged or misleading state file"},
    {"safetensors-ports", "numbers that other languages' readers take or multiply otherwise"},
    {"safetensors-format", "the format's rules: no holes, no overlap, no other content"},
    {"sharded-index", "file names that walk out of the folder"},
    {"zip", "records of an archive that contradict one another, bombs, names that lead out"},
    {"npy", "headers that are Python literals; objects"},
    {"protobuf", "wire format: lengths past the end, groups, depth"},
};

// Faults of formats that nothing in the tree reads: such a file is told for what it is, and refused
// (recognize_test.cpp).
constexpr std::string_view kOfOtherFormats[] = {
    "CVE-2024-23496",  // GGUF
    "CVE-2024-21802", "CVE-2024-21825", "CVE-2024-21836", "CVE-2024-23605",
    "CVE-2025-53630", "CVE-2026-27940", "CVE-2026-33298", "CVE-2026-7482",
    "CVE-2025-32434",  // PyTorch's pickles
    "CVE-2026-24747", "CVE-2025-62164",
    "CVE-2026-1669",  // Keras on HDF5
    "CVE-2026-9335",  "CVE-2026-12480", "CVE-2026-0897",  "CVE-2026-12570",
    "CVE-2022-25882",  // ONNX
    "CVE-2024-27318", "CVE-2026-27489", "CVE-2026-34446", "CVE-2026-34447",
    "CVE-2024-3660",  // Keras
    "CVE-2025-1550",  "CVE-2025-8747",  "CVE-2025-9905",  "CVE-2025-9906",
    "CVE-2025-2308",  // HDF5
    "CVE-2025-2309",  "CVE-2025-2310",  "CVE-2025-2915",  "CVE-2025-6750",
    "CVE-2025-6816",  "CVE-2025-7069",  "CVE-2025-44905",
};

// Published vulnerabilities, and what of ours shows that it is not there: rows, or tests.
const std::map<std::string_view, std::vector<std::string_view>> kShownBy = {
    {"CVE-2021-41203",
     {"bundle_place_whose_end_wraps", "bundle_place_before_the_file", "bundle_shape_wraps_to_0",
      "bundle_slices_part_missing", "v1_values_for_2_50_elements", "v1_slices_end_beyond_2_63",
      "v1_shape_wraps_to_0", "v1_entry_missing"}},
    {"CVE-2021-37639", {"MalformedCalls.NamesThatAreMissingAreRefused"}},
    {"CVE-2021-41197", {"bundle_shape_wraps_to_4", "v1_shape_wraps_to_4"}},
    {"TFSA-2021-198", {"bundle_shape_bytes_wrap_to_8"}},
    {"CVE-2022-23582", {"bundle_graph_of_floats", "bundle_shape_of_unknown_rank"}},
    {"CVE-2022-23571", {"bundle_object_of_type_variant", "v1_type_variant"}},
    {"CVE-2022-23570", {"bundle_type_0", "v1_type_0", "bundle_graph_of_garbage"}},
    {"CVE-2022-23564", {"bundle_object_of_type_resource", "v1_type_resource"}},
    {"CVE-2022-35983", {"MalformedCalls.EveryTypeIsSavedOrRefused"}},
    {"CVE-2021-41227", {"bundle_object_string_of_pointers", "bundle_object_of_type_variant"}},
    {"CVE-2021-29539", {"bundle_object_of_type_resource", "bundle_object_string_of_pointers"}},
    {"TFSA-2018-004", {"bundle_meta_of_a_graph_past_the_end", "bundle_meta_of_garbage"}},
    {"TFSA-2018-005", {"bundle_block_snappy_copies_from_before_the_output"}},
    {"CVE-2026-65920",
     {"safetensors_index_file_above", "safetensors_index_file_absolute",
      "safetensors_index_file_with_an_escaped_slash"}},
    {"CVE-2025-10155", {"zip_of_two_names", "zip_of_a_pickle"}},
    {"CVE-2025-10156", {"zip_of_two_checksums", "zip_of_the_other_checksum"}},
    {"CVE-2025-10157", {"zip_of_an_object"}},
    {"CVE-2019-6446", {"npy_type_of_objects", "npy_type_of_objects_by_another_name"}},
    {"CVE-2021-41228", {"npy_literal_that_imports", "npy_literal_of_a_descr_that_imports"}},
};

MalformedCases all_rows() {
  return join_cases({bundle_table_cases(), bundle_entry_cases(), bundle_tensor_cases(),
                     bundle_slice_cases(), bundle_graph_cases(), state_file_cases(),
                     saved_slice_cases(), safetensors_header_cases(), safetensors_index_cases(),
                     npy_header_cases(), zip_archive_cases()});
}

std::set<std::string> names_of_all() {
  std::set<std::string> names;
  for (const MalformedCase& row : all_rows()) names.insert(row.name);
  const auto& program = *testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const auto& suite = *program.GetTestSuite(i);
    for (int k = 0; k < suite.total_test_count(); ++k)
      names.insert(std::string(suite.name()) + "." + suite.GetTestInfo(k)->name());
  }
  return names;
}

TEST(MalformedCatalogue, HasRowsForEveryLine) {
  std::map<std::string_view, size_t> count;
  for (const CatalogueLine& line : kLines) count[line.id] = 0;
  const MalformedCases rows = all_rows();
  for (const MalformedCase& row : rows) {
    ASSERT_TRUE(count.contains(row.line)) << row.name << " is of no line: " << row.line;
    ++count[row.line];
  }
  for (const CatalogueLine& line : kLines) {
    std::cout << "  " << line.id << ": " << count[line.id] << '\n';
    EXPECT_GE(count[line.id], 1u) << line.id << ": " << line.fault;
  }
  print_figure("M3", {{"files", rows.size()}, {"known faults", std::size(kLines)}});
  EXPECT_GE(rows.size(), 500u);
}

TEST(MalformedCatalogue, HasRowsOfDifferentNamesAndBytes) {
  std::set<std::string> names;
  std::map<std::string, std::string> of_bytes;
  for (const MalformedCase& row : all_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.expected.words.empty()) << row.name;
    std::string bytes = row.path + '\0' + std::to_string(static_cast<int>(row.names));
    for (const MalformedFile& file : row.files) bytes += '\0' + file.path + '\0' + file.bytes;
    const auto [at, is_new] = of_bytes.emplace(bytes, row.name);
    EXPECT_TRUE(is_new) << row.name << " has the bytes of " << at->second;
  }
}

TEST(MalformedCatalogue, ShowsEveryVulnerability) {
  const std::set<std::string> names = names_of_all();
  for (const auto& [id, shown_by] : kShownBy) {
    EXPECT_FALSE(shown_by.empty()) << id;
    for (const std::string_view name : shown_by)
      EXPECT_TRUE(names.contains(std::string(name))) << id << ": " << name << " is not there";
  }
  for (const std::string_view id : kOfOtherFormats) EXPECT_FALSE(kShownBy.contains(id)) << id;
  print_figure("M3", {{"vulnerabilities", kShownBy.size()},
                      {"of formats not read", std::size(kOfOtherFormats)}});
}

}  // namespace
}  // namespace holdall
