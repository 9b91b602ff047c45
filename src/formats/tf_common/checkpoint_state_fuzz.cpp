// Parses any bytes as a state file; what is taken must read as the same once it is written again.
#include <bit>
#include <cstdint>
#include <string>

#include "base/fuzz_require_testing.h"
#include "formats/tf_common/checkpoint_state.h"

namespace holdall {
namespace {

// A NaN is like another.
bool is_same(double a, double b) {
  return a == b || (a != a && b != b);
}

void check_state(const CheckpointState& state) {
  const std::string text = format_checkpoint_state(state);
  const auto again = parse_checkpoint_state(text);
  require(again.ok());
  require(again->model_checkpoint_path == state.model_checkpoint_path);
  require(again->all_model_checkpoint_paths == state.all_model_checkpoint_paths);
  const auto& times = state.all_model_checkpoint_timestamps;
  require(again->all_model_checkpoint_timestamps.size() == times.size());
  for (size_t i = 0; i < times.size(); ++i) {
    require(is_same(again->all_model_checkpoint_timestamps[i], times[i]));
  }
  require(again->last_preserved_timestamp.has_value() ==
          state.last_preserved_timestamp.has_value());
  for (const std::string& path : state.all_model_checkpoint_paths) {
    for (const StatePaths paths : {StatePaths::kAsGiven, StatePaths::kRelative}) {
      (void)path_in_state("save", path, paths);
      (void)path_in_state(path, state.model_checkpoint_path, paths);
    }
  }
}

}  // namespace
}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  const std::string text(reinterpret_cast<const char*>(bytes), size_bytes);
  const auto state = holdall::parse_checkpoint_state(text);
  if (state.ok()) {
    holdall::check_state(*state);
  } else {
    holdall::require(state.error().code == holdall::Code::kCorrupt);
  }
  // Any bytes can be a path.
  holdall::check_state({text, {text}, {}, {}});
  return 0;
}
