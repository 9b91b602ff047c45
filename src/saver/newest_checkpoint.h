// The newest checkpoint of a directory: as its state file says, or, without one, as names do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/tf_common/checkpoint_state.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "saver/checkpoint_claim.h"

namespace holdall {

// A checkpoint, and a sentence for each thing that was tried before it and for what was taken in
// its place.
struct FoundCheckpoint {
  Claim claim;
  std::vector<std::string> notes;
  std::string gap;  // what is not there of it; "" if it is complete
};

// Fails: kNotFound (no such file), kCorrupt (with the line), kIo.
Result<CheckpointState> read_state_file(const Storage& storage, const std::string& path);

// Where a path lies that the state file of `directory` records: paths that are not absolute start
// from there.
std::string path_of_recorded(std::string_view directory, std::string_view recorded);

// The newest checkpoint that the state file names and all of whose files are there; where none is
// complete, the newest one that has an index. Paths that are gone, since the directory was moved,
// are tried beside the state file. None if the file names none at all. Fails: kNotFound (nothing
// that it names is there), kCorrupt, kIo.
Result<std::optional<FoundCheckpoint>> find_newest_in_state(const Storage& storage,
                                                            const std::string& state_path,
                                                            bool is_confined = false);

// The only checkpoint of a directory, or the one with the greatest step where all are steps of one
// name ("model-300"). Fails: kNotFound if names do not tell.
Result<FoundCheckpoint> find_newest_by_name(const Storage& storage, const std::string& directory);

// What has a checkpoint at `path`; none if nothing does. Fails: kIo, where that cannot be told.
Result<std::optional<Claim>> look_for_claim(const Storage& storage, const std::string& path);

// A checkpoint that a state file records, and where it may be: there, or beside the state file.
struct RecordedCheckpoint {
  std::string recorded;
  std::vector<std::string> paths;
};

// Those of a directory's state file, the newest first. Fails: as read_state_file().
Result<std::vector<RecordedCheckpoint>> list_in_state(const Storage& storage,
                                                      const std::string& directory);

// What there is in the directory of `path` that may have been meant, as the end of a message.
std::string what_is_there(const Storage& storage, const std::string& path);

}  // namespace holdall
