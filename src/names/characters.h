// Text as characters: UTF-8 sequences, and single bytes where there is none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/quote.h"

namespace holdall {

// Requires: `text` is not empty.
inline std::string_view first_character(std::string_view text) {
  return text.substr(0, std::max<size_t>(1, utf8_sequence_length(text)));
}

inline size_t character_count(std::string_view text) {
  size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).size());
  return count;
}

}  // namespace holdall
