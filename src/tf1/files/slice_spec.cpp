#include "tf1/files/slice_spec.h"

#include <charconv>
#include <vector>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"

namespace holdall::tf1 {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<int64_t> number(std::string_view text) {
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// "0,5", or "-" for the whole axis.
bool add_axis(std::string_view text, Box& box) {
  if (text == "-") {
    box.starts.push_back(0);
    box.lengths.push_back(Box::kAll);
    return true;
  }
  const auto pair = split(text, ',');
  if (pair.size() != 2) return false;
  const auto start = number(pair[0]);
  const auto length = number(pair[1]);
  if (!start || !length) return false;
  box.starts.push_back(*start);
  box.lengths.push_back(*length);
  return true;
}

}  // namespace

Result<std::optional<SliceSpec>> parse_slice_spec(std::string_view text) {
  if (text.empty()) return std::optional<SliceSpec>();
  auto words = split(text, ' ');
  const auto refused = [&] {
    return invalid_argument("Need less than 2 elements in shape_and_slice string: {}", quote(text));
  };
  SliceSpec spec;
  for (const std::string_view axis : split(words.back(), ':')) {
    if (words.size() > 1 && !add_axis(axis, spec.box)) return refused();
  }
  words.pop_back();
  std::vector<int64_t> dims;
  for (const std::string_view word : words) {
    const auto size = number(word);
    if (!size) return refused();
    dims.push_back(*size);
  }
  spec.whole = Shape(dims);
  if (spec.box.starts.size() != dims.size() || dims.empty()) return refused();
  return std::optional(std::move(spec));
}

}  // namespace holdall::tf1
