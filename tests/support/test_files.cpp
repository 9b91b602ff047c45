#include "support/test_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace holdall {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string source_path(std::string_view path_in_tree) {
  return join_path(HOLDALL_SOURCE_DIR, path_in_tree);
}

std::string read_test_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_test_file(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.good()) << path;
}

std::string read_file(const Storage& storage, const std::string& path) {
  const auto reader = storage.open_reader(path);
  if (!reader.ok()) {
    ADD_FAILURE() << reader.error().to_string();
    return {};
  }
  std::string bytes((*reader)->size_bytes(), '\0');
  EXPECT_TRUE((*reader)->read_exact(0, std::as_writable_bytes(std::span(bytes))).ok()) << path;
  return bytes;
}

void write_file(Storage& storage, const std::string& path, std::string_view bytes) {
  EXPECT_TRUE(storage.make_directories(directory_of(path)).ok()) << path;
  auto writer = storage.open_writer(path);
  ASSERT_TRUE(writer.ok()) << writer.error().to_string();
  EXPECT_TRUE((*writer)->append(std::as_bytes(std::span(bytes))).ok());
  EXPECT_TRUE((*writer)->close(Durability::kAtomic).ok());
  EXPECT_TRUE((*writer)->publish().ok());
}

std::shared_ptr<Storage> copy_to_memory(const std::string& directory) {
  auto storage = make_memory_storage();
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().lexically_relative(directory).string();
    write_file(*storage, name, read_test_file(entry.path().string()));
  }
  return storage;
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string bytes_of_hex(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(kDigits.find(hex[i]) << 4 | kDigits.find(hex[i + 1]));
  }
  return bytes;
}

TempDirectory::TempDirectory() {
  std::string pattern = (fs::temp_directory_path() / "holdall_test_XXXXXX").string();
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr) << pattern;
  path_ = pattern;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> TempDirectory::names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace holdall
