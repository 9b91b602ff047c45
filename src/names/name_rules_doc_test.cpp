#include <gtest/gtest.h>

#include "holdall/name_rules.h"
#include "support/status_matchers.h"
#include "support/test_files.h"

namespace holdall {
namespace {

// What stands between backquotes in a cell; empty where nothing does.
std::string code_in(std::string_view cell) {
  const size_t begin = cell.find('`');
  if (begin == std::string_view::npos) return {};
  return std::string(cell.substr(begin + 1, cell.rfind('`') - begin - 1));
}

// The cells of "| `strip a` | `a/w` | `w` | ... |" lines.
std::vector<std::vector<std::string>> example_rows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  for (size_t line = text.find("\n| `"); line != std::string_view::npos;
       line = text.find("\n| `", line + 1)) {
    std::vector<std::string> cells;
    size_t begin = line + 2;
    while (cells.size() < 3) {
      const size_t end = text.find(" |", begin);
      cells.push_back(code_in(text.substr(begin, end - begin)));
      begin = end + 2;
    }
    rows.push_back(cells);
  }
  return rows;
}

TEST(NameRulesDoc, ExamplesAreTrue) {
  const auto rows = example_rows(read_test_file(source_path("docs/name_rules.md")));
  EXPECT_GE(rows.size(), 30u);
  for (const auto& row : rows) {
    const auto rules = NameRules::parse(row[0]);
    ASSERT_TRUE(is_ok(rules)) << row[0];
    EXPECT_EQ(rules->apply(row[1]).value_or(""), row[2]) << row[0] << " on " << row[1];
  }
}

TEST(NameRulesDoc, NamesEveryPreset) {
  const std::string text = read_test_file(source_path("docs/name_rules.md"));
  for (const std::string& name : preset_names()) {
    EXPECT_NE(text.find("preset " + name), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace holdall
