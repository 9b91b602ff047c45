// For fuzz targets of formats: what is asked of each, whatever the bytes.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/fuzz_require_testing.h"
#include "holdall/checkpoint.h"
#include "holdall/saver.h"

namespace holdall {

inline void put(Storage& storage, const std::string& path, std::span<const std::byte> bytes) {
  auto writer = storage.open_writer(path);
  require(writer.ok() && (*writer)->append(bytes).ok() && (*writer)->publish().ok());
}

// Nobody but the writer can be at fault; a missing file is one that the target leaves out.
inline void check_error(const Error& error) {
  require(!error.message.empty());
  require(error.code == Code::kCorrupt || error.code == Code::kUnsupported ||
          error.code == Code::kNotFound);
}

// Executes the plan and reads the items again.
inline void check_read_back(const SavePlan& plan) {
  require(execute(plan).ok());
  const auto checkpoint = Checkpoint::open(plan.path, {plan.options.storage});
  require(checkpoint.ok() && checkpoint->catalog().count() == plan.items.size());
  for (const SaveItem& item : plan.items) {
    const auto tensor = checkpoint->read(item.name, {.threads = 1});
    require(tensor.ok() && *tensor == item.tensor);
  }
}

}  // namespace holdall
