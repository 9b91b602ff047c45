// Lists of rules that may take names of a checkpoint to the names wanted, guessed from a sample of
// both. Guesses only: who tries them counts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdall {

// Rules that change how names are written, whatever they are: each list is worth a try for these
// present names. The first is empty.
std::vector<std::string> spelling_candidates(std::span<const std::string_view> wanted,
                                             std::span<const std::string_view> present);

// Rules that change scopes or components, most promising first. `missing`: wanted names that are
// not present.
std::vector<std::string> renaming_candidates(std::span<const std::string_view> missing,
                                             std::span<const std::string_view> present);

}  // namespace holdall
