// Bytes in memory as a file, for fuzz targets. Whoever reads behind its end has broken a promise.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>

#include "base/fuzz_require_testing.h"
#include "holdall/storage.h"

namespace holdall {

class BytesReader : public Reader {
 public:
  // Requires: the bytes outlive it.
  explicit BytesReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  uint64_t size_bytes() const override { return bytes_.size(); }
  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    require(offset <= bytes_.size());
    const auto run = bytes_.subspan(offset, std::min(into.size(), bytes_.size() - offset));
    if (!run.empty()) std::memcpy(into.data(), run.data(), run.size());
    return run.size();
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace holdall
