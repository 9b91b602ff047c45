// Checkpoint: one saved set of tensors, opened for reading. Opening reads headers and indexes only.
// A Checkpoint is a cheap handle; copies share what is open. All calls are thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/progress.h"
#include "holdall/status.h"
#include "holdall/storage.h"
#include "holdall/tensor.h"

namespace holdall {

// By which names the tensors of an object-based checkpoint (TensorFlow 2's) are shown. Those of
// other checkpoints have one name each, which every view shows.
enum class NameView : uint8_t {
  // As kRaw where a checkpoint is looked at (Checkpoint::open: what is in the file), as kVariable
  // where its names have to fit those of a program (Session; a note in the report says so).
  kAuto,
  kRaw,     // as stored: "model/dense/kernel/.ATTRIBUTES/VARIABLE_VALUE"
  kObject,  // the path to the object: "model/dense/kernel"; slots: "model/dense/kernel/optimizer/m"
  kVariable,  // the variable's own name, as in TensorFlow 1: "dense/kernel". The second variable of
              // a name, and what has none, keep their object's
};

// How much a checkpoint may ask for by being opened; one that asks for more is refused as
// kExhausted before it has it. The memory that opening takes is about 8 bytes for each of an index
// and 1 KiB for each tensor. What reading takes, a plan's size_bytes() tells beforehand.
struct OpenLimits {
  uint64_t index_bytes = uint64_t{1} << 30;   // of an index, a header, an archive's directory
  uint64_t tensor_count = uint64_t{1} << 22;  // the largest known have a third of it
};

struct OpenOptions {
  std::shared_ptr<Storage> storage =
      {};  // null: chosen by the path (plain paths and file:// are local)
  NameView names = NameView::kAuto;
  OpenLimits limits = {};
  // A state file leads to checkpoints in its own directory or below only. TensorFlow's name any
  // path, and those of a directory that others made may; without this they are followed, and a note
  // says so.
  bool is_confined = false;
  // Not empty: the catalog lists these tensors only, as far as they are there, and roles are told
  // by their names alone. To open a TensorFlow checkpoint of version 2 for one tensor takes as long
  // in a model of a million as in a small one: the parts of the index where others are listed stay
  // unread and unchecked. (Under NameView::kObject and kVariable, and in other formats, all is
  // read.)
  std::vector<std::string> only = {};
};

// How tensor bytes come in.
enum class IoMode : uint8_t {
  kAuto,     // as the environment variable HOLDALL_IO says; else kMap for files of this machine in
             // formats whose writers replace files whole, and kCopy for all others
  kCopy,     // read into memory of our own: immune to whatever happens to the file afterwards
  kMap,      // pages of the file where it can be mapped and its alignment fits, else as kMapCopy.
             // A file that somebody cuts while it is mapped ends the process: see Reader::map
  kMapCopy,  // copied out of a mapping, which is gone afterwards: the fastest way into own memory
  kDirect,   // as kCopy, around the system's cache: for files that are read once, from a fast disk
};

// "auto", "copy", "map", "map-copy", "direct"; and which of them a word stands for.
HOLDALL_EXPORT std::string_view io_mode_name(IoMode mode);
HOLDALL_EXPORT std::optional<IoMode> find_io_mode(std::string_view name);

struct ReadOptions {
  IoMode io = IoMode::kAuto;
  bool verify = true;    // compare the checksum of every piece that is read whole
  unsigned threads = 0;  // 0: as many as there are cores
  // A checksum is of a whole piece. Where only a part of a piece is wanted, true reads the whole
  // all the same and compares; false reads what the part touches, which nothing then vouches for.
  // None: false where a part is read by itself (read_box), true where it goes into a session. With
  // `verify` false it means nothing.
  std::optional<bool> verify_parts = {};
  Progress progress =
      {};  // of stored bytes; several checkpoints that are read together count as one
};

// One row a format: what `holdall ls --formats` and error texts list.
struct FormatInfo {
  std::string name;
  std::string about;  // a few words for people
  bool can_write = false;
  std::string suffix = {};  // how a path ends that is written in it; "" if none tells
};
HOLDALL_EXPORT std::vector<FormatInfo> formats();

// The format that a path's ending asks for; "tf_bundle" if it asks for none.
HOLDALL_EXPORT std::string format_for_path(std::string_view path);

class HOLDALL_EXPORT Checkpoint {
 public:
  // `path`: a prefix ("save/model1"), one of its files ("save/model1.index", ".data-...", ".meta"),
  // a `checkpoint` state file, or a directory: its newest complete checkpoint, as the state file or
  // else the names tell, or a SavedModel's variables; a safetensors, .npz or .npy file, whatever it
  // is called; an index of safetensors files, or a directory with one of these. Paths are never
  // globbed. Fails: kNotFound (says what was looked for and what is there), kCorrupt, kUnsupported
  // (both say what the file is, told from its content), kIo, kExhausted (a limit). The views
  // kObject and kVariable also read the object graph from the data files, and fail as read() does.
  static Result<Checkpoint> open(std::string_view path, const OpenOptions& options = {});

