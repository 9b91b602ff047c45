// Colours, where people look: on a terminal that can show them, unless NO_COLOR or --color say
// otherwise.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace holdall::cli {

enum class Ink : uint8_t { kError, kNote, kHeading, kAdded, kRemoved, kChanged };

// `text` as `stream` shows it: itself, if that has no colours.
std::string inked(const std::string& text, Ink ink, std::FILE* stream);

// The first line as a heading.
std::string with_heading(std::string text, std::FILE* stream);

}  // namespace holdall::cli
