#include "codec/json_scan.h"

#include <charconv>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"

namespace holdall {
namespace {

constexpr unsigned kMaxDepth = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, uint32_t character) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | ((character >> shift) & 0x3f));
  };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xc0 | character >> 6);
    tail(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xe0 | character >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | character >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

Error JsonScanner::malformed(std::string_view why) const {
  return corrupt("JSON is malformed at byte {}: {}", offset_ + at_, why);
}

void JsonScanner::skip_spaces() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
    ++at_;
  }
}

bool JsonScanner::take_if(char mark) {
  skip_spaces();
  if (at_ >= text_.size() || text_[at_] != mark) return false;
  ++at_;
  return true;
}

Status JsonScanner::take(char mark) {
  if (take_if(mark)) return {};
  const std::string expected{'\'', mark, '\''};
  if (at_ >= text_.size()) return malformed("it ends where " + expected + " is expected");
  return malformed(expected + " is expected, found " + quote(text_.substr(at_, 1)));
}

Status JsonScanner::take_end() {
  skip_spaces();
  if (at_ < text_.size()) return malformed("something follows the value");
  return {};
}

Result<std::string> JsonScanner::take_string() {
  HOLDALL_TRY(take('"'));
  std::string out;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return out;
    }
    if (c == '\\') {
      HOLDALL_TRY(append_escape(out));
      continue;
    }
    const size_t length = utf8_sequence_length(text_.substr(at_, 4));
    if (length == 0) return malformed("a string is not valid UTF-8");
    if (static_cast<unsigned char>(c) < 0x20) return malformed("a string has a control character");
    out += text_.substr(at_, length);
    at_ += length;
  }
  return malformed("a string has no end");
}

Status JsonScanner::append_escape(std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (const size_t i = kLetters.find(letter); i != std::string_view::npos) {
    out += kMeanings[i];
    at_ += 2;
    return {};
  }
  HOLDALL_ASSIGN(uint32_t character, take_code_unit());
  if (character >= 0xdc00 && character <= 0xdfff) return malformed("a surrogate stands alone");
  if (character >= 0xd800 && character <= 0xdbff) {
    if (!text_.substr(at_).starts_with("\\u")) return malformed("a surrogate stands alone");
    HOLDALL_ASSIGN(const uint32_t low, take_code_unit());
    if (low < 0xdc00 || low > 0xdfff) return malformed("a surrogate stands alone");
    character = 0x10000 + ((character - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(out, character);
  return {};
}

Result<uint32_t> JsonScanner::take_code_unit() {
  constexpr size_t kEscapeBytes = 6;  // \uXXXX
  const std::string_view escape = text_.substr(at_, kEscapeBytes);
  uint32_t unit = 0;
  if (escape.size() < kEscapeBytes || !escape.starts_with("\\u")) {
    return malformed("a string has an escape that is none");
  }
  const auto parsed = std::from_chars(escape.data() + 2, escape.data() + kEscapeBytes, unit, 16);
  if (parsed.ec != std::errc() || parsed.ptr != escape.data() + kEscapeBytes) {
    return malformed("a string has an escape that is none");
  }
  at_ += kEscapeBytes;
  return unit;
}

Result<uint64_t> JsonScanner::take_unsigned() {
  skip_spaces();
  const char* const first = text_.data() + at_;
  const char* const last = text_.data() + text_.size();
  uint64_t value = 0;
  const auto parsed = std::from_chars(first, last, value);
  if (parsed.ec == std::errc::result_out_of_range) return malformed("a number exceeds 64 bits");
  const bool has_more = parsed.ptr < last && (*parsed.ptr == '.' || *parsed.ptr == 'e' ||
                                              *parsed.ptr == 'E' || is_digit(*parsed.ptr));
  const bool has_leading_zero = parsed.ptr > first + 1 && *first == '0';
  if (parsed.ec != std::errc() || has_more || has_leading_zero) {
    return malformed("a plain integer without sign is expected");
  }
  at_ += static_cast<size_t>(parsed.ptr - first);
  return value;
}

Status JsonScanner::skip_value() {
  return skip_value_at(0);
}

Result<std::string_view> JsonScanner::take_value() {
  skip_spaces();
  const size_t start = at_;
  HOLDALL_TRY(skip_value());
  return text_.substr(start, at_ - start);
}

Status JsonScanner::skip_value_at(unsigned depth) {
  if (depth >= kMaxDepth) {
    return unsupported("JSON is nested deeper than {} levels", kMaxDepth);
  }
  skip_spaces();
  const char next = at_ < text_.size() ? text_[at_] : '\0';
  if (next == '{') {
    return for_each_member([&](const std::string&) { return skip_value_at(depth + 1); });
  }
  if (next == '[') return for_each_item([&] { return skip_value_at(depth + 1); });
  if (next == '"') {
    HOLDALL_ASSIGN(const std::string skipped, take_string());
    return {};
  }
  // A number, true, false or null; nobody looks at which.
  const size_t end = text_.find_first_not_of("+-.0123456789abcdefghijklmnopqrstuvwxyzE", at_);
  const size_t length = std::min(end, text_.size()) - at_;
  if (length == 0) return malformed("a value is expected");
  at_ += length;
  return {};
}

}  // namespace holdall
