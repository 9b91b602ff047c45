#include "support/small_disk.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace holdall {
namespace {

namespace fs = std::filesystem;

// linux/fs.h has no name for them: shut a file system down, and without writing its log.
constexpr unsigned long kShutDown = _IOR('X', 125, uint32_t);
constexpr uint32_t kNoLogFlush = 2;

// Mounts of this process are nobody else's, and go with it.
bool have_own_mounts() {
  static const bool is_done = [] {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }();
  return is_done;
}

std::string said(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

}  // namespace

std::unique_ptr<SmallDisk> SmallDisk::make(const std::string& kind, uint64_t size_bytes,
                                           std::string& why_not) {
  if (!have_own_mounts()) {
    why_not = said("mounts of its own");
    return nullptr;
  }
  std::unique_ptr<SmallDisk> disk(new SmallDisk);
  disk->kind_ = kind;
  disk->directory_ = std::make_unique<TempDirectory>();
  disk->path_ = *disk->directory_ / "mounted";
  fs::create_directory(disk->path_);
  const std::string& path = disk->path_;
  // In memory, where the device's flushes cost nothing.
  if (::mount("none", disk->directory_->path().c_str(), "tmpfs", 0, nullptr) != 0) {
    why_not = said("mounting in memory");
    return nullptr;
  }
  fs::create_directory(path);
  if (kind == "tmpfs") {
    const std::string options = "size=" + std::to_string(size_bytes);
    if (::mount("none", path.c_str(), "tmpfs", 0, options.c_str()) == 0) return disk;
    why_not = said("mounting tmpfs");
    return nullptr;
  }
  return disk->attach(size_bytes, why_not) ? std::move(disk) : nullptr;
}

bool SmallDisk::attach(uint64_t size_bytes, std::string& why_not) {
  const std::string image = *directory_ / "image";
  write_test_file(image, "");
  fs::resize_file(image, size_bytes);
  const std::string command =
      "mkfs." + kind_ + (kind_ == "xfs" ? " -q -f " : " -q -F ") + image + " >/dev/null 2>&1";
  if (std::system(command.c_str()) != 0) {  // NOLINT(cert-env33-c): a fixed program
    why_not = "there is no mkfs." + kind_;
    return false;
  }
  const int control = ::open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  const int number = control < 0 ? -1 : ::ioctl(control, LOOP_CTL_GET_FREE);
  if (control >= 0) ::close(control);
  device_ = "/dev/loop" + std::to_string(number);
  device_file_ = number < 0 ? -1 : ::open(device_.c_str(), O_RDWR | O_CLOEXEC);
  const int image_file = ::open(image.c_str(), O_RDWR | O_CLOEXEC);
  loop_config config = {};
  config.fd = static_cast<uint32_t>(image_file);
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  const bool is_attached = device_file_ >= 0 && ::ioctl(device_file_, LOOP_CONFIGURE, &config) == 0;
  if (!is_attached) why_not = said("a loop device");
  ::close(image_file);
  if (!is_attached) return false;
  if (mount()) return true;
  why_not = said("mounting " + kind_);
  return false;
}

bool SmallDisk::mount() const {
  return ::mount(device_.c_str(), path_.c_str(), kind_.c_str(), 0, nullptr) == 0;
}

SmallDisk::~SmallDisk() {
  ::umount2(path_.c_str(), MNT_DETACH);
  if (device_file_ >= 0) ::close(device_file_);
  ::umount2(directory_->path().c_str(), MNT_DETACH);
}

bool SmallDisk::cut_power() const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  uint32_t how = kNoLogFlush;
  const bool is_done = file >= 0 && ::ioctl(file, kShutDown, &how) == 0;
  if (file >= 0) ::close(file);
  return is_done;
}

bool SmallDisk::mount_again() const {
  return ::umount2(path_.c_str(), 0) == 0 && mount();
}

bool SmallDisk::sync() const {
  const int file = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_done = file >= 0 && ::syncfs(file) == 0;
  if (file >= 0) ::close(file);
  return is_done;
}

bool SmallDisk::resize(uint64_t size_bytes) const {
  const std::string options = "size=" + std::to_string(size_bytes);
  return ::mount("none", path_.c_str(), "tmpfs", MS_REMOUNT, options.c_str()) == 0;
}

}  // namespace holdall
