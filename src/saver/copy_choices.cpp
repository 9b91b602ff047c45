#include "saver/copy_choices.h"

#include <charconv>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "tensor/box_copy.h"
#include "tensor/cast.h"
#include "tensor/dtype_kinds.h"

namespace holdall {
namespace {

struct Choice {
  std::string_view glob;  // "" if none is given
  std::string_view what;
};

// A name may hold "=", what comes after the last one may not.
Choice split_choice(std::string_view text) {
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Result<Casts> Casts::parse(const std::vector<std::string>& texts) {
  Casts casts;
  for (const std::string& text : texts) {
    const Choice choice = split_choice(text);
    const auto dtype = find_dtype(choice.what);
    if (!dtype) {
      return invalid_argument("in the cast {}, {} is no dtype; a name like float32 is expected",
                              quote(text), quote(choice.what));
    }
    Cast cast{std::nullopt, *dtype};
    if (!choice.glob.empty()) {
      HOLDALL_ASSIGN(cast.glob, Glob::parse(choice.glob));
    }
    casts.casts_.push_back(std::move(cast));
  }
  return casts;
}

Result<DType> Casts::dtype_of(std::string_view name, DType stored) const {
  DType dtype = stored;
  for (const Cast& each : casts_) {
    if (each.glob ? each.glob->matches(name) : is_floating(stored)) dtype = each.dtype;
  }
  if (cast_kind(stored, dtype) == CastKind::kNone) {
    return unsupported("{} is not converted to {}", dtype_name(stored), dtype_name(dtype));
  }
  return dtype;
}

Result<Partitions> Partitions::parse(const std::vector<std::string>& texts) {
  Partitions partitions;
  for (const std::string& text : texts) {
    const Choice choice = split_choice(text);
    const size_t colon = choice.what.find(':');
    const bool is_axis = choice.what.starts_with("axis") && colon != std::string_view::npos;
    const auto axis = is_axis ? parse_number(choice.what.substr(4, colon - 4)) : std::nullopt;
    const auto count = is_axis ? parse_number(choice.what.substr(colon + 1)) : std::nullopt;
    if (choice.glob.empty() || !axis || !count || *count == 0) {
      return invalid_argument("{} is no partition; expected is one like 'emb/**=axis0:8'",
                              quote(text));
    }
    HOLDALL_ASSIGN(Glob glob, Glob::parse(choice.glob));
    partitions.partitions_.push_back({std::move(glob), *axis, *count});
  }
  return partitions;
}

Result<std::vector<Box>> Partitions::boxes_of(std::string_view name, const Shape& shape) const {
  const Partition* chosen = nullptr;
  for (const Partition& each : partitions_) {
    if (each.glob.matches(name)) chosen = &each;
  }
  if (chosen == nullptr || chosen->count == 1) return std::vector<Box>();
  const auto size = chosen->axis < shape.rank() ? static_cast<uint64_t>(shape[chosen->axis]) : 0;
  if (size < chosen->count) {
    return invalid_argument("its shape {} cannot be cut into {} slices along axis {}",
                            shape.to_string(), chosen->count, chosen->axis);
  }
  std::vector<Box> boxes;
  Box box = whole_box(shape);
  for (uint64_t i = 0; i < chosen->count; ++i) {
    const uint64_t length = size / chosen->count + (i < size % chosen->count ? 1 : 0);
    box.lengths[chosen->axis] = static_cast<int64_t>(length);
    boxes.push_back(box);
    box.starts[chosen->axis] += static_cast<int64_t>(length);
  }
  return boxes;
}

}  // namespace holdall
