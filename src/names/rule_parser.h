// Text to rules.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "holdall/status.h"
#include "names/preset_files.h"
#include "names/rule.h"

namespace holdall {

// How deep presets may name presets.
inline constexpr size_t kDeepestPreset = 4;

// All rules of `text`, with those of the presets it names in their place.
// Fails: as NameRules::parse.
Result<std::vector<Rule>> parse_rules(std::string_view text, std::span<const PresetFile> presets);

}  // namespace holdall
