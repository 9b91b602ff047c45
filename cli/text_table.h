// A table for people: columns as wide as their widest cell, numbers to the right.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdall::cli {

enum class Align { kLeft, kRight };

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns);

  // Requires: a cell for each column. The text is copied.
  void add_row(std::initializer_list<std::string_view> cells);

  // For a million rows, which nobody should hold as text: makes the columns wide enough for a row
  // that append_line() will get. Requires: a cell for each column.
  void measure(std::span<const std::string_view> cells);

  // As wide as `other`, whose columns are the same, where that is wider.
  void widen(const TextTable& other);

  // Leaves out the columns in which no row has anything.
  void drop_empty_columns();

  // One line a row. If `max_width` is not 0, the first column gives way, in its middle, so that
  // lines fit; a pipe gets whole names.
  std::string to_string(size_t max_width) const;

  // As to_string() has them: how wide each column is, the line of titles, the line of a row.
  // Requires: `widths` is from widths_within(), after the last row was measured.
  std::vector<size_t> widths_within(size_t max_width) const;
  void append_titles(std::string& text, const std::vector<size_t>& widths) const;
  void append_line(std::string& text, std::span<const std::string_view> cells,
                   const std::vector<size_t>& widths) const;

 private:
  std::vector<Column> columns_;
  std::vector<size_t> widths_;  // of the widest cell, the title not counted
  std::vector<bool> is_left_out_;
  // The cells of all rows, one behind the other, and where each ends: a table may have a million
  // rows.
  std::string text_;
  std::vector<size_t> ends_;
};

// Columns of the terminal on stdout; 0 if it is none.
size_t terminal_width();

// Characters a terminal gives the text: code points, not bytes.
size_t display_width(std::string_view text);

}  // namespace holdall::cli
