// Which format reads what lies at a path, and whether all of it is there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/format.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// A checkpoint that `format` takes for its own; `path` is what its bid() gave.
struct Claim {
  const Format* format = nullptr;
  std::string path;
};

std::optional<Claim> find_claim(const Storage& storage, const std::string& path);

// What keeps the checkpoint from being complete, as the end of a sentence about it ("its data file
// 'm.data-00000-of-00001' is not there"); "" if it is complete. Reads indexes and sizes of files
// only. Fails: what says nothing about completeness (kIo, kUnsupported, ...).
Result<std::string> find_gap(const Storage& storage, const Claim& claim);

// Where in each file, by its number, the last byte that the catalog speaks of ends.
std::vector<uint64_t> find_data_ends(const Catalog& catalog);

}  // namespace holdall
