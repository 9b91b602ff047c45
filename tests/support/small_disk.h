// File systems of the tests' own, in a file or in memory, that can be filled up and cut off. They
// take root's rights, and programs that make them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/test_files.h"

namespace holdall {

class SmallDisk {
 public:
  // "ext4" or "xfs" on a loop device; "tmpfs". Null, and why, where that cannot be had.
  static std::unique_ptr<SmallDisk> make(const std::string& kind, uint64_t size_bytes,
                                         std::string& why_not);
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  const std::string& path() const { return path_; }

  // As if the power went: nothing reaches the device any more, and every call fails.
  bool cut_power() const;
  // And came again. Requires: nothing on it is open.
  bool mount_again() const;
  // All that was written is on the device.
  bool sync() const;
  // Of tmpfs, which may not be smaller than what is in it.
  bool resize(uint64_t size_bytes) const;

 private:
  SmallDisk() = default;
  bool attach(uint64_t size_bytes, std::string& why_not);
  bool mount() const;

  std::string kind_;
  std::string path_;
  std::string device_;
  int device_file_ = -1;
  std::unique_ptr<TempDirectory> directory_;
};

}  // namespace holdall
