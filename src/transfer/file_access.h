// Which way the bytes of a file come in, and why.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "holdall/checkpoint.h"
#include "holdall/storage.h"

namespace holdall {

// What was chosen for one file.
struct FileAccess {
  std::shared_ptr<const std::byte> mapping;  // null: bytes are read
  bool is_mapping_kept = false;              // tensors are made of the mapping itself
  std::shared_ptr<const Reader> direct;      // null: bytes are read by way of the system's cache
  bool is_cold = false;                      // most of it is not in memory yet
  std::string reason;                        // of the choice, for the report
};

// `mode` as it was asked for; `is_replaced_whole`: whether programs that write such files put new
// ones in their place, rather than write into those that others have open.
// Fails: kInvalidArgument, if it is the environment that says how, in a word that is not known.
Result<FileAccess> choose_access(const Reader& reader, IoMode mode, bool is_replaced_whole);

}  // namespace holdall
