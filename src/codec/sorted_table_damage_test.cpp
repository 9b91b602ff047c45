// Damage of every kind that one bit or a cut can do, over whole small tables: it is noticed, or it
// changes nothing that a reader sees.
#include <gtest/gtest.h>

#include <ostream>

#include "codec/sorted_table_testing.h"

namespace holdall {
namespace {

struct TableCase {
  std::string name;
  OwnedEntries entries;
  TableWriterOptions options;
};

void PrintTo(const TableCase& table_case, std::ostream* out) {
  *out << table_case.name;
}

const TableCase kCases[] = {
    {"one_block", {{"", "header"}, {"layer/bias", "b"}, {"layer/kernel", "0123"}, {"m", ""}}, {}},
    {"many_blocks", {{"", "h"}, {"ab", ""}, {"ac", "012"}, {"m", "!"}}, {.block_size_bytes = 16}},
    {"snappy",
     {{"", "header"}, {"a", std::string(60, 'b')}, {"b", "!"}},
     {.compression = TableCompression::kSnappy}}};

struct SmallTable {
  std::string file;
  size_t metaindex_offset;
  size_t footer_offset;
};

// Below 128 bytes before the footer, so that each number of the footer's handles is one byte.
SmallTable make_small_table(const TableCase& table_case) {
  SmallTable table;
  table.file = write_table(table_case.entries, table_case.options).value();
  table.footer_offset = table.file.size() - kTableFooterSizeBytes;
  table.metaindex_offset = static_cast<unsigned char>(table.file[table.footer_offset]);
  EXPECT_LT(table.footer_offset, 128u);
  return table;
}

// What TensorFlow does not look at either: the metaindex block and its trailer (13 bytes), the
// zeros after the footer's four numbers, and of its first two numbers, which say where the
// metaindex is, whatever leaves that before the footer. The high bit of one of the first three
// numbers joins it to the next; that of the fourth joins it to a zero, which does not change it.
bool may_go_unnoticed(const SmallTable& table, size_t offset, int bit) {
  if (offset >= table.metaindex_offset && offset < table.metaindex_offset + 13) return true;
  if (offset >= table.footer_offset + 4 && offset < table.footer_offset + 40) return true;
  if (offset == table.footer_offset + 3) return bit == 7;
  if (offset != table.footer_offset && offset != table.footer_offset + 1) return false;
  size_t numbers[2] = {table.metaindex_offset, 8};
  numbers[offset - table.footer_offset] ^= size_t{1} << bit;
  return bit < 7 && numbers[0] + numbers[1] + 5 <= table.footer_offset;
}

class SortedTableDamage : public testing::TestWithParam<TableCase> {
 protected:
  // Nothing, if the file is refused; else whether it gives the entries that were written.
  std::optional<bool> gives_same_entries(std::string_view file) {
    const auto read = read_table(file);
    if (read.ok()) return *read == GetParam().entries;
    EXPECT_EQ(read.error().code, Code::kCorrupt) << read.error().message;
    return std::nullopt;
  }

  const SmallTable table_ = make_small_table(GetParam());
};

TEST_P(SortedTableDamage, OfOneBitIsNoticedOrWithoutEffect) {
  for (size_t offset = 0; offset < table_.file.size(); ++offset) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = table_.file;
      damaged[offset] = static_cast<char>(damaged[offset] ^ 1 << bit);
      const auto same = gives_same_entries(damaged);
      EXPECT_EQ(same.has_value(), may_go_unnoticed(table_, offset, bit))
          << offset << " bit " << bit;
      EXPECT_TRUE(same.value_or(true)) << offset << " bit " << bit;
    }
  }
}

TEST_P(SortedTableDamage, ByACutIsNoticed) {
  for (size_t kept = 0; kept < table_.file.size(); ++kept) {
    EXPECT_FALSE(gives_same_entries(table_.file.substr(0, kept)).has_value()) << kept;
    EXPECT_FALSE(gives_same_entries(table_.file.substr(table_.file.size() - kept)).has_value())
        << kept;
  }
}

TEST_P(SortedTableDamage, ByAByteLeftOutOrAddedIsNoticedOrWithoutEffect) {
  for (size_t offset = 0; offset < table_.file.size(); ++offset) {
    std::string shorter = table_.file;
    shorter.erase(offset, 1);
    EXPECT_TRUE(gives_same_entries(shorter).value_or(true)) << offset;
    std::string longer = table_.file;
    longer.insert(offset, 1, 'x');
    EXPECT_TRUE(gives_same_entries(longer).value_or(true)) << offset;
  }
  EXPECT_FALSE(gives_same_entries(table_.file + "x").has_value());
}

INSTANTIATE_TEST_SUITE_P(Layouts, SortedTableDamage, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace holdall
