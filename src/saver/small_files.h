// Small files that are replaced as a whole: state files, graphs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// How a file is written.
struct SmallFileOptions {
  std::string rights_of =
      {};               // whoever may use that file may use this one; "": the one it replaces
  bool reread = false;  // as SaveOptions has it
};

// Writes the file and closes it; it has no name yet.
Result<std::unique_ptr<Writer>> write_closed(Storage& storage, const std::string& path,
                                             std::string_view bytes, Durability durability,
                                             const SmallFileOptions& options = {});

// Names published in the directory survive a power cut, if that is asked for.
Status sync_names(Storage& storage, const std::string& directory, Durability durability);

// Replaces the file in one step. Fails: kIo.
Status replace_file(Storage& storage, const std::string& path, std::string_view bytes,
                    Durability durability);

// The directory with its missing parents, each of which survives a power cut if that is asked for.
Status make_directories(Storage& storage, const std::string& directory, Durability durability);

}  // namespace holdall
