// Digests: SHA-256 of every file of a checkpoint, in a file of their own. Checksums that lie in a
// checkpoint leave things out (VerifyReport::files says what), some formats have none, and whoever
// changes a file can change its checksum. A digest file that was kept where nobody else writes
// tells all of that. Thread-safe.
//
// The file has a line for each file, as the program sha256sum writes and checks it: 64 digits, two
// spaces, the path from where the digest file lies.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "holdall/checkpoint.h"
#include "holdall/export.h"
#include "holdall/progress.h"
#include "holdall/status.h"
#include "holdall/verify.h"

namespace holdall {

struct DigestOptions {
  unsigned threads = 0;  // 0: as many as there are cores; a file is read by one
  Progress progress = {};
};

struct FileDigest {
  std::string file;
  uint64_t size_bytes = 0;
  std::string sha256;  // in hexadecimal
};

// Of all files of the checkpoint: its index, the files that its tensors lie in, TensorFlow's
// `.meta`, and the state file if it names this checkpoint alone. In ascending order of their paths.
// Fails: kNotFound (one is not there), kIo, kExhausted, kUnsupported (a build without OpenSSL).
HOLDALL_EXPORT Result<std::vector<FileDigest>> digest_files(const Checkpoint& checkpoint,
                                                            const DigestOptions& options = {});

struct DigestFileOptions {
  std::shared_ptr<Storage> storage = {};  // null: chosen by the path
  bool replace = false;                   // a file that is there, but none of the listed ones
};

// Writes the digest file `path`, in one step. The files must lie in its directory or below.
// Fails: kInvalidArgument (they do not; a file is there), kIo.
HOLDALL_EXPORT Status write_digest_file(std::string_view path, std::span<const FileDigest> digests,
                                        const DigestFileOptions& options = {});

struct HOLDALL_EXPORT DigestReport {
  std::string digest_file;
  uint64_t file_count = 0;   // that the digest file lists
  uint64_t files_match = 0;  // of these
  uint64_t bytes_match = 0;  // in them
  double seconds = 0;
  std::vector<VerifyProblem> problems = {};  // by file

  bool is_whole() const { return problems.empty(); }

  // A line for each problem, and one that sums up.
  std::string to_string() const;
  std::string summary() const;

  // docs/json.md, "digests".
  std::string to_json() const;
};

// Compares every file that the digest file lists with it, and every file of the checkpoint must be
// listed. What was hashed is the files as they are now: what is read from them later is another
// matter where somebody may change them.
// Fails: kNotFound (no digest file), kCorrupt (it is none, or leads out of its directory), kIo,
// kExhausted, kUnsupported (a build without OpenSSL).
HOLDALL_EXPORT Result<DigestReport> check_digests(const Checkpoint& checkpoint,
                                                  std::string_view path,
                                                  const DigestOptions& options = {});

}  // namespace holdall
