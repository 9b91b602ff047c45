// The files of presets/, as the build put them into the library.
#pragma once

#include <span>
#include <string_view>

namespace holdall {

struct PresetFile {
  std::string_view name;
  std::string_view text;
};

// Sorted by name.
std::span<const PresetFile> preset_files();

}  // namespace holdall
