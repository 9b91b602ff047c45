// NumPy's bytes by hand, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "codec/deflate.h"
#include "support/status_matchers.h"

namespace holdall {

inline std::span<const std::byte> to_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// An array as version 1 has it, its header not padded.
inline std::string array_of(std::string_view header, std::string_view data) {
  std::string bytes = "\x93NUMPY\x01";
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes.append(header).append(data);
}

inline std::string deflated_of(std::string_view original) {
  std::string deflated;
  Deflater deflater([&](std::span<const std::byte> piece) -> Status {
    deflated.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    return {};
  });
  EXPECT_TRUE(is_ok(deflater.append(to_bytes(original))));
  EXPECT_TRUE(is_ok(deflater.finish()));
  return deflated;
}

}  // namespace holdall
