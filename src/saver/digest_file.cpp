// line := [ "\" ] digest " " ( " " | "*" ) path "\n"       "*": the file is binary, which is the
// same
//
// With the backslash in front, "\\", "\n" and "\r" in the path stand for a backslash and ends of
// lines.
#include "saver/digest_file.h"

#include <algorithm>
#include <unordered_set>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/sha256_digest.h"

namespace holdall {
namespace {

constexpr std::string_view kEscaped = "\\\n\r";
constexpr std::string_view kLetters = "\\nr";

Result<std::string> unescape(std::string_view text) {
  std::string path;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      path += text[i];
      continue;
    }
    const size_t known = ++i < text.size() ? kLetters.find(text[i]) : std::string_view::npos;
    if (known == std::string_view::npos) return corrupt("its path has an escape that is none");
    path += kEscaped[known];
  }
  return path;
}

// A path that stays in the directory, spelled in one way only.
Status check_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return corrupt("its path has a zero byte");
  for (std::string_view rest = path; !rest.empty() || path.empty() || path.ends_with('/');) {
    const size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (part.empty() || part == "." || part == "..") {
      return corrupt(
          "its path is {}, one below the digest file's directory is expected, without "
          "'.' and '..'",
          quote_front(path));
    }
    if (end == rest.size()) return {};
    rest.remove_prefix(end + 1);
  }
  return {};
}

Result<DigestLine> parse_line(std::string_view line) {
  const bool is_escaped = line.starts_with('\\');
  if (is_escaped) line.remove_prefix(1);
  DigestLine parsed;
  parsed.sha256 = line.substr(0, kSha256HexDigits);
  const bool has_digits = parsed.sha256.size() == kSha256HexDigits &&
                          parsed.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  const std::string_view mark = line.substr(std::min(line.size(), kSha256HexDigits), 2);
  if (!has_digits || (mark != "  " && mark != " *"))
    return corrupt("64 hexadecimal digits of a SHA-256, two spaces and a path are expected");
  const std::string_view path = line.substr(kSha256HexDigits + 2);
  if (is_escaped) {
    HOLDALL_ASSIGN(parsed.path, unescape(path));
  } else {
    parsed.path = path;
  }
  HOLDALL_TRY(check_path(parsed.path));
  return parsed;
}

}  // namespace

Result<std::vector<DigestLine>> parse_digest_file(std::string_view text) {
  std::vector<DigestLine> lines;
  std::unordered_set<std::string> seen;
  for (uint64_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    auto line = parse_line(text.substr(0, end));
    if (line.ok() && !seen.insert(line->path).second)
      line = corrupt("{} is listed twice", quote_front(line->path));
    if (!line.ok()) {
      Error error = std::move(line).error();
      error.message = message("line {}: ", number) + error.message;
      return error;
    }
    lines.push_back(*std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.empty()) return corrupt("it lists no file");
  return lines;
}

std::string format_digest_file(const std::vector<DigestLine>& lines) {
  std::string text;
  for (const DigestLine& line : lines) {
    const bool is_escaped = line.path.find_first_of(kEscaped) != std::string::npos;
    if (is_escaped) text += '\\';
    text += line.sha256 + "  ";
    for (const char c : line.path) {
      const size_t known = kEscaped.find(c);
      if (known != std::string_view::npos) text += '\\';
      text += known == std::string_view::npos ? c : kLetters[known];
    }
    text += '\n';
  }
  return text;
}

}  // namespace holdall
