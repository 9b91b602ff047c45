#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench_json.h"
#include "process_cost.h"
#include "roof_kernels.h"
#include "roof_memory.h"
#include "roofs.h"

namespace holdall::bench {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;  // small enough to stay in the cache
constexpr size_t kDirectBytes = size_t{8} << 20;

// kPublished: also a second small file, as an index is, and the names of both.
enum class Durable : uint8_t { kNo, kSynced, kPublished };

struct WriteWay {
  bool allocates = false;
  bool sums = false;
  bool is_direct = false;
  Durable durable = Durable::kNo;
  size_t block_bytes = kBlockBytes;
};

// A file that is in nobody's way and gone afterwards.
class ScratchFile {
 public:
  ScratchFile(const std::string& path, int flags) : path_(path) {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);
    if (file_ < 0) give_up("cannot write " + path);
  }
  ScratchFile(const ScratchFile&) = delete;
  ~ScratchFile() {
    ::close(file_);
    ::unlink(path_.c_str());
  }
  int descriptor() const { return file_; }
  void write(std::span<const std::byte> bytes, size_t at) const {
    while (!bytes.empty()) {
      const ssize_t done = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
      if (done <= 0) give_up("cannot write " + path_);
      bytes = bytes.subspan(static_cast<size_t>(done));
      at += static_cast<size_t>(done);
    }
  }

 private:
  std::string path_;
  int file_ = -1;
};

void publish(const RoofSetting& setting, int data_file) {
  const std::string index_path = setting.options.folder + "/roof.index";
  {
    const std::vector<std::byte> block(4096, std::byte{1});
    const ScratchFile index(index_path + ".tmp", 0);
    index.write(block, 0);
    ::fdatasync(index.descriptor());
    ::fsync(data_file);
    ::rename((index_path + ".tmp").c_str(), index_path.c_str());
    const int folder = ::open(setting.options.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::fsync(folder);
    ::close(folder);
  }
  ::unlink(index_path.c_str());
}

// One stream into one new file of as many bytes as the workload has.
double write_stream(const RoofSetting& setting, const WriteWay& way) {
  const size_t size_bytes = (setting.file_bytes + 4095) / 4096 * 4096;
  const std::span<const std::byte> from = reused_memory(1, size_bytes);
  const ScratchFile file(setting.options.folder + "/roof.tmp", way.is_direct ? O_DIRECT : 0);
  const StopWatch watch;
  if (way.allocates) {
    // Where the file system has no such call, its absence is what there is to measure.
    static_cast<void>(::fallocate(file.descriptor(), 0, 0, static_cast<off_t>(size_bytes)));
  }
  for (size_t at = 0; at < size_bytes; at += way.block_bytes) {
    const auto block = from.subspan(at, std::min(way.block_bytes, size_bytes - at));
    if (way.sums) keep(crc32c_of(block));
    file.write(block, at);
  }
  if (way.durable != Durable::kNo) ::fdatasync(file.descriptor());
  if (way.durable == Durable::kPublished) publish(setting, file.descriptor());
  return watch.seconds();
}

Roof stream(const char* name, const WriteWay& way) {
  return {name, false, false,
          [=](const RoofSetting& setting) { return write_stream(setting, way); }};
}

}  // namespace

std::vector<Roof> write_roofs() {
  return {stream("write_plain", {}),
          stream("write_fallocated", {.allocates = true}),
          stream("write_fallocated_crc", {.allocates = true, .sums = true}),
          stream("write_synced", {.allocates = true, .durable = Durable::kSynced}),
          stream("write_direct_synced", {.allocates = true,
                                         .is_direct = true,
                                         .durable = Durable::kSynced,
                                         .block_bytes = kDirectBytes}),
          stream("write_direct_published", {.allocates = true,
                                            .is_direct = true,
                                            .durable = Durable::kPublished,
                                            .block_bytes = kDirectBytes})};
}

}  // namespace holdall::bench
