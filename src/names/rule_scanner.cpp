#include "names/rule_scanner.h"

#include <algorithm>

#include "base/message.h"
#include "base/quote.h"
#include "names/characters.h"

namespace holdall {
namespace {

// How much of a line an error shows on either side of the place.
constexpr size_t kShownBytes = 60;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool ends_word(char c) {
  return is_blank(c) || c == '\n' || c == ';';
}

// Punctuation that means itself after a "\" in an expression, and nothing in a list of rules.
bool may_delimit(char c) {
  constexpr std::string_view kDelimiters = "!#$%&'()*+,-./:<=>?@[]^`{|}~";
  return kDelimiters.find(c) != std::string_view::npos;
}

}  // namespace

bool RuleScanner::find_rule() {
  for (; offset_ < text_.size(); ++offset_) {
    const char c = text_[offset_];
    if (c == '#') {
      offset_ = std::min(text_.find('\n', offset_), text_.size() - 1);
    } else if (!is_blank(c) && c != '\n' && c != ';') {
      return true;
    }
  }
  return false;
}

bool RuleScanner::is_at_rule_end() {
  while (offset_ < text_.size() && is_blank(text_[offset_])) ++offset_;
  if (offset_ == text_.size()) return true;
  const char c = text_[offset_];
  return c == '\n' || c == ';' || c == '#';
}

Result<std::string> RuleScanner::read_word(std::string_view expected) {
  if (is_at_rule_end()) {
    return error_at(offset_, message("found the end of the rule, expected {}", expected));
  }
  word_offset_ = offset_;
  if (text_[offset_] == '"') return read_quoted_word();
  while (offset_ < text_.size() && !ends_word(text_[offset_])) {
    if (text_[offset_] == '"') {
      return error_at(offset_,
                      "found a double quote within a word; quote the whole word and write \\\" "
                      "within");
    }
    ++offset_;
  }
  return std::string(between(word_offset_, offset_));
}

Result<std::string> RuleScanner::read_quoted_word() {
  std::string word;
  for (++offset_; offset_ < text_.size() && text_[offset_] != '\n'; ++offset_) {
    const char c = text_[offset_];
    if (c == '"') {
      ++offset_;
      if (offset_ < text_.size() && !ends_word(text_[offset_])) {
        return error_at(offset_, message("found {} after the closing quote, expected a blank",
                                         quote(first_character(text_.substr(offset_)))));
      }
      return word;
    }
    if (c == '\\') {
      const bool is_escape =
          offset_ + 1 < text_.size() && (text_[offset_ + 1] == '"' || text_[offset_ + 1] == '\\');
      if (!is_escape) {
        return error_at(offset_, "found a single backslash, expected \\\" or \\\\ within quotes");
      }
      ++offset_;
    }
    word += text_[offset_];
  }
  return error_at(word_offset_, "the quoted word has no closing quote on its line");
}

Result<char> RuleScanner::read_delimiter() {
  // A "#" delimits here and starts no comment.
  while (offset_ < text_.size() && is_blank(text_[offset_])) ++offset_;
  const bool is_at_end = offset_ == text_.size() || text_[offset_] == '\n';
  if (is_at_end || !may_delimit(text_[offset_])) {
    const std::string found = is_at_end ? std::string("the end of the rule")
                                        : quote(first_character(text_.substr(offset_)));
    return error_at(offset_, message("found {}, expected an expression between delimiters, as in "
                                     "/a/b/; any ASCII punctuation but \\ ; \" _ delimits",
                                     found));
  }
  return text_[offset_++];
}

Result<std::string_view> RuleScanner::read_section(char delimiter, std::string_view what) {
  const size_t begin = offset_;
  for (; offset_ < text_.size() && text_[offset_] != '\n'; ++offset_) {
    if (text_[offset_] == delimiter) return between(begin, offset_++);
    if (text_[offset_] == '\\' && offset_ + 1 < text_.size() && text_[offset_ + 1] != '\n') {
      ++offset_;
    }
  }
  return error_at(begin - 1, message("{} has no end, expected another {} on the line", what,
                                     quote({&delimiter, 1})));
}

Error RuleScanner::error_at(size_t offset, std::string_view message_text) const {
  const std::string_view before = text_.substr(0, offset);
  const size_t line_begin = before.rfind('\n') + 1;  // 0 where there is none
  const size_t line_end = std::min(text_.find_first_of("\r\n", offset), text_.size());
  const size_t line = static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const size_t shown_begin = std::max(line_begin, offset - std::min(offset, kShownBytes));
  const size_t shown_end = std::min(line_end, offset + kShownBytes);
  std::string left = shown_begin > line_begin ? "..." : "";
  left += printable(between(shown_begin, offset));
  std::string right = printable(between(offset, std::max(offset, shown_end)));
  if (shown_end < line_end) right += "...";
  return invalid_argument("line {}, column {}: {}\n  {}{}\n  {}^", line,
                          character_count(between(line_begin, offset)) + 1, message_text, left,
                          right, std::string(character_count(left), ' '));
}

}  // namespace holdall
