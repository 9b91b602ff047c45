#include "base/quote.h"

#include <algorithm>
#include <cstdint>

namespace holdall {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void append_escaped(std::string& out, unsigned char byte) {
  switch (byte) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\'': out += "\\'"; return;
    case '\\': out += "\\\\"; return;
    default: break;
  }
  out += "\\x";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

bool needs_escape(unsigned char byte) {
  return byte < 0x20 || byte == 0x7f || byte == '\'' || byte == '\\';
}

// An ASCII character that stands for itself.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && !needs_escape(byte);
}

uint32_t decode(std::string_view sequence) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(sequence[i]));
  };
  switch (sequence.size()) {
    case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
             (byte(3) & 0x3f);
    default: return byte(0);
  }
}

// C1 controls, line and paragraph separators, zero-width characters and bidirectional overrides.
bool is_invisible(uint32_t code_point) {
  return (code_point >= 0x80 && code_point <= 0x9f) ||
         (code_point >= 0x200b && code_point <= 0x200f) ||
         (code_point >= 0x2028 && code_point <= 0x202e) ||
         (code_point >= 0x2060 && code_point <= 0x206f) || code_point == 0xfeff;
}

}  // namespace

size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms and surrogates would give one character two spellings.
  const uint32_t code_point = decode(text.substr(0, length));
  if (length == 3 && (code_point < 0x800 || (code_point >= 0xd800 && code_point <= 0xdfff)))
    return 0;
  if (length == 4 && (code_point < 0x10000 || code_point > 0x10ffff)) return 0;
  return length;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto plain_end = std::find_if_not(text.begin(), text.end(), is_plain);
    out.append(text.begin(), plain_end);
    text.remove_prefix(static_cast<size_t>(plain_end - text.begin()));
    if (text.empty()) break;
    const size_t length = utf8_sequence_length(text);
    if (length > 1 && !is_invisible(decode(text.substr(0, length)))) {
      out += text.substr(0, length);
    } else {
      for (size_t i = 0; i < (length > 1 ? length : 1); ++i) {
        append_escaped(out, static_cast<unsigned char>(text[i]));
      }
    }
    text.remove_prefix(length > 1 ? length : 1);
  }
  return out;
}

std::string quote_front(std::string_view text) {
  constexpr size_t kShownBytes = 200;
  if (text.size() <= kShownBytes) return quote(text);
  return quote(text.substr(0, kShownBytes)) + "...";
}

std::string quote(std::string_view text) {
  return "'" + printable(text) + "'";
}

}  // namespace holdall
