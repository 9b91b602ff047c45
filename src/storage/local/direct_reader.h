// Reads a file around the page cache.
#pragma once

#include <string>

#include "holdall/storage.h"
#include "storage/local/local_file_ops.h"

namespace holdall {

// Takes any offset and size: what the device wants aligned is read into memory of the thread's own
// and copied from there, which costs little beside a device.
class DirectReader : public Reader {
 public:
  // `file`: from local::open_directly().
  DirectReader(std::string path, local::Descriptor file, uint64_t size_bytes)
      : path_(std::move(path)), file_(std::move(file)), size_bytes_(size_bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }
  FileSite site() const override { return local::site_of(file_); }
  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override;

 private:
  std::string path_;
  local::Descriptor file_;
  uint64_t size_bytes_;
};

}  // namespace holdall
