// Reads any bytes as a zip archive's directory. What is told of members lies within the file, and
// none in another.
#include <algorithm>
#include <vector>

#include "codec/bytes_reader_testing.h"
#include "codec/repairing_mutator_testing.h"
#include "codec/zip_reader.h"
#include "codec/zip_repair_testing.h"

namespace holdall {
namespace {

void check_archive(std::span<const std::byte> bytes) {
  const BytesReader reader(bytes);
  auto entries = read_zip_entries(reader);
  if (!entries.ok()) {
    const Code code = entries.error().code;
    require(code == Code::kCorrupt || code == Code::kUnsupported);
    return;
  }
  std::sort(entries->begin(), entries->end(),
            [](const auto& a, const auto& b) { return a.header_offset < b.header_offset; });
  uint64_t end = 0;
  for (const ZipEntry& entry : *entries) {
    require(entry.header_offset >= end && entry.data_offset > entry.header_offset);
    require(entry.data_offset <= bytes.size() &&
            entry.stored_bytes <= bytes.size() - entry.data_offset);
    require(!entry.name.empty() && entry.name.find('\0') == std::string::npos);
    end = entry.data_offset + entry.stored_bytes;
  }
}

}  // namespace

void repair_input(std::span<std::byte> input) {
  repair_zip(input);
}

}  // namespace holdall

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size_bytes) {
  std::vector<std::byte> input(size_bytes);
  std::transform(bytes, bytes + size_bytes, input.begin(),
                 [](uint8_t each) { return static_cast<std::byte>(each); });
  holdall::check_archive(input);
  holdall::repair_zip(input);
  holdall::check_archive(input);
  return 0;
}
