#include "saver/pinned_files.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "base/message.h"
#include "base/try.h"
#include "checksum/crc32.h"
#include "checksum/crc32c.h"

namespace holdall {
namespace {

class SummingReader : public Reader {
 public:
  explicit SummingReader(std::shared_ptr<PinningStorage::Opened> opened)
      : opened_(std::move(opened)) {}
  uint64_t size_bytes() const override { return opened_->reader->size_bytes(); }
  Result<uint64_t> read_some(uint64_t offset, std::span<std::byte> into) const override {
    auto count = opened_->reader->read_some(offset, into);
    if (count.ok() && *count > 0) sum(offset, into.first(*count));
    return count;
  }
  std::shared_ptr<const std::byte> map() const override { return opened_->reader->map(); }

 private:
  void sum(uint64_t offset, std::span<const std::byte> bytes) const {
    auto& runs = opened_->runs;
    if (runs.empty() || runs.back().offset_in_file + runs.back().size_bytes != offset)
      runs.push_back({offset});
    runs.back().add(bytes);
  }

  std::shared_ptr<PinningStorage::Opened> opened_;
};

Error read_only() {
  return unsupported("files are only read here");
}

}  // namespace

std::shared_ptr<const Reader> PinningStorage::find(const std::string& path) const {
  const auto found = opened_.find(path);
  return found == opened_.end() ? nullptr : found->second->reader;
}

Result<std::unique_ptr<Reader>> PinningStorage::open_reader(const std::string& path) const {
  auto found = opened_.find(path);
  if (found == opened_.end()) {
    HOLDALL_ASSIGN(auto reader, inner_.open_reader(path));
    auto opened = std::make_shared<Opened>();
    opened->reader = std::move(reader);
    found = opened_.emplace(path, std::move(opened)).first;
  }
  return std::unique_ptr<Reader>(std::make_unique<SummingReader>(found->second));
}

Result<std::unique_ptr<Writer>> PinningStorage::open_writer(const std::string&) {
  return read_only();
}
Status PinningStorage::sync_directory(const std::string&) {
  return read_only();
}
Status PinningStorage::make_directories(const std::string&) {
  return read_only();
}
Status PinningStorage::remove(const std::string&) {
  return read_only();
}
bool PinningStorage::is_directory(const std::string& path) const {
  return inner_.is_directory(path);
}
Result<std::vector<std::string>> PinningStorage::list_directory(
    const std::string& directory) const {
  return inner_.list_directory(directory);
}

void PinningStorage::Run::add(std::span<const std::byte> bytes) {
  crc32c = crc32c_extend(crc32c, bytes);
  crc32 = crc32_extend(crc32, bytes);
  size_bytes += bytes.size();
}

Result<bool> IndexMark::File::is_matched_by(const Reader& now) const {
  constexpr uint64_t kBlockBytes = uint64_t{256} * 1024;
  if (now.size_bytes() != opened.reader->size_bytes()) return false;
  std::vector<std::byte> block;
  for (const PinningStorage::Run& run : opened.runs) {
    PinningStorage::Run found{run.offset_in_file};
    while (found.size_bytes < run.size_bytes) {
      block.resize(std::min(kBlockBytes, run.size_bytes - found.size_bytes));
      HOLDALL_TRY(now.read_exact(run.offset_in_file + found.size_bytes, block));
      found.add(block);
    }
    if (found != run) return false;
  }
  return true;
}

IndexMark IndexMark::of(const PinningStorage& pinned, const std::vector<std::string>& data) {
  IndexMark mark;
  for (const auto& [path, opened] : pinned.opened()) {
    if (std::ranges::find(data, path) == data.end()) mark.files_.push_back({path, *opened});
  }
  return mark;
}

Result<bool> IndexMark::is_current(const Storage& storage, Bytes bytes) const {
  for (const File& file : files_) {
    // Equal bytes need not be the same save: an index without checksums has them again and again.
    const std::optional<bool> is_same_file = file.opened.reader->is_current();
    if (is_same_file == false) return false;
    if (is_same_file && bytes == Bytes::kIfNeeded) continue;
    auto reader = storage.open_reader(file.path);
    if (!reader.ok()) {
      if (reader.error().code == Code::kNotFound) return false;
      return reader.error();
    }
    auto is_matched = file.is_matched_by(**reader);
    if (!is_matched.ok()) {
      // Cut under our hands: another's index that is being written in place.
      if (is_matched.error().reason == reason::kChangedWhileReading) return false;
      return std::move(is_matched).error().in_file(file.path);
    }
    if (!*is_matched) return false;
  }
  return true;
}

Error changed_while_reading(const std::string& path) {
  return make_error(Code::kIo, reason::kChangedWhileReading,
                    "it was saved anew while it was read; open it again")
      .in_file(path);
}

void wait_before_attempt(int attempt) {
  // Random, so that a reader does not keep step with a writer.
  std::minstd_rand random(
      static_cast<uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count()));
  const auto most = static_cast<unsigned>(1 << std::min(attempt, 6));
  std::this_thread::sleep_for(std::chrono::microseconds(random() % (uint64_t{most} * 500)));
}

}  // namespace holdall
