// Which storage serves a path, told from its scheme.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "holdall/storage.h"

namespace holdall {

struct Location {
  std::shared_ptr<Storage> storage;
  std::string path;  // as that storage understands it
};

// `given` with the path as it stands, if there is one; else by scheme: none and file:// are local.
// Fails: kUnsupported for any other, with the list of those that work.
Result<Location> locate(std::string_view path, std::shared_ptr<Storage> given);

}  // namespace holdall
