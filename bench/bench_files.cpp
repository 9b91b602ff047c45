#include "bench_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "bench_json.h"

namespace holdall::bench {
namespace {

constexpr size_t kReadBytes = size_t{1} << 20;

int open_or_give_up(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) give_up("cannot open " + path);
  return file;
}

}  // namespace

std::vector<std::string> checkpoint_files(const std::string& folder, const std::string& format) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const bool is_tf = name.find(".data-") != std::string::npos || name.ends_with(".index");
    if (format == "safetensors" ? name.ends_with(".safetensors") : is_tf) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

MappedFile::MappedFile(const std::string& path) {
  const int file = open_or_give_up(path);
  struct stat facts {};
  if (::fstat(file, &facts) != 0) give_up("cannot stat " + path);
  size_bytes_ = static_cast<size_t>(facts.st_size);
  if (size_bytes_ > 0) {
    void* memory = ::mmap(nullptr, size_bytes_, PROT_READ, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) give_up("cannot map " + path);
    data_ = static_cast<const std::byte*>(memory);
  }
  ::close(file);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_bytes_(std::exchange(other.size_bytes_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_bytes_);
}

double resident_share(const std::vector<std::string>& files) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  size_t pages = 0;
  size_t resident = 0;
  for (const std::string& path : files) {
    const MappedFile file(path);
    const auto bytes = file.bytes();
    if (bytes.empty()) continue;
    std::vector<unsigned char> flags((bytes.size() + page - 1) / page);
    if (::mincore(const_cast<std::byte*>(bytes.data()), bytes.size(), flags.data()) != 0) {
      give_up("cannot tell which pages of " + path + " are in memory");
    }
    pages += flags.size();
    resident += static_cast<size_t>(
        std::count_if(flags.begin(), flags.end(), [](unsigned char flag) { return flag & 1; }));
  }
  return pages == 0 ? 1 : static_cast<double>(resident) / static_cast<double>(pages);
}

void drop_from_cache(const std::vector<std::string>& files) {
  for (const std::string& path : files) {
    const int file = open_or_give_up(path);
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

void read_into_cache(const std::vector<std::string>& files) {
  std::vector<std::byte> buffer(kReadBytes);
  for (const std::string& path : files) {
    const int file = open_or_give_up(path);
    while (::read(file, buffer.data(), buffer.size()) > 0) {
    }
    ::close(file);
  }
}

}  // namespace holdall::bench
