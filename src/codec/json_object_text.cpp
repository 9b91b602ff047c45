#include "codec/json_object_text.h"

namespace holdall {
namespace {

constexpr std::string_view kMemberIndent = "\n  ";
constexpr std::string_view kItemIndent = "\n    ";

}  // namespace

void JsonObjectText::add_key(std::string_view key) {
  if (!is_empty_) text_ += ',';
  is_empty_ = false;
  text_.append(kMemberIndent).append(Json(key).dump()).append(": ");
}

// Line breaks occur only between values: within strings they are escaped.
void JsonObjectText::append(const Json& value, std::string_view indent) {
  const std::string lines = value.dump(2);
  size_t start = 0;
  for (size_t end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', start)) {
    text_.append(lines, start, end - start).append(indent);
    start = end + 1;
  }
  text_.append(lines, start);
}

void JsonObjectText::add(std::string_view key, const Json& value) {
  add_key(key);
  append(value, kMemberIndent);
}

void JsonObjectText::open_list(std::string_view key) {
  add_key(key);
  text_ += '[';
  is_list_empty_ = true;
}

void JsonObjectText::push_back(const Json& item) {
  if (!is_list_empty_) text_ += ',';
  is_list_empty_ = false;
  text_ += kItemIndent;
  append(item, kItemIndent);
}

void JsonObjectText::close_list() {
  if (!is_list_empty_) text_ += kMemberIndent;
  text_ += ']';
}

std::string JsonObjectText::finish() && {
  if (!is_empty_) text_ += '\n';
  text_ += '}';
  return std::move(text_);
}

}  // namespace holdall
