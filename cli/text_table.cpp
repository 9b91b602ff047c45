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
std::string_view head(std::string_view text, size_t count) {
  size_t end = 0;
  while (end < text.size() && (count > 0 || is_continuation(text[end]))) {
    if (!is_continuation(text[end])) --count;
    ++end;
    while (end < text.size() && is_continuation(text[end])) ++end;
  }
  return text.substr(0, end);
}

std::string_view tail(std::string_view text, size_t count) {
  size_t start = text.size();
  while (start > 0 && count > 0) {
    --start;
    if (!is_continuation(text[start])) --count;
  }
  return text.substr(start);
}

// The cell within its column; one that is too wide loses its middle.
void append_cell(std::string& line, std::string_view cell, size_t width, Align align) {
  const size_t cell_width = display_width(cell);
  const size_t padding = width - std::min(width, cell_width);
  if (align == Align::kRight) line.append(padding, ' ');
  if (cell_width > width) {
    const size_t front = (width - 3) / 2;
    line.append(head(cell, front)).append("...").append(tail(cell, width - 3 - front));
  } else {
    line += cell;
  }
  if (align == Align::kLeft) line.append(padding, ' ');
}

}  // namespace

size_t display_width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

size_t terminal_width() {
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)), widths_(columns_.size()), is_left_out_(columns_.size()) {}

void TextTable::add_row(std::initializer_list<std::string_view> cells) {
  measure({cells.begin(), cells.size()});
  for (const std::string_view cell : cells) {
    text_ += cell;
    ends_.push_back(text_.size());
  }
}

void TextTable::measure(std::span<const std::string_view> cells) {
  for (size_t i = 0; i < cells.size(); ++i)
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
}

void TextTable::widen(const TextTable& other) {
  for (size_t i = 0; i < widths_.size(); ++i) widths_[i] = std::max(widths_[i], other.widths_[i]);
}

void TextTable::drop_empty_columns() {
  for (size_t i = 0; i < columns_.size(); ++i) is_left_out_[i] = widths_[i] == 0;
}

std::vector<size_t> TextTable::widths_within(size_t max_width) const {
  std::vector<size_t> widths;
  size_t others = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(std::max(widths_[i], display_width(columns_[i].title)));
    if (i > 0 && !is_left_out_[i]) others += kGap + widths[i];
  }
  if (max_width > 0 && others + widths[0] > max_width) {
    const size_t room = max_width > others ? max_width - others : 0;
    widths[0] = std::max(kMinFirstColumn, room);
  }
  return widths;
}

void TextTable::append_line(std::string& text, std::span<const std::string_view> cells,
                            const std::vector<size_t>& widths) const {
  const size_t start = text.size();
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (is_left_out_[i]) continue;
    if (text.size() > start) text.append(kGap, ' ');
    append_cell(text, cells[i], widths[i], columns_[i].align);
  }
  while (text.size() > start && text.back() == ' ') text.pop_back();
  text += '\n';
}

void TextTable::append_titles(std::string& text, const std::vector<size_t>& widths) const {
  std::vector<std::string_view> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  append_line(text, titles, widths);
}

std::string TextTable::to_string(size_t max_width) const {
  const std::vector<size_t> widths = widths_within(max_width);
  std::string text;
  append_titles(text, widths);
  std::vector<std::string_view> cells(columns_.size());
  size_t begin = 0;
  for (size_t row = 0; row < ends_.size(); row += columns_.size()) {
    for (size_t i = 0; i < cells.size(); ++i) {
      cells[i] = std::string_view(text_).substr(begin, ends_[row + i] - begin);
      begin = ends_[row + i];
    }
    append_line(text, cells, widths);
  }
  return text;
}

}  // namespace holdall::cli
