// The checkpoints that lie in a directory, and which step of which series each is, told from names
// and first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/status.h"
#include "holdall/storage.h"
#include "saver/checkpoint_claim.h"

namespace holdall {

struct ListedCheckpoint {
  Claim claim;
  // "model-300.npz" is step 300 of "model"; each format has series of its own. Without a step, the
  // series is the name.
  std::string series = {};
  std::optional<uint64_t> step = {};
};

// Those with an index of TensorFlow's; where there is none, those of the other formats, which takes
// a look into every file. By series, then by step. Fails: kIo, kNotFound.
Result<std::vector<ListedCheckpoint>> list_checkpoints(const Storage& storage,
                                                       const std::string& directory);

// The same by step alone, the greatest first; those without a step come last.
void sort_by_step(std::vector<ListedCheckpoint>& checkpoints);

// Whether all have a step and are of one series.
bool are_steps_of_one(const std::vector<ListedCheckpoint>& checkpoints);

// The names of indexes in the list, without what makes them that.
std::vector<std::string> list_prefixes(const std::vector<std::string>& names);

// What the checkpoint is called without what its format puts behind: "m-7" of "m-7.npz".
std::string_view name_of(const Claim& claim);

// Where TensorFlow's savers write the graph of such a checkpoint.
std::string meta_path_of(const Claim& claim);

}  // namespace holdall
