// "CKPT" or "SCOPE=CKPT" on the command line.
#pragma once

#include <string>
#include <vector>

#include "holdall/checkpoint.h"
#include "settings.h"

namespace holdall::cli {

struct Source {
  std::string scope;  // "" if none was given
  Checkpoint checkpoint;
};

// Opens a checkpoint and says what of it the user would not expect.
Result<Checkpoint> open_checkpoint(const std::string& path,
                                   const OpenOptions& options = open_options());

// A text names a scope and a checkpoint only if no checkpoint has the whole of it as its path.
Result<Source> open_source(const std::string& text, const OpenOptions& options = open_options());
Result<std::vector<Source>> open_sources(const std::vector<std::string>& texts,
                                         const OpenOptions& options = open_options());

}  // namespace holdall::cli
