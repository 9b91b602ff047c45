#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "bench_files.h"
#include "bench_json.h"
#include "holdall/checkpoint.h"
#include "process_cost.h"
#include "roof_kernels.h"
#include "roof_memory.h"
#include "roofs.h"

namespace holdall::bench {
namespace {

constexpr size_t kPieceBytes = size_t{4} << 20;
constexpr size_t kDirectBytes = size_t{1} << 20;
constexpr unsigned kDirectDepth = 4;  // where the devices measured so far are at their best
constexpr size_t kDirectAlignment = 4096;

// A run of one of the files; `offset` is that of its first byte in all files together.
struct FilePiece {
  size_t file = 0;
  size_t offset_in_file = 0;
  size_t size_bytes = 0;
  size_t offset = 0;
};

using Files = std::vector<MappedFile>;

Files mapped(const RoofSetting& setting) {
  Files files;
  for (const std::string& path : setting.files) files.emplace_back(path);
  return files;
}

std::vector<FilePiece> pieces_of(const Files& files, size_t piece_bytes) {
  std::vector<FilePiece> pieces;
  size_t offset = 0;
  for (size_t file = 0; file < files.size(); ++file) {
    const size_t end = files[file].bytes().size();
    for (size_t at = 0; at < end; at += piece_bytes) {
      pieces.push_back({file, at, std::min(piece_bytes, end - at), offset + at});
    }
    // So that each file starts where direct reads may put it.
    offset += (end + kDirectBytes - 1) / kDirectBytes * kDirectBytes;
  }
  return pieces;
}

size_t room_for(const std::vector<FilePiece>& pieces) {
  return pieces.empty() ? 0 : pieces.back().offset + kPieceBytes;
}

// The pages of the mapping that a piece lies in, all at once instead of one fault each.
void populate(std::span<const std::byte> bytes) {
#if defined(MADV_POPULATE_READ)
  const size_t before = reinterpret_cast<uintptr_t>(bytes.data()) % kDirectAlignment;
  auto* start = const_cast<std::byte*>(bytes.data()) - before;
  ::madvise(start, bytes.size() + before, MADV_POPULATE_READ);
#else
  static_cast<void>(bytes);
#endif
}

using Work = void (*)(std::span<const std::byte> from, std::byte* into);

void work_sum(std::span<const std::byte> from, std::byte*) {
  keep(sum_of(from));
}
void work_crc(std::span<const std::byte> from, std::byte*) {
  keep(crc32c_of(from));
}
void work_copy(std::span<const std::byte> from, std::byte* into) {
  copy_past_caches(into, from);
}
void work_copy_crc(std::span<const std::byte> from, std::byte* into) {
  keep(copy_and_crc(into, from));
}
void work_fresh_crc(std::span<const std::byte> from, std::byte* into) {
  keep(copy_fresh_and_crc(into, from));
}

enum class Faults : uint8_t { kPopulated, kAsTheyCome };

double map_and(const RoofSetting& setting, std::byte* into, Work work, Faults faults) {
  const Files sizes = mapped(setting);
  const auto pieces = pieces_of(sizes, kPieceBytes);
  const StopWatch watch;
  const Files files = mapped(setting);
  in_parallel(setting.threads, pieces.size(), [&](size_t i) {
    const FilePiece& piece = pieces[i];
    const auto bytes = files[piece.file].bytes().subspan(piece.offset_in_file, piece.size_bytes);
    if (faults == Faults::kPopulated) populate(bytes);
    work(bytes, into + piece.offset);
  });
  return watch.seconds();
}

// Which of the two is faster depends on the system: large folios make single faults rare.
double map_and(const RoofSetting& setting, std::byte* into, Work work) {
  const double populated = map_and(setting, into, work, Faults::kPopulated);
  return std::min(populated, map_and(setting, into, work, Faults::kAsTheyCome));
}

double map_into_reused(const RoofSetting& setting, Work work) {
  const size_t room = room_for(pieces_of(mapped(setting), kPieceBytes));
  return map_and(setting, reused_memory(1, room).data(), work);
}

double map_into_fresh(const RoofSetting& setting, Work work) {
  const size_t room = room_for(pieces_of(mapped(setting), kPieceBytes));
  double seconds = 0;
  for (const Faults faults : {Faults::kPopulated, Faults::kAsTheyCome}) {
    const FreshMemory memory(room, Pages::kHuge);
    const double one = map_and(setting, memory.bytes().data(), work, faults);
    seconds = seconds == 0 ? one : std::min(seconds, one);
  }
  return seconds;
}

class OpenFiles {
 public:
  OpenFiles(const RoofSetting& setting, int flags) {
    for (const std::string& path : setting.files) {
      files_.push_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
      if (files_.back() < 0) give_up("cannot open " + path);
    }
  }
  OpenFiles(const OpenFiles&) = delete;
  ~OpenFiles() {
    for (const int file : files_) ::close(file);
  }
  void read(const FilePiece& piece, std::byte* into, size_t size_bytes) const {
    size_t done = 0;
    while (done < piece.size_bytes) {
      const ssize_t got = ::pread(files_[piece.file], into + done, size_bytes - done,
                                  static_cast<off_t>(piece.offset_in_file + done));
      if (got <= 0) give_up("a file could not be read");
      done += static_cast<size_t>(got);
    }
  }

