// Files of tests: those in the source tree, those in a directory of their own, those in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/storage.h"

namespace holdall {

// The absolute path of something in the source tree, "src/formats/...".
std::string source_path(std::string_view path_in_tree);

// Whole files of this machine; the test fails where they cannot be had.
std::string read_test_file(const std::string& path);
void write_test_file(const std::string& path, std::string_view bytes);

// The same in any storage, whose directories are made as needed.
std::string read_file(const Storage& storage, const std::string& path);
void write_file(Storage& storage, const std::string& path, std::string_view bytes);

// A storage in memory that holds copies of the files of a directory of this machine, those of its
// directories too, under their paths from there.
std::shared_ptr<Storage> copy_to_memory(const std::string& directory);

// Pairs of digits, in lower case.
std::string hex_of(std::string_view bytes);
std::string bytes_of_hex(std::string_view hex);

// An empty directory that goes, with all in it, when the object does.
class TempDirectory {
 public:
  TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory();

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return join_path(path_, name); }
  // Names of the files and directories in it, sorted.
  std::vector<std::string> names() const;

 private:
  std::string path_;
};

}  // namespace holdall
