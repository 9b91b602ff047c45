#include "transfer/part_reading.h"

#include <cstring>
#include <vector>

#include "base/checked_math.h"
#include "base/message.h"
#include "base/try.h"
#include "tensor/box_copy.h"

namespace holdall {
namespace {

// Systems read pages of this size, whatever was asked for.
constexpr uint64_t kMaxGapBytes = 4096;

// What one read takes at most if there are gaps in it.
constexpr uint64_t kMaxGatheredBytes = uint64_t{256} << 10;

// In bytes: from where in the piece, to where in the target.
struct Run {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t size_bytes = 0;
};

// Takes runs in the piece's order and reads them, neighbours together.
class RunReader {
 public:
  RunReader(const Reader& reader, const Extent& extent, std::span<std::byte> into)
      : reader_(reader), extent_(extent), into_(into) {}

  Status add(const Run& run) {
    if (!runs_.empty()) {
      Run& last = runs_.back();
      const uint64_t end = last.from + last.size_bytes;
      const bool is_next = run.from == end && run.to == last.to + last.size_bytes;
      const uint64_t gathered = run.from + run.size_bytes - runs_.front().from;
      if (is_next && (runs_.size() == 1 || gathered <= kMaxGatheredBytes)) {
        last.size_bytes += run.size_bytes;
        return {};
      }
      if (run.from - end > kMaxGapBytes || gathered > kMaxGatheredBytes) HOLDALL_TRY(flush());
    }
    runs_.push_back(run);
    return {};
  }

  Status flush() {
    if (runs_.empty()) return {};
    const uint64_t begin = runs_.front().from;
    const uint64_t size_bytes = runs_.back().from + runs_.back().size_bytes - begin;
    if (!fits_in(begin, size_bytes, extent_.size_bytes)) {
      return corrupt("its elements reach to byte {}, {} bytes are stored", begin + size_bytes,
                     extent_.size_bytes);
    }
    if (runs_.size() == 1) {
      HOLDALL_TRY(read(begin, into_.subspan(runs_.front().to, size_bytes)));
    } else {
      gathered_.resize(size_bytes);
      HOLDALL_TRY(read(begin, gathered_));
      for (const Run& run : runs_) {
        std::memcpy(into_.data() + run.to, gathered_.data() + (run.from - begin), run.size_bytes);
      }
    }
    runs_.clear();
    return {};
  }

  uint64_t bytes_read() const { return bytes_read_; }

 private:
  Status read(uint64_t offset_in_piece, std::span<std::byte> to) {
    bytes_read_ += to.size();
    return reader_.read_exact(extent_.offset_in_file + offset_in_piece, to);
  }

  const Reader& reader_;
  const Extent& extent_;
  const std::span<std::byte> into_;
  std::vector<Run> runs_;
  std::vector<std::byte> gathered_;
  uint64_t bytes_read_ = 0;
};

}  // namespace

Result<uint64_t> read_part(const Reader& reader, const PartOfPiece& part,
                           std::span<std::byte> into) {
  RunReader runs(reader, part.piece.extent, into);
  Status status;
  for_each_shared_run(part.stored, part.target, [&](uint64_t from, uint64_t to, uint64_t count) {
    if (!status.ok()) return;
    const uint64_t size = part.element_size;
    status = runs.add({from * size, to * size, count * size});
  });
  HOLDALL_TRY(std::move(status));
  HOLDALL_TRY(runs.flush());
  return runs.bytes_read();
}

}  // namespace holdall
