// The text of rules, as words and delimited sections. It knows where it is, and what an error says
// of the place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "holdall/status.h"

namespace holdall {

// Borrows its text.
class RuleScanner {
 public:
  explicit RuleScanner(std::string_view text) : text_(text) {}

  // Moves to the first word of the next rule; false where there is none.
  bool find_rule();
  // Moves over blanks; whether the rule ends here: at a line's end, a ";" or a comment.
  bool is_at_rule_end();

  size_t offset() const { return offset_; }
  std::string_view between(size_t begin, size_t end) const {
    return text_.substr(begin, end - begin);
  }

  // The next word, plain or in double quotes. `expected` says what it would be.
  Result<std::string> read_word(std::string_view expected);
  // Where the word of the last read_word() starts.
  size_t word_offset() const { return word_offset_; }

  // Moves over the character that delimits the sections to come.
  Result<char> read_delimiter();
  // What comes before the next `delimiter` without a "\" in front, as written; moves over both.
  Result<std::string_view> read_section(char delimiter, std::string_view what);

  // "line 2, column 7: <message>", the line, and a mark under the place.
  Error error_at(size_t offset, std::string_view message) const;

 private:
  Result<std::string> read_quoted_word();

  std::string_view text_;
  size_t offset_ = 0;
  size_t word_offset_ = 0;
};

}  // namespace holdall
