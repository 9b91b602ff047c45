// Kinds of file systems, by the numbers that Linux gives them (linux/magic.h, and each one's own
// headers). One that is not listed as local is not taken for it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/message.h"
#include "storage/local/local_file_ops.h"
#include "storage/local/system_calls.h"

namespace holdall::local {
namespace {

struct FileSystemRow {
  uint32_t magic;
  std::string_view name;
  bool is_local;
};

constexpr std::array<FileSystemRow, 24> kFileSystems = {{
    {0x0000ef53, "ext4", true},      {0x58465342, "XFS", true},      {0x9123683e, "btrfs", true},
    {0xf2f52010, "F2FS", true},      {0x01021994, "tmpfs", true},    {0x858458f6, "ramfs", true},
    {0x794c7630, "overlayfs", true}, {0x2fc12fc1, "ZFS", true},      {0xca451a4e, "bcachefs", true},
    {0x3153464a, "JFS", true},       {0x52654973, "ReiserFS", true}, {0x73717368, "squashfs", true},
    {0xe0f5e1e2, "EROFS", true},     {0x00009660, "ISO 9660", true}, {0x00006969, "NFS", false},
    {0xff534d42, "CIFS", false},     {0xfe534d42, "SMB", false},     {0x65735546, "FUSE", false},
    {0x01021997, "9p", false},       {0x00c36400, "Ceph", false},    {0x0bd00bd0, "Lustre", false},
    {0x5346414f, "AFS", false},      {0x01161970, "GFS2", false},    {0x7461636f, "OCFS2", false},
}};

}  // namespace

FileSite site_of(const Descriptor& file) {
  struct statfs status = {};
  if (system_calls().fstatfs(file.number(), &status) != 0) return {};
  const auto magic = static_cast<uint32_t>(status.f_type);
  const auto* const row =
      std::find_if(kFileSystems.begin(), kFileSystems.end(),
                   [&](const FileSystemRow& each) { return each.magic == magic; });
  if (row == kFileSystems.end()) return {message("an unknown file system ({:#x})", magic), false};
  return {std::string(row->name), row->is_local};
}

}  // namespace holdall::local
