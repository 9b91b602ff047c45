#include "formats/shard_names.h"

#include <algorithm>
#include <utility>

namespace holdall {

std::string five_digits(uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return digits;
}

bool strip_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::optional<uint64_t> most_complete_set(const std::map<uint64_t, uint64_t>& files_of_count) {
  const auto rank = [](const auto& set) { return std::pair(set.second == set.first, set.second); };
  const auto most =
      std::max_element(files_of_count.begin(), files_of_count.end(),
                       [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (most == files_of_count.end()) return std::nullopt;
  return most->first;
}

}  // namespace holdall
