// What a path is, what is wrong with it and what would work: for people with a checkpoint that does
// not load. And salvage: what holds of a damaged checkpoint, as a new one. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/copy.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/saver.h"
#include "holdall/status.h"
#include "holdall/verify.h"

namespace holdall {

enum class Severity : uint8_t {
  kNote,     // worth knowing
  kWarning,  // does not keep it from being used
  kError,    // does
};

// "note", "warning", "error".
HOLDALL_EXPORT std::string_view severity_name(Severity severity);

// One thing that was found.
struct Finding {
  Severity severity = Severity::kNote;
  std::string kind;       // stable, for programs: "not-a-checkpoint", "missing-file", "cut-short",
                          // "other-save", "checksum", "index", "entry", "incomplete", "state-file",
                          // "leftover", "no-checksums", "opened", "meta-file", "lost-names"
  std::string file = {};  // "" if it is of none
  std::string tensor = {};  // "" if it is of none
  std::string message;      // a sentence
  std::string advice = {};  // what to do, "" if nothing helps
};

struct DiagnoseOptions {
  std::shared_ptr<Storage> storage = {};  // null: chosen by the path
  bool read_data = true;                  // compare every checksum; else indexes and sizes only
  unsigned threads = 0;
  Progress progress = {};
};

struct HOLDALL_EXPORT Diagnosis {
  std::string path;             // as it was given
  std::string kind;             // "checkpoint", or what it is instead: "git-lfs-pointer", ...
  std::string cause;            // the one sentence: what is wrong, or that nothing is
  std::string checkpoint_path;  // the spelling that opens; "" if none does
  std::string format = {};
  uint64_t tensor_count = 0;
  uint64_t sound_count = 0;               // tensors that can be read, as far as was looked
  std::vector<Finding> findings = {};     // the gravest first
  std::vector<std::string> others = {};   // complete checkpoints beside it, the newest last
  std::vector<std::string> damaged = {};  // names of tensors that cannot be read

  // No finding is an error.
  bool is_healthy() const;

  // The cause, a line a finding with what to do, and what works.
  std::string to_string() const;

  // docs/json.md, "diagnosis".
  std::string to_json() const;
};

// Whatever lies at `path` has a diagnosis. Fails: kNotFound (nothing does), kInvalidArgument (no
// path), kIo (what says nothing about the checkpoint; cancelled), kExhausted.
HOLDALL_EXPORT Result<Diagnosis> diagnose(std::string_view path,
                                          const DiagnoseOptions& options = {});

// A run of tensors that are lost because a part of the index that lists them is damaged. Nothing
// tells their names, only between which others they stood, in the order of bytes.
struct HOLDALL_EXPORT LostRange {
  std::string file;         // the index
  std::string after = {};   // the last name before them; "" if they were the first
  std::string before = {};  // the first name behind them; "" if they were the last
  std::string cause;        // what is wrong with that part, and where it is

  // "m.index: names after 'a' and before 'k' are lost: <cause>"
  std::string to_string() const;
};

// As Checkpoint::open(), under the names as they are stored, but for damaged parts of an index: the
// tensors that the others list are in the catalog, and salvage tells the rest as lost. Only for
// salvage: what is not in the catalog may well be in the checkpoint.
HOLDALL_EXPORT Result<Checkpoint> open_for_salvage(std::string_view path,
                                                   std::shared_ptr<Storage> storage = {});

struct Salvage {
  SavePlan plan;                       // of what holds
  std::vector<std::string> left_out;   // tensors that do not
  std::vector<VerifyProblem> reasons;  // why
  std::vector<LostRange> lost = {};    // what open_for_salvage() had to leave out
};

// A copy of the tensors whose bytes are there and whose checksums hold; reads all of them to know,
// with options.save.threads.
// Fails: as plan_copy(); kNotFound where nothing holds.
HOLDALL_EXPORT Result<Salvage> plan_salvage(const Checkpoint& checkpoint, std::string_view path,
                                            const CopyOptions& options = {});

}  // namespace holdall
