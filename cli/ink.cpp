#include "ink.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "settings.h"

namespace holdall::cli {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool has_colors(std::FILE* stream) {
  const std::string& when = settings().color;
  if (when != "auto") return when == "always";
  // no-color.org: any value but an empty one.
  if (!variable("NO_COLOR").empty() || variable("TERM") == "dumb") return false;
  return isatty(fileno(stream)) == 1;
}

// "Select graphic rendition" of ECMA-48.
const char* code_of(Ink ink) {
  switch (ink) {
    case Ink::kError: return "\033[1;31m";
    case Ink::kNote: return "\033[36m";
    case Ink::kHeading: return "\033[1m";
    case Ink::kAdded: return "\033[32m";
    case Ink::kRemoved: return "\033[31m";
    case Ink::kChanged: return "\033[33m";
  }
  return "";
}

}  // namespace

std::string inked(const std::string& text, Ink ink, std::FILE* stream) {
  return text.empty() || !has_colors(stream) ? text : code_of(ink) + text + "\033[0m";
}

std::string with_heading(std::string text, std::FILE* stream) {
  const size_t end = text.find('\n');
  if (end == std::string::npos) return text;
  const std::string heading = inked(text.substr(0, end), Ink::kHeading, stream);
  if (heading.size() > end) text.replace(0, end, heading);
  return text;
}

}  // namespace holdall::cli
