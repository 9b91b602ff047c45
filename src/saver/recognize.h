// What a file is, told from its content: for the errors of opening, and for whoever asks what a
// path is. Nothing is opened as a checkpoint here.
#pragma once

#include <string>
#include <string_view>

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

struct Recognized {
  // "gzip", "git-lfs-pointer", "tf-data", ...: stable, for programs. "unknown" if nothing is known.
  std::string_view kind;
  // "it is a gzip archive; unpack it and open what was in it".
  std::string sentence;
  // The spelling that opens the checkpoint the file belongs to; "" if there is none nearby.
  std::string working_path;
  // Whether it is something else than a file of a V2 checkpoint, whatever its name says.
  bool is_foreign = false;
  // What to open it as a checkpoint fails with.
  Code code = Code::kUnsupported;
};

// Reads the first few thousand bytes and the last few. Fails: kNotFound, kInvalidArgument (a
// directory), kIo.
Result<Recognized> recognize_file(const Storage& storage, const std::string& path);

}  // namespace holdall