 private:
  std::vector<int> files_;
};

double pread_warm(const RoofSetting& setting) {
  const auto pieces = pieces_of(mapped(setting), kPieceBytes);
  std::byte* into = reused_memory(1, room_for(pieces)).data();
  const StopWatch watch;
  const OpenFiles files(setting, 0);
  in_parallel(setting.threads, pieces.size(), [&](size_t i) {
    files.read(pieces[i], into + pieces[i].offset, pieces[i].size_bytes);
  });
  return watch.seconds();
}

double read_direct_cold(const RoofSetting& setting) {
  drop_from_cache(setting.files);
  const auto pieces = pieces_of(mapped(setting), kDirectBytes);
  std::byte* into = reused_memory(1, room_for(pieces)).data();
  const StopWatch watch;
  const OpenFiles files(setting, O_DIRECT);
  in_parallel(kDirectDepth, pieces.size(), [&](size_t i) {
    // Whole pages, also past the end: the system stops there by itself.
    files.read(pieces[i], into + pieces[i].offset, kDirectBytes);
  });
  return watch.seconds();
}

double map_cold(const RoofSetting& setting) {
  drop_from_cache(setting.files);
  const StopWatch watch;
  const Files files = mapped(setting);
  for (const MappedFile& file : files) {
    ::madvise(const_cast<std::byte*>(file.bytes().data()), file.bytes().size(), MADV_WILLNEED);
    uint64_t sum = 0;
    for (size_t at = 0; at < file.bytes().size(); at += kDirectAlignment) {
      sum += static_cast<uint64_t>(file.bytes()[at]);
    }
    keep(sum);
  }
  return watch.seconds();
}

// What a reader that has its index already does: every tensor is checked by itself, in its place.
double map_crc_tensors(const RoofSetting& setting) {
  struct Row {
    size_t file;
    Extent extent;
  };
  std::vector<Row> rows;
  for (size_t file = 0; file < setting.files.size(); ++file) {
    auto checkpoint = Checkpoint::open(setting.files[file]);
    if (!checkpoint) give_up(checkpoint.error().to_string());
    for (const TensorInfo& info : checkpoint->catalog()) {
      for (const Piece& piece : info.pieces) rows.push_back({file, piece.extent});
    }
  }
  const size_t run_length = std::clamp<size_t>(rows.size() / 64, 1, 512);
  const StopWatch watch;
  const Files files = mapped(setting);
  in_parallel(setting.threads, (rows.size() + run_length - 1) / run_length, [&](size_t run) {
    for (size_t i = run * run_length; i < std::min(rows.size(), (run + 1) * run_length); ++i) {
      const Extent& extent = rows[i].extent;
      keep(
          crc32c_of(files[rows[i].file].bytes().subspan(extent.offset_in_file, extent.size_bytes)));
    }
  });
  return watch.seconds();
}

using Into = double (*)(const RoofSetting&, Work);

Roof map_roof(const char* name, Into into, Work work) {
  return {name, true, false, [=](const RoofSetting& setting) { return into(setting, work); }};
}

double map_in_place(const RoofSetting& setting, Work work) {
  return map_and(setting, nullptr, work);
}

}  // namespace

std::vector<Roof> read_roofs() {
  return {{"pread_warm", true, false, pread_warm},
          map_roof("map_sum", map_in_place, work_sum),
          map_roof("map_crc", map_in_place, work_crc),
          {"map_crc_tensors", true, false, map_crc_tensors},
          map_roof("map_copy", map_into_reused, work_copy),
          map_roof("map_copy_crc", map_into_reused, work_copy_crc),
          map_roof("map_copy_crc_fresh_2m", map_into_fresh, work_fresh_crc),
          {"read_direct_cold", false, false, read_direct_cold},
          {"map_willneed_cold", false, false, map_cold}};
}

}  // namespace holdall::bench
