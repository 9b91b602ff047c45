#include "holdall/digest.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/checked_math.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/quote.h"
#include "base/try.h"
#include "checksum/sha256_digest.h"
#include "formats/format.h"
#include "saver/checkpoint_access.h"
#include "saver/checkpoint_files.h"
#include "saver/digest_file.h"
#include "saver/small_files.h"
#include "storage/path_below.h"
#include "storage/storage_registry.h"
#include "transfer/block_reading.h"
#include "transfer/progress_meter.h"

namespace holdall {
namespace {

constexpr uint64_t kBlockBytes = uint64_t{1} << 20;

Result<std::string> digest_of(const Reader& file, ProgressMeter& meter) {
  HOLDALL_ASSIGN(Sha256 digest, Sha256::begin());
  std::vector<std::byte> block(std::clamp(file.size_bytes(), uint64_t{1}, kBlockBytes));
  const auto add = [&](std::span<const std::byte> bytes) -> Status {
    HOLDALL_TRY(digest.add(bytes));
    return meter.add(bytes.size());
  };
  HOLDALL_TRY(for_each_block(file, {0, 0, file.size_bytes()}, block, add));
  return digest.finish();
}

// What became of one file.
struct Hashed {
  FileDigest digest = {};
  std::unique_ptr<Reader> file = {};
  Status status = {};
};

// Hashes what can be opened and read; the rest has a status. Fails: what ends the whole run.
Result<std::vector<Hashed>> hash_files(const Storage& storage,
                                       const std::vector<std::string>& files,
                                       const DigestOptions& options) {
  std::vector<Hashed> all(files.size());
  uint64_t total_bytes = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    all[i].digest.file = files[i];
    auto file = storage.open_reader(files[i]);
    if (!file.ok()) {
      all[i].status = std::move(file).error();
      continue;
    }
    all[i].file = *std::move(file);
    all[i].digest.size_bytes = all[i].file->size_bytes();
    total_bytes = checked_add(total_bytes, all[i].digest.size_bytes).value_or(UINT64_MAX);
  }
  ProgressMeter meter(options.progress, total_bytes);
  HOLDALL_TRY(run_in_parallel(all.size(), options.threads, [&](size_t i) -> Status {
    Hashed& each = all[i];
    if (each.file == nullptr) return {};
    auto sha256 = digest_of(*each.file, meter);
    each.file.reset();
    if (sha256.ok()) {
      each.digest.sha256 = *std::move(sha256);
      return {};
    }
    const Error& error = sha256.error();
    const bool is_of_file = error.code == Code::kCorrupt ||
                            (error.code == Code::kIo && error.reason != reason::kCancelled);
    if (!is_of_file) return error;
    each.status = error;
    return {};
  }));
  return all;
}

// The path from the directory of the digest file; "" if it leads out of it.
std::string path_from(std::string_view directory, std::string_view path) {
  std::string relative = path_below(directory, path);
  return relative == "." ? "" : relative;
}

VerifyProblem problem_of(const std::string& file, Error error) {
  error.place = {};
  return {{}, file, 0, 0, std::move(error)};
}

Result<std::vector<DigestLine>> read_digest_file(const Storage& storage, const std::string& path) {
  HOLDALL_ASSIGN(const auto bytes, read_whole_file(storage, path, kMaxDigestFileBytes));
  auto lines = parse_digest_file({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!lines.ok()) return std::move(lines).error().in_file(path);
  return lines;
}

class DigestCheck {
 public:
  DigestCheck(const Checkpoint& checkpoint, const Location& location, const DigestOptions& options)
      : checkpoint_(checkpoint), location_(location), options_(options) {}

  Result<DigestReport> run() {
    HOLDALL_ASSIGN(const auto lines, read_digest_file(*location_.storage, location_.path));
    const std::string directory = directory_of(location_.path);
    std::vector<std::string> files;
    for (const DigestLine& line : lines) files.push_back(join_path(directory, line.path));
    HOLDALL_ASSIGN(const auto hashed, hash_files(*location_.storage, files, options_));
    report_.digest_file = location_.path;
    report_.file_count = lines.size();
    for (size_t i = 0; i < lines.size(); ++i) compare(hashed[i], lines[i].sha256);
    HOLDALL_TRY(find_unlisted(lines, directory));
    std::stable_sort(report_.problems.begin(), report_.problems.end(),
                     [](const auto& a, const auto& b) { return a.file < b.file; });
    return std::move(report_);
  }

 private:
  void compare(const Hashed& hashed, const std::string& expected) {
    const FileDigest& digest = hashed.digest;
    if (!hashed.status.ok()) {
      report_.problems.push_back(problem_of(digest.file, hashed.status.error()));
    } else if (digest.sha256 != expected) {
      report_.problems.push_back(problem_of(
          digest.file, make_error(Code::kCorrupt, reason::kChecksum,
                                  "its {} bytes have SHA-256 {}, the digest file says {}",
                                  digest.size_bytes, digest.sha256, expected)));
    } else {
      ++report_.files_match;
      report_.bytes_match += digest.size_bytes;
    }
  }

  Status find_unlisted(const std::vector<DigestLine>& lines, const std::string& directory) {
    const Storage& storage = *CheckpointAccess::storage(checkpoint_);
    std::set<std::string_view> listed;
    for (const DigestLine& line : lines) listed.insert(line.path);
    HOLDALL_ASSIGN(const auto files, list_checkpoint_files(storage, checkpoint_.catalog()));
    for (const std::string& file : files) {
      if (listed.contains(path_from(directory, file))) continue;
      report_.problems.push_back(problem_of(file, corrupt("the digest file does not list it")));
    }
    return {};
  }

  const Checkpoint& checkpoint_;
  const Location& location_;
  const DigestOptions& options_;
  DigestReport report_;
};

}  // namespace

Result<std::vector<FileDigest>> digest_files(const Checkpoint& checkpoint,
                                             const DigestOptions& options) {
  return guarded([&]() -> Result<std::vector<FileDigest>> {
    const Storage& storage = *CheckpointAccess::storage(checkpoint);
    HOLDALL_ASSIGN(const auto files, list_checkpoint_files(storage, checkpoint.catalog()));
    HOLDALL_ASSIGN(auto hashed, hash_files(storage, files, options));
    std::vector<FileDigest> digests;
    for (Hashed& each : hashed) {
      if (!each.status.ok()) return std::move(each.status).error().in_file(each.digest.file);
      digests.push_back(std::move(each.digest));
    }
    return digests;
  });
}

Status write_digest_file(std::string_view path, std::span<const FileDigest> digests,
                         const DigestFileOptions& options) {
  return guarded([&]() -> Status {
    HOLDALL_ASSIGN(const Location location, locate(path, options.storage));
    const std::string directory = directory_of(location.path);
    const std::string own = path_from(directory, location.path);
    std::vector<DigestLine> lines;
    for (const FileDigest& digest : digests) {
      std::string relative = path_from(directory, digest.file);
      if (relative.empty() || relative == own) {
        return invalid_argument(
                   relative == own
                       ? "it is the file {} of the checkpoint itself"
                       : "a digest file speaks of files below its directory, {} is none",
                   quote(digest.file))
            .in_file(location.path);
      }
      lines.push_back({std::move(relative), digest.sha256});
    }
    if (!options.replace && location.storage->open_reader(location.path).ok())
      return invalid_argument("a file is there already").in_file(location.path);
    return replace_file(*location.storage, location.path, format_digest_file(lines),
                        Durability::kDurable);
  });
}

Result<DigestReport> check_digests(const Checkpoint& checkpoint, std::string_view path,
                                   const DigestOptions& options) {
  return guarded([&]() -> Result<DigestReport> {
    const auto start = std::chrono::steady_clock::now();
    HOLDALL_ASSIGN(const Location location, locate(path, CheckpointAccess::storage(checkpoint)));
    HOLDALL_ASSIGN(DigestReport report, DigestCheck(checkpoint, location, options).run());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  });
}

}  // namespace holdall
