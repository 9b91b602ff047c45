// Names that come from files, made safe to print: one style for every message and table.
#pragma once

#include <string>
#include <string_view>

#include "holdall/text.h"  // printable

namespace holdall {

// `text` in single quotes, made printable().
std::string quote(std::string_view text);

// The same of its front only, with "..." behind, where it is long: a damaged file can make a name
// of any length.
std::string quote_front(std::string_view text);

// The number of bytes of the valid UTF-8 sequence at the front of `text`, or 0.
size_t utf8_sequence_length(std::string_view text);

}  // namespace holdall
