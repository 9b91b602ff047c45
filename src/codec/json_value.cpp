// How a Json value is made and looked at.
#include <cassert>

#include "codec/json.h"

namespace holdall {

Json::Json() = default;
// Not the variant's own copying: libstdc++ holds one of such alternatives to be never without a
// value, and where memory for a copy lacks it destroys the copy that there is not.
Json::Json(const Json& other) {
  std::visit([this](auto value) { value_ = std::move(value); }, other.value_);
}
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) {
  if (this != &other) *this = Json(other);
  return *this;
}
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json::Json(double value) : value_(value) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(const char* value) : value_(std::string(value)) {}

Json Json::from_bool(bool value) {
  Json json;
  json.value_ = value;
  return json;
}

Json Json::from_signed(int64_t value) {
  Json json;
  json.value_ = value;
  return json;
}

Json Json::from_unsigned(uint64_t value) {
  Json json;
  if (value <= INT64_MAX) {
    json.value_ = static_cast<int64_t>(value);
  } else {
    json.value_ = value;
  }
  return json;
}

Json Json::array(std::initializer_list<Json> items) {
  Json json;
  json.value_ = Array(items);
  return json;
}

Json Json::object(std::initializer_list<JsonMember> members) {
  Json json;
  json.value_ = Object(members);
  return json;
}

void Json::push_back(Json item) {
  assert(is_array());
  std::get<Array>(value_).push_back(std::move(item));
}

void Json::add(std::string key, Json value) {
  assert(is_object());
  std::get<Object>(value_).push_back({std::move(key), std::move(value)});
}

std::optional<bool> Json::as_bool() const {
  const auto* value = std::get_if<bool>(&value_);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<int64_t> Json::as_int64() const {
  const auto* value = std::get_if<int64_t>(&value_);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<uint64_t> Json::as_uint64() const {
  if (const auto* large = std::get_if<uint64_t>(&value_)) return *large;
  const auto* value = std::get_if<int64_t>(&value_);
  if (value == nullptr || *value < 0) return std::nullopt;
  return static_cast<uint64_t>(*value);
}

std::optional<double> Json::as_double() const {
  if (const auto* real = std::get_if<double>(&value_)) return *real;
  if (const auto integer = as_int64()) return static_cast<double>(*integer);
  if (const auto large = as_uint64()) return static_cast<double>(*large);
  return std::nullopt;
}

std::optional<std::string_view> Json::as_string() const {
  const auto* value = std::get_if<std::string>(&value_);
  return value != nullptr ? std::optional<std::string_view>(*value) : std::nullopt;
}

std::span<const Json> Json::items() const {
  const auto* array = std::get_if<Array>(&value_);
  return array != nullptr ? std::span<const Json>(*array) : std::span<const Json>();
}

std::span<const JsonMember> Json::members() const {
  const auto* object = std::get_if<Object>(&value_);
  return object != nullptr ? std::span<const JsonMember>(*object) : std::span<const JsonMember>();
}

size_t Json::size() const {
  return items().size() + members().size();
}

const Json* Json::find(std::string_view key) const {
  for (const JsonMember& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

const Json& Json::operator[](size_t index) const {
  assert(index < items().size());
  return items()[index];
}

bool Json::operator==(const Json& other) const {
  return value_ == other.value_;
}

}  // namespace holdall
