// The `checkpoint` state file: which checkpoints a directory holds and which is the newest, as the
// text form of TensorFlow's CheckpointState message (tf_bundle.md, "The state file").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/status.h"

namespace holdall {

// Name of the file, in the directory of the prefixes it lists.
inline constexpr std::string_view kStateFileName = "checkpoint";

struct CheckpointState {
  std::string model_checkpoint_path;
  std::vector<std::string> all_model_checkpoint_paths;  // oldest first
  std::vector<double> all_model_checkpoint_timestamps;
  std::optional<double> last_preserved_timestamp;
};

// Takes what TensorFlow's parser takes. Fails: kCorrupt, with the line.
Result<CheckpointState> parse_checkpoint_state(std::string_view text);

// Byte for byte what TensorFlow writes.
std::string format_checkpoint_state(const CheckpointState& state);

// `path` as the state file of `save_directory` stores it: relative to it if both are relative (or
// `paths` says so), else as it is.
enum class StatePaths { kAsGiven, kRelative };
std::string path_in_state(std::string_view save_directory, std::string_view path, StatePaths paths);

}  // namespace holdall
