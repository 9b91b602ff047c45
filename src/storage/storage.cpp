#include "holdall/storage.h"

#include "base/message.h"
#include "base/try.h"

namespace holdall {

Status Reader::read_exact(uint64_t offset, std::span<std::byte> into) const {
  uint64_t done = 0;
  while (done < into.size()) {
    HOLDALL_ASSIGN(const uint64_t count, read_some(offset + done, into.subspan(done)));
    if (count == 0 && offset + done < size_bytes()) {
      return make_error(Code::kIo, reason::kChangedWhileReading,
                        "it ends at byte {} now, it had {} bytes when it was opened; somebody cut "
                        "it meanwhile",
                        offset + done, size_bytes());
    }
    if (count == 0) {
      return make_error(
          Code::kCorrupt, reason::kCutShort,
          "{} bytes are wanted at byte {}, the file ends at byte {}; it may be cut short",
          into.size(), offset, offset + done);
    }
    done += count;
  }
  return {};
}

void Reader::expect_in_order(bool) const {}

Status Writer::prepare(uint64_t, Durability) {
  return {};
}

Status Writer::keep_rights_of(const std::string&) {
  return {};
}

Result<std::unique_ptr<Reader>> Writer::reread() const {
  return std::unique_ptr<Reader>();
}

std::string_view durability_name(Durability durability) {
  switch (durability) {
    case Durability::kDurable: return "durable";
    case Durability::kAtomic: return "atomic";
    case Durability::kNone: return "none";
  }
  return "";
}

std::optional<Durability> find_durability(std::string_view name) {
  for (const Durability each : {Durability::kDurable, Durability::kAtomic, Durability::kNone}) {
    if (name == durability_name(each)) return each;
  }
  return std::nullopt;
}

Result<std::unique_ptr<StorageLock>> Storage::lock(const std::string&) {
  return std::unique_ptr<StorageLock>();
}

Status Storage::remove_leftovers(const std::string&,
                                 const std::function<bool(const std::string&)>&) {
  return {};
}

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string base_name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

}  // namespace holdall
