// The data files of a made workload: their pages in the cache, and pieces of them for roofs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "holdall/status.h"

namespace holdall::bench {

// All files in `folder` that belong to checkpoints of `format` ("tf_bundle" or "safetensors").
std::vector<std::string> checkpoint_files(const std::string& folder, const std::string& format);

// The share of the files' pages that is in memory, from 0 to 1. Maps them, but touches nothing.
double resident_share(const std::vector<std::string>& files);

// Writes dirty pages of the files back and asks the system to forget them all. No use while any
// process maps them, this one included.
void drop_from_cache(const std::vector<std::string>& files);

// Reads them once.
void read_into_cache(const std::vector<std::string>& files);

// A file mapped read-only until the end of the object's life.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  ~MappedFile();
  std::span<const std::byte> bytes() const { return {data_, size_bytes_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_bytes_ = 0;
};

}  // namespace holdall::bench
