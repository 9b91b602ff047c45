// Regular expressions over names, and what replaces their matches: the only way to the RE2 library.
// Immutable and safe to use from many threads; matching is linear in the length of a name for each
// match it has, and bounded in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// Bounds what a replacement can make of a name, and the time of a name with many matches.
inline constexpr size_t kLongestReplacedNameBytes = size_t{16} * 1024;

// What cannot be parsed, and the byte of the text where that shows.
struct PatternFault {
  size_t offset = 0;
  std::string message;
};

template <class T>
using PatternResult = std::variant<T, PatternFault>;

// "$1" a group, "$0" the match, "${12}" the same with digits after it, "$$" a dollar, "\" the next
// character as it is.
class Replacement {
 public:
  // Groups above `group_count` are a fault.
  static PatternResult<Replacement> parse(std::string_view text, size_t group_count);

  // Requires: groups[0] is the match, and one more for each group of the pattern.
  void append_to(std::string& out, const std::vector<std::string_view>& groups) const;

 private:
  struct Part {
    std::string text;
    std::optional<size_t> group;  // in place of text
  };
  std::vector<Part> parts_;
};

class Pattern {
 public:
  // What a match is: whole components of a name, or any part of it.
  enum class Matching : unsigned char { kComponents, kAnywhere };

  static PatternResult<Pattern> parse(std::string_view text, Matching matching);

  size_t group_count() const;
  // `name` with all matches replaced, from left to right, none touching another; none where there
  // is no match, or where `name` or what it becomes is longer than kLongestReplacedNameBytes.
  std::optional<std::string> replace_all(std::string_view name,
                                         const Replacement& replacement) const;

 private:
  struct Programs;
  explicit Pattern(std::shared_ptr<const Programs> programs);
  std::shared_ptr<const Programs> programs_;
};

}  // namespace holdall
