// How a Json value is written.
#include <charconv>
#include <cmath>

#include "base/quote.h"
#include "codec/json.h"

namespace holdall {
namespace {

void append_unicode_escape(std::string& out, uint32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

void append_ascii(std::string& out, char letter) {
  switch (letter) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (letter < 0x20 || letter == 0x7f) {
    append_unicode_escape(out, static_cast<uint32_t>(letter));
  } else {
    out += letter;
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    const auto last_byte = static_cast<unsigned char>(text[length > 0 ? length - 1 : 0]);
    if (length == 1) {
      append_ascii(out, text[0]);
    } else if (length == 0) {
      append_unicode_escape(out, 0xdc00u + last_byte);
    } else if (text[0] == '\xc2' && last_byte < 0xa0) {
      append_unicode_escape(out, last_byte);  // a C1 control, on which terminals act
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];  // the longest double takes 24
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  const size_t before = out.size();
  append_number(out, value);
  // Without this, 1.0 would be read back as an integer.
  if (out.find_first_of(".e", before) == std::string::npos) out += ".0";
}

class JsonPrinter {
 public:
  JsonPrinter(std::string& out, int indent) : out_(out), indent_(indent) {}

  void print(const Json& value, int level) {
    if (value.is_array()) return print_array(value.items(), level);
    if (value.is_object()) return print_object(value.members(), level);
    if (const auto text = value.as_string()) return append_string(out_, *text);
    if (const auto flag = value.as_bool()) {
      out_ += *flag ? "true" : "false";
    } else if (const auto integer = value.as_int64()) {
      append_number(out_, *integer);
    } else if (const auto large = value.as_uint64()) {
      append_number(out_, *large);
    } else if (const auto real = value.as_double()) {
      append_double(out_, *real);
    } else {
      out_ += "null";
    }
  }

 private:
  void print_array(std::span<const Json> items, int level) {
    out_ += '[';
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ',';
      break_line(level + 1);
      print(items[i], level + 1);
    }
    if (!items.empty()) break_line(level);
    out_ += ']';
  }

  void print_object(std::span<const JsonMember> members, int level) {
    out_ += '{';
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out_ += ',';
      break_line(level + 1);
      append_string(out_, members[i].key);
      out_ += indent_ < 0 ? ":" : ": ";
      print(members[i].value, level + 1);
    }
    if (!members.empty()) break_line(level);
    out_ += '}';
  }

  void break_line(int level) {
    if (indent_ < 0) return;
    out_ += '\n';
    out_.append(static_cast<size_t>(indent_) * static_cast<size_t>(level), ' ');
  }

  std::string& out_;
  int indent_;
};

}  // namespace

std::string Json::dump(int indent) const {
  std::string out;
  JsonPrinter(out, indent).print(*this, 0);
  return out;
}

}  // namespace holdall
