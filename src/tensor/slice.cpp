#include "holdall/slice.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

constexpr std::string_view kRest = "...";

// One of the parts between commas.
struct Part {
  std::string_view text;
  size_t column = 0;  // from 0
};

class SliceParser {
 public:
  SliceParser(std::string_view text, const Shape& whole)
      : text_(text), whole_(whole), slice_{whole_box(whole), {}} {}

  Result<Slice> run() {
    const std::vector<Part> parts = split();
    const auto is_rest = [](const Part& part) { return part.text == kRest; };
    const auto rest = std::find_if(parts.begin(), parts.end(), is_rest);
    const bool has_rest = rest != parts.end();
    if (has_rest) {
      const auto second = std::find_if(rest + 1, parts.end(), is_rest);
      if (second != parts.end()) return wrong(second->column, "'...' stands here a second time");
    }
    const size_t named = parts.size() - (has_rest ? 1 : 0);
    if (named > whole_.rank()) {
      return wrong(parts[whole_.rank()].column, message("{} dimensions are given, shape {} has {}",
                                                        named, whole_.to_string(), whole_.rank()));
    }
    size_t axis = 0;
    for (const Part& part : parts) {
      if (is_rest(part)) {
        for (size_t i = named; i < whole_.rank(); ++i) dims_.push_back(whole_[axis++]);
      } else {
        HOLDALL_TRY(take(part, axis++));
      }
    }
    while (axis < whole_.rank()) dims_.push_back(whole_[axis++]);
    slice_.shape = Shape(dims_);
    return std::move(slice_);
  }

 private:
  // Without the blanks around each.
  std::vector<Part> split() const {
    std::vector<Part> parts;
    for (size_t start = 0; start <= text_.size();) {
      const size_t end = std::min(text_.find(',', start), text_.size());
      size_t first = start;
      size_t last = end;
      while (first < last && text_[first] == ' ') ++first;
      while (last > first && text_[last - 1] == ' ') --last;
      parts.push_back({text_.substr(first, last - first), first});
      start = end + 1;
    }
    return parts;
  }

  Status take(const Part& part, size_t axis) {
    const size_t colon = part.text.find(':');
    if (colon == std::string_view::npos) return take_index(part, axis);
    const std::string_view after = part.text.substr(colon + 1);
    if (const size_t second = after.find(':'); second != std::string_view::npos) {
      return wrong(part.column + colon + 1 + second, "steps are not supported");
    }
    const int64_t size = whole_[axis];
    HOLDALL_ASSIGN(const auto from, number({part.text.substr(0, colon), part.column}));
    HOLDALL_ASSIGN(const auto to, number({after, part.column + colon + 1}));
    const auto clip = [&](int64_t i) { return std::clamp<int64_t>(i < 0 ? i + size : i, 0, size); };
    const int64_t start = clip(from.value_or(0));
    const int64_t end = clip(to.value_or(size));
    slice_.box.starts[axis] = start;
    slice_.box.lengths[axis] = std::max<int64_t>(0, end - start);
    dims_.push_back(slice_.box.lengths[axis]);
    return {};
  }

  Status take_index(const Part& part, size_t axis) {
    HOLDALL_ASSIGN(const auto index, number(part));
    if (!index) return wrong(part.column, "found nothing, expected an index, a range or '...'");
    const int64_t size = whole_[axis];
    const int64_t at = *index < 0 ? *index + size : *index;
    if (at < 0 || at >= size) {
      return wrong(part.column, message("index {} leaves dimension {} of shape {}", *index, axis,
                                        whole_.to_string()));
    }
    slice_.box.starts[axis] = at;
    slice_.box.lengths[axis] = 1;
    return {};
  }

  // None for no text.
  Result<std::optional<int64_t>> number(const Part& part) const {
    if (part.text.empty()) return std::optional<int64_t>();
    int64_t value = 0;
    const char* end = part.text.data() + part.text.size();
    const auto parsed = std::from_chars(part.text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end) return std::optional(value);
    const auto at = static_cast<size_t>(parsed.ptr - part.text.data());
    if (parsed.ec == std::errc::result_out_of_range)
      return wrong(part.column, "the number is too large");
    return wrong(part.column + at,
                 message("found {}, expected a number", quote(part.text.substr(at))));
  }

  Error wrong(size_t column, std::string_view what) const {
    return invalid_argument("column {} of the slice: {}\n  {}\n  {}^", column + 1, what,
                            printable(text_), std::string(column, ' '));
  }

  const std::string_view text_;
  const Shape& whole_;
  Slice slice_;
  std::vector<int64_t> dims_;
};

}  // namespace

Result<Slice> parse_slice(std::string_view text, const Shape& whole) {
  return SliceParser(text, whole).run();
}

}  // namespace holdall
