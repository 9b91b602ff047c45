// The text of a digest file: a line a file, in the form of the program sha256sum.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// Above this a file is no list of digests: half a million lines of usual paths.
inline constexpr uint64_t kMaxDigestFileBytes = uint64_t{64} << 20;

struct DigestLine {
  std::string path;    // from the digest file's directory
  std::string sha256;  // 64 digits, small letters
};

// Each path once, in the file's order, and none that leads out of the directory.
// Fails: kCorrupt.
Result<std::vector<DigestLine>> parse_digest_file(std::string_view text);

std::string format_digest_file(const std::vector<DigestLine>& lines);

}  // namespace holdall
