#include "support/golden_files.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/test_files.h"

namespace holdall {
namespace {

std::string_view line_at(std::string_view text, size_t position) {
  const size_t before = position == 0 ? std::string_view::npos : text.rfind('\n', position - 1);
  const size_t start = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(start, text.find('\n', start) - start);
}

}  // namespace

testing::AssertionResult is_golden(const std::string& path_in_tree, std::string_view text) {
  const std::string path = source_path(path_in_tree);
  if (std::getenv("HOLDALL_REWRITE_GOLDEN") != nullptr) write_test_file(path, text);
  std::ifstream file(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()};
  if (expected == text) return testing::AssertionSuccess();
  const auto parted = std::ranges::mismatch(expected, text);
  const auto at = static_cast<size_t>(parted.in1 - expected.begin());
  const auto line = std::count(expected.begin(), parted.in1, '\n') + 1;
  return testing::AssertionFailure()
         << path_in_tree << ":" << line << ": expected\n  " << line_at(expected, at)
         << "\nit is\n  " << line_at(text, at)
         << "\nHOLDALL_REWRITE_GOLDEN=1 keeps what it is; read the difference first";
}

}  // namespace holdall
