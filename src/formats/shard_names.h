// Data files that are counted in their names: "00002-of-00003".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdall {

// "00002": five digits at least.
std::string five_digits(uint64_t number);

// Takes the suffix off the end; false, and nothing is changed, if it is not there.
bool strip_suffix(std::string_view& text, std::string_view suffix);

// Of sets of files with one name: how many files the one should have that is complete, or else of
// which most are there. `files_of_count` says how many there are, by how many there should be. None
// if there is no set.
std::optional<uint64_t> most_complete_set(const std::map<uint64_t, uint64_t>& files_of_count);

}  // namespace holdall
