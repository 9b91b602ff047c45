#include "transfer/file_access.h"

#include <cstdlib>
#include <string_view>

#include "base/message.h"
#include "base/quote.h"
#include "base/try.h"

namespace holdall {
namespace {

// What the user says for the whole program, where the call leaves it open.
Result<IoMode> mode_of_environment() {
  const char* const word = std::getenv("HOLDALL_IO");
  if (word == nullptr || *word == '\0') return IoMode::kAuto;
  // Who asks for copies has a reason, and is not given mappings for a slip.
  if (const auto mode = find_io_mode(word)) return *mode;
  return invalid_argument(
      "the environment variable HOLDALL_IO is {}; known are auto, copy, map, map-copy and direct",
      quote(word));
}

FileAccess copied(std::string reason) {
  FileAccess access;
  access.reason = std::move(reason);
  return access;
}

FileAccess mapped(const Reader& reader, bool is_kept, std::string reason) {
  FileAccess access;
  access.mapping = reader.map();
  if (access.mapping == nullptr) return copied("copied: the storage does not map the file");
  access.is_mapping_kept = is_kept;
  access.reason = std::move(reason);
  return access;
}

// A mapping shows what becomes of the file, and a file that is cut takes the process with it. So
// only where nobody does that.
FileAccess choose(const Reader& reader, bool is_replaced_whole) {
  const FileSite site = reader.site();
  if (!site.is_local) return copied(message("copied: others may change files on {}", site.kind));
  if (!is_replaced_whole)
    return copied("copied: programs that save this format write into files that are in use");
  return mapped(reader, true, message("mapped: the file is on this machine ({})", site.kind));
}

FileAccess directly_read(const Reader& reader) {
  FileAccess access = copied("copied around the system's cache, as was asked for");
  access.direct = reader.direct();
  if (access.direct == nullptr)
    access.reason = "copied: the storage does not read around the system's cache";
  return access;
}

FileAccess choose_by(const Reader& reader, IoMode mode, bool is_replaced_whole) {
  switch (mode) {
    case IoMode::kCopy: return copied("copied, as was asked for");
    case IoMode::kMap: return mapped(reader, true, "mapped, as was asked for");
    case IoMode::kMapCopy:
      return mapped(reader, false, "copied out of a mapping, as was asked for");
    case IoMode::kDirect: return directly_read(reader);
    case IoMode::kAuto: break;
  }
  return choose(reader, is_replaced_whole);
}

}  // namespace

Result<FileAccess> choose_access(const Reader& reader, IoMode mode, bool is_replaced_whole) {
  if (mode == IoMode::kAuto) {
    HOLDALL_ASSIGN(mode, mode_of_environment());
  }
  FileAccess access = choose_by(reader, mode, is_replaced_whole);
  access.is_cold = access.direct == nullptr && reader.is_cold();
  return access;
}

}  // namespace holdall
