#include "base/message.h"
#include "base/quote.h"
#include "holdall/names.h"

namespace holdall {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

Status check_scope(std::string_view scope) {
  for (size_t i = 0; i < scope.size(); ++i) {
    const char c = scope[i];
    const bool is_legal = is_letter_or_digit(c) || c == '.' ||
                          (i > 0 && (c == '_' || c == '-' || (c == '/' && scope[i - 1] != '/')));
    if (!is_legal) {
      return invalid_argument(
          "{} is not a valid scope name: character {} is {}, allowed are ASCII letters, digits and "
          "'_.-/', a letter, digit or dot first, and no empty component",
          quote(scope), i + 1, quote(scope.substr(i, 1)));
    }
  }
  if (!scope.empty() && scope.back() == '/') {
    return invalid_argument("{} is not a valid scope name: it ends in '/'", quote(scope));
  }
  return {};
}

std::string join_scope(std::string_view scope, std::string_view name) {
  if (scope.empty()) return std::string(name);
  std::string full(scope);
  full += '/';
  return full += name;
}

bool is_in_scope(std::string_view name, std::string_view scope) {
  if (scope.empty()) return true;
  return name.size() > scope.size() && name.substr(0, scope.size()) == scope &&
         name[scope.size()] == '/';
}

}  // namespace holdall
