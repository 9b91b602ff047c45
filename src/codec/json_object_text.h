// A JSON object as Json::dump(2) writes it, put together member by member: a list of a million
// items is text at once and never a value, which would take ten times as much memory.
#pragma once

#include <string>
#include <string_view>

#include "codec/json.h"

namespace holdall {

class JsonObjectText {
 public:
  // Requires: no list is open; a key that was not used before.
  void add(std::string_view key, const Json& value);

  // The items of a list follow, until it is closed. Requires: as add(); the list is open.
  void open_list(std::string_view key);
  void push_back(const Json& item);
  void close_list();

  // The whole object. Requires: no list is open.
  std::string finish() &&;

 private:
  void add_key(std::string_view key);
  void append(const Json& value, std::string_view indent);

  std::string text_ = "{";
  bool is_empty_ = true;
  bool is_list_empty_ = true;
};

}  // namespace holdall
