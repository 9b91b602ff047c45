#include "text_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace holdall::cli {
namespace {

constexpr size_t kGap = 2;
// Less of a name than this tells nothing.
constexpr size_t kMinFirstColumn = 16;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The first `count` code points of the text.
std::string head(const std::string& text, size_t count) {
  size_t end = 0;
  while (end < text.size() && (count > 0 || is_continuation(text[end]))) {
    if (!is_continuation(text[end])) --count;
    ++end;
    while (end < text.size() && is_continuation(text[end])) ++end;
  }
  return text.substr(0, end);
}

std::string tail(const std::string& text, size_t count) {
  size_t start = text.size();
  while (start > 0 && count > 0) {
    --start;
    if (!is_continuation(text[start])) --count;
  }
  return text.substr(start);
}

std::string fit(const std::string& text, size_t width) {
  if (display_width(text) <= width) return text;
  const size_t front = (width - 3) / 2;
  return head(text, front) + "..." + tail(text, width - 3 - front);
}

void append_cell(std::string& line, const std::string& cell, size_t width, Align align,
                 bool is_last) {
  const std::string padding(width - std::min(width, display_width(cell)), ' ');
  if (align == Align::kRight) line += padding;
  line += cell;
  if (align == Align::kLeft && !is_last) line += padding;
}

}  // namespace

size_t display_width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

size_t terminal_width() {
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void TextTable::drop_empty_columns() {
  for (size_t i = columns_.size(); i-- > 0;) {
    const bool is_empty =
        std::all_of(rows_.begin(), rows_.end(), [&](const auto& row) { return row[i].empty(); });
    if (!is_empty) continue;
    columns_.erase(columns_.begin() + static_cast<ptrdiff_t>(i));
    for (auto& row : rows_) row.erase(row.begin() + static_cast<ptrdiff_t>(i));
  }
}

std::string TextTable::to_string(size_t max_width) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  size_t others = 0;
  for (size_t i = 1; i < widths.size(); ++i) others += kGap + widths[i];
  if (max_width > 0 && others + widths[0] > max_width) {
    const size_t room = max_width > others ? max_width - others : 0;
    widths[0] = std::max(kMinFirstColumn, room);
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text.append(kGap, ' ');
      append_cell(text, fit(cell_of(i), widths[i]), widths[i], columns_[i].align,
                  i + 1 == columns_.size());
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  };
  add_line([&](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) add_line([&](size_t i) { return row[i]; });
  return text;
}

}  // namespace holdall::cli
