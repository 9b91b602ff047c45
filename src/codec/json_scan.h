// Goes through JSON text front to back and keeps none of it: for headers of many megabytes, of
// which json.h would make values ten times their size. Stricter than JSON where parsers disagree:
// numbers are plain integers below 2^64, strings are valid UTF-8, an object never has a key twice
// (which the caller checks, who knows the keys).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "holdall/status.h"

namespace holdall {

class JsonScanner {
 public:
  // The text must outlive the scanner. `offset` is where it begins in its file, for messages.
  explicit JsonScanner(std::string_view text, uint64_t offset = 0) : text_(text), offset_(offset) {}

  // All of these skip spaces first, and fail with kCorrupt, which names the offset.

  // Takes this punctuation mark.
  Status take(char mark);

  // Takes it if it is next.
  bool take_if(char mark);

  // A string, its escapes resolved.
  Result<std::string> take_string();

  // An integer without sign, fraction, exponent or leading zeros.
  Result<uint64_t> take_unsigned();

  // Any value, and the same as it is written. Fail also: kUnsupported for more than 64 levels.
  Status skip_value();
  Result<std::string_view> take_value();

  // The end of the text.
  Status take_end();

  // Calls `item()` at each member of an object, after take('{') and before its value, with its key;
  // and at each item of an array. What it returns as an error ends the walk.
  template <class Member>
  Status for_each_member(Member member);
  template <class Item>
  Status for_each_item(Item item);

  // kCorrupt: "JSON is malformed at byte N: ..."
  Error malformed(std::string_view why) const;

 private:
  void skip_spaces();
  Status skip_value_at(unsigned depth);
  Status append_escape(std::string& out);
  Result<uint32_t> take_code_unit();

  std::string_view text_;
  size_t at_ = 0;
  uint64_t offset_ = 0;
};

template <class Member>
Status JsonScanner::for_each_member(Member member) {
  if (auto status = take('{'); !status.ok()) return status;
  if (take_if('}')) return {};
  do {
    auto key = take_string();
    if (!key.ok()) return std::move(key).error();
    if (auto status = take(':'); !status.ok()) return status;
    if (Status status = member(std::move(*key)); !status.ok()) return status;
  } while (take_if(','));
  return take('}');
}

template <class Item>
Status JsonScanner::for_each_item(Item item) {
  if (auto status = take('['); !status.ok()) return status;
  if (take_if(']')) return {};
  do {
    if (Status status = item(); !status.ok()) return status;
  } while (take_if(','));
  return take(']');
}

}  // namespace holdall
