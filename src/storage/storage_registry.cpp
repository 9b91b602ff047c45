#include "storage/storage_registry.h"

#include "base/message.h"
#include "base/quote.h"

namespace holdall {
namespace {

struct Row {
  std::string_view scheme;
  std::shared_ptr<Storage> (*make)();
};

// THE list of storages. A new one is a folder beside this file and a row here.
constexpr Row kRows[] = {
    {"file", &make_local_storage},
};

constexpr std::string_view kSeparator = "://";

}  // namespace

Result<Location> locate(std::string_view path, std::shared_ptr<Storage> given) {
  if (given != nullptr) return Location{std::move(given), std::string(path)};
  const size_t end = path.find(kSeparator);
  const std::string_view scheme = path.substr(0, end == std::string_view::npos ? 0 : end);
  // "a/b://c" is a path whose first component merely looks odd.
  if (scheme.empty() || scheme.find('/') != std::string_view::npos) {
    return Location{make_local_storage(), std::string(path)};
  }
  std::string known = "plain paths";
  for (const Row& row : kRows) {
    if (row.scheme == scheme) {
      return Location{row.make(), std::string(path.substr(end + kSeparator.size()))};
    }
    known += ", " + std::string(row.scheme) + "://";
  }
  return unsupported("no storage for {}; this build opens {}", quote(path), known);
}

}  // namespace holdall
