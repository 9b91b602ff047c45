#include "tf1/graph/unique_names.h"

#include "base/quote.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string UniqueNames::make_unique(const std::string& full, bool mark_as_used) {
  const std::string key = lower_case(full);
  const auto at = next_suffix_.find(key);
  uint64_t suffix = at == next_suffix_.end() ? 0 : at->second;
  if (suffix == 0) {
    if (mark_as_used) next_suffix_[key] = 1;
    return full;
  }
  // Names of this form that were taken by hand are stepped over.
  std::string candidate;
  do {
    candidate = key + '_' + std::to_string(suffix++);
  } while (next_suffix_.contains(candidate));
  if (mark_as_used) {
    ++next_suffix_[key];
    next_suffix_[candidate] = 1;
  }
  return full + '_' + std::to_string(suffix - 1);
}

Status check_graph_name(std::string_view name, bool is_at_root, NameKind kind) {
  bool is_valid = !name.empty();
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_inner = c == '_' || c == '-' || c == '/';
    if (!is_letter_or_digit(c) && c != '.' && !(is_inner && (i > 0 || !is_at_root)))
      is_valid = false;
  }
  if (is_valid) return {};
  return value_error("{} is not a valid {} name", quote(name),
                     kind == NameKind::kScope ? "scope" : "node");
}

Status check_imported_name(std::string_view name) {
  bool is_first = true;
  bool is_valid = true;
  for (const char c : name) {
    const bool is_inner = c == '_' || c == '-' || c == '/' || c == '>';
    is_valid &= is_letter_or_digit(c) || c == '.' || (is_inner && !is_first);
    is_first = c == '>';
  }
  if (is_valid && !is_first) return {};
  return value_error("Node {}: Node name contains invalid characters", quote(name));
}

namespace {

// "^" and "loc:@" stand in front of what a name is under.
size_t mark_size(std::string_view name) {
  return name.starts_with('^') ? 1 : name.starts_with("loc:@") ? 5 : 0;
}

}  // namespace

std::string with_prefix(std::string_view prefix, std::string_view name) {
  std::string under(name);
  under.insert(mark_size(name), prefix);
  return under;
}

std::string without_prefix(std::string_view prefix, std::string_view name) {
  const size_t mark = mark_size(name);
  if (!name.substr(mark).starts_with(prefix)) return std::string(name);
  return std::string(name.substr(0, mark)).append(name.substr(mark + prefix.size()));
}

}  // namespace holdall::tf1
