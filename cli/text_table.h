// A table for people: columns as wide as their widest cell, numbers to the right.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace holdall::cli {

enum class Align { kLeft, kRight };

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Requires: a cell for each column.
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Takes out the columns in which no row has anything.
  void drop_empty_columns();

  // One line a row. If `max_width` is not 0, the first column gives way, in its middle, so that
  // lines fit; a pipe gets whole names.
  std::string to_string(size_t max_width) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Columns of the terminal on stdout; 0 if it is none.
size_t terminal_width();

// Characters a terminal gives the text: code points, not bytes.
size_t display_width(const std::string& text);

}  // namespace holdall::cli
