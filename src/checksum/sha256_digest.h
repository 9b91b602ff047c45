// SHA-256, for lists of files that others can check: against accidents of every kind, and against
// people where the list itself came from a place that is trusted. OpenSSL's; a build without it has
// none.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "holdall/status.h"

namespace holdall {

inline constexpr size_t kSha256HexDigits = 64;

class Sha256 {
 public:
  // Fails: kUnsupported (this build has no OpenSSL), kExhausted.
  static Result<Sha256> begin();

  Status add(std::span<const std::byte> bytes);

  // In hexadecimal, small letters. Nothing may be added afterwards.
  Result<std::string> finish();

 private:
  using Free = void (*)(void*);
  explicit Sha256(std::unique_ptr<void, Free> context) : context_(std::move(context)) {}

  std::unique_ptr<void, Free> context_;
};

}  // namespace holdall
