// JSON as a value: small files are parsed into it, and all our JSON is written from it. Large
// headers are not its business: it keeps every value in memory, about forty bytes for the shortest.
//
// Strings hold bytes, normally UTF-8. A byte 0x80 + x that is not part of valid UTF-8 is written as
// the escape of the lone surrogate U+DC80 + x, which is Python's "surrogateescape", and parsed back
// into that byte; so the text is valid JSON whatever the names in a checkpoint are.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "holdall/status.h"

namespace holdall {

struct JsonMember;

class Json {
 public:
  Json();  // null
  template <std::integral T>
  Json(T value)  // NOLINT: implicit
      : Json(std::same_as<T, bool>     ? from_bool(value != 0)
             : std::signed_integral<T> ? from_signed(static_cast<int64_t>(value))
                                       : from_unsigned(static_cast<uint64_t>(value))) {}
  Json(double value);            // NOLINT: implicit
  Json(std::string value);       // NOLINT: implicit
  Json(std::string_view value);  // NOLINT: implicit
  Json(const char* value);       // NOLINT: implicit

  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  // Json::array({1, "two"}), Json::object({{"step", 7}, {"names", Json::array()}}).
  static Json array(std::initializer_list<Json> items = {});
  static Json object(std::initializer_list<JsonMember> members = {});

  // Append. Require: an array; an object that has no member `key` yet.
  void push_back(Json item);
  void add(std::string key, Json value);

  // One value and nothing after it. Integers of 64 bits stay exact; other numbers become doubles.
  // Fails with kCorrupt for what is not JSON, a key that occurs twice in its object and a number
  // too large for a double, and with kUnsupported for more than 64 levels.
  static Result<Json> parse(std::string_view text);

  // Members in the order in which they were added. One line without spaces if `indent` is negative,
  // else many, indented by so many spaces a level. A double that is not finite becomes null.
  std::string dump(int indent = -1) const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value if it is of that type and fits, else nothing.
  std::optional<bool> as_bool() const;
  std::optional<int64_t> as_int64() const;
  std::optional<uint64_t> as_uint64() const;
  std::optional<double> as_double() const;  // integers too, rounded if need be
  std::optional<std::string_view> as_string() const;

  // The contents of an array or object; empty for all else.
  std::span<const Json> items() const;
  std::span<const JsonMember> members() const;
  // The number of items or members.
  size_t size() const;
  // The member called `key`, or null if there is none or this is no object. Looks at one by one.
  const Json* find(std::string_view key) const;
  // Requires: an array with more than `index` items.
  const Json& operator[](size_t index) const;

  bool operator==(const Json& other) const;

 private:
  using Array = std::vector<Json>;
  using Object = std::vector<JsonMember>;

  static Json from_bool(bool value);
  static Json from_signed(int64_t value);
  static Json from_unsigned(uint64_t value);

  // An integer is a uint64_t only if no int64_t can hold it: equal numbers are equal values.
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array, Object> value_;
};

struct JsonMember {
  std::string key;
  Json value;

  bool operator==(const JsonMember&) const = default;
};

}  // namespace holdall
