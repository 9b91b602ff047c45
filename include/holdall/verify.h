// Verifying: whether the bytes of a checkpoint are those that were saved, as far as checksums tell.
// Nothing is written, and memory stays bounded whatever the size of a tensor. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/status.h"

namespace holdall {

struct VerifyOptions {
  unsigned threads = 0;  // 0: as many as there are cores
  // Bytes of tensor data that are in memory at once, in all threads together. Strings do not count:
  // they are read a slice at a time.
  uint64_t window_bytes = uint64_t{64} << 20;
  Progress progress = {};
};

// One thing that is wrong.
struct HOLDALL_EXPORT VerifyProblem {
  std::string tensor;           // "" if it is of a whole file
  std::string file;             // "" if it is of none
  uint64_t offset_in_file = 0;  // the stored bytes in question
  uint64_t size_bytes = 0;      // 0 if it is of no run of bytes
  Error error;                  // its place is told by the members above

  // "save/m.data-00000-of-00001: tensor 'w': bytes 24 to 48: Checksum does not match: ..."
  std::string to_string() const;
};

// How much of a file was compared with a checksum that lies in the checkpoint.
struct FileCoverage {
  std::string file;
  uint64_t size_bytes = 0;
  uint64_t bytes_compared = 0;
};

struct HOLDALL_EXPORT VerifyReport {
  std::string checkpoint_path;
  std::string format;
  uint64_t tensor_count = 0;
  uint64_t tensors_verified = 0;        // every byte was compared with a checksum
  uint64_t bytes_verified = 0;          // stored bytes
  uint64_t bytes_without_checksum = 0;  // are where they should be; nothing tells what they were
  double seconds = 0;
  std::vector<VerifyProblem> problems;  // damaged entries, then by file and offset
  std::vector<std::string> damaged;  // names of the tensors that cannot be read as they were saved
  // Every file of the checkpoint that is there, by its path. What was not compared are bytes that
  // no checksum covers (ends of indexes, gaps between tensors, a whole `.meta`), or damaged ones.
  // Digests cover them (holdall/digest.h).
  std::vector<FileCoverage> files = {};

  bool is_whole() const { return problems.empty(); }

  // A line for each problem, one for what no checksum covers, and one that sums up.
  std::string to_string() const;
  std::string summary() const;

  // "no checksum covers 48 of 312 bytes of m.index, m.meta"; "" if one covers all, or something is
  // wrong.
  std::string uncovered() const;

  // docs/json.md, "verify".
  std::string to_json() const;
};

// Compares every stored checksum of every tensor. What is wrong is in the report, all of it; a
// missing data file is one problem, whatever lies in it.
// Fails: kIo (cancelled), kExhausted.
HOLDALL_EXPORT Result<VerifyReport> verify(const Checkpoint& checkpoint,
                                           const VerifyOptions& options = {});

}  // namespace holdall