  // The prefix or file that was opened, whatever the spelling was.
  const std::string& path() const;
  const Catalog& catalog() const;

  // The same with the roles that the `.meta` file of TensorFlow 1's Saver tells by its collections,
  // where there is one; catalog() itself where there is none. What restores, copies and differences
  // are planned from, for policies that ask for roles. The first call reads the collections and
  // nothing else of that file; one that cannot be used leaves the roles to the names, and a
  // diagnosis tells of it.
  const Catalog& catalog_with_roles() const;

  // What a tensor is for, as `holdall ls` shows it: what the file or its `.meta` tells, else what
  // all names together do. The first call also does what catalog_with_roles() does.
  // Requires: `info` is of catalog() or of catalog_with_roles().
  Role role(const TensorInfo& info) const;

  // What was done that the path did not ask for, one sentence each: "the state file points to
  // '/old/m-10', which is not there; 'm-10' beside it was opened".
  const std::vector<std::string>& notes() const;

  // Whether TensorFlow 2 saved it by objects. Its names then depend on OpenOptions::names, and, in
  // the views kObject and kVariable, the catalog lists roles where the object graph tells them.
  bool is_object_based() const;

  // What the tensor is called in the file; `name` itself if that is it, "" if there is no such
  // tensor. Valid as long as the checkpoint.
  std::string_view stored_name(std::string_view name) const;

  // One tensor, whole; its bytes are verified. Fails: kNotFound (no such tensor, data file
  // missing), kCorrupt (checksum, cut file, damaged entry), kUnsupported, kIo (also: cancelled),
  // kExhausted.
  Result<Tensor> read(std::string_view name, const ReadOptions& options = {}) const;

  // A part of it. Of pieces that the box covers the bytes are verified. Of others only the rows
  // that the box touches are read (with gaps of up to a page between them), so that a row of a
  // table takes the time of a row, and are not verified unless ReadOptions::verify_parts asks for
  // it. Strings, deflated and column-major elements have to be read whole, and are verified. Fails:
  // also kInvalidArgument (the box does not lie within the tensor).
  Result<Tensor> read_box(std::string_view name, const Box& box,
                          const ReadOptions& options = {}) const;

  // The part that a text like "0:2,:,3" spells (slice.h), in the slice's shape; else as read_box().
  // Fails: also kInvalidArgument (the text).
  Result<Tensor> read_slice(std::string_view name, std::string_view slice,
                            const ReadOptions& options = {}) const;

 private:
  friend class CheckpointAccess;  // src/saver/checkpoint_access.h
  struct Rep;
  std::shared_ptr<const Rep> rep_;
};

// One tensor of a checkpoint that is wanted for nothing else: opened as `open` says, but with
// OpenOptions::only. What tf.train.load_variable() is in TensorFlow. Fails: as Checkpoint::open()
// and Checkpoint::read().
HOLDALL_EXPORT Result<Tensor> read_tensor(std::string_view path, std::string_view name,
                                          const ReadOptions& options = {},
                                          const OpenOptions& open = {});

struct LatestOptions {
  std::shared_ptr<Storage> storage = {};
  bool verify = false;  // only one whose every checksum holds
  unsigned threads = 0;
  Progress progress = {};  // of each checkpoint that is verified
};

struct HOLDALL_EXPORT LatestCheckpoint {
  std::string path;                     // its prefix
  std::vector<std::string> notes = {};  // why newer ones were passed over, a sentence each

  // docs/json.md, "latest".
  std::string to_json() const;
};

// The newest checkpoint in a directory all of whose files are there: of those that its state file
// names, else the one with the greatest step in its name. A state file that cannot be read, or
// names what is not there, is passed over with a note, as is a checkpoint that is not complete. A
// SavedModel's variables are found where there is nothing else.
// Fails: kNotFound (none is complete, or holds; says what was looked at), kIo, kExhausted.
HOLDALL_EXPORT Result<LatestCheckpoint> find_latest_checkpoint(std::string_view directory,
                                                               const LatestOptions& options = {});

}  // namespace holdall
