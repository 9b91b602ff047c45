#include "saver/rereading.h"

#include <algorithm>
#include <vector>

#include "base/message.h"
#include "base/try.h"
#include "checksum/crc32c.h"
#include "transfer/block_reading.h"

namespace holdall {

Status SummedWriter::append(std::span<const std::byte> bytes) {
  crc32c_ = crc32c_extend(crc32c_, bytes);
  size_bytes_ += bytes.size();
  return writer_.append(bytes);
}

Status SummedWriter::compare() const {
  constexpr uint64_t kBlockBytes = uint64_t{8} << 20;
  HOLDALL_ASSIGN(const auto reader, writer_.reread());
  if (reader == nullptr) return {};
  if (reader->size_bytes() != size_bytes_) {
    return make_error(Code::kIo, reason::kChecksum,
                      "{} bytes were written, and {} are there when it is read back", size_bytes_,
                      reader->size_bytes());
  }
  std::vector<std::byte> block(std::clamp(size_bytes_, uint64_t{1}, kBlockBytes));
  uint32_t crc32c = 0;
  HOLDALL_TRY(for_each_block(*reader, {0, 0, size_bytes_}, block,
                             [&](std::span<const std::byte> bytes) -> Status {
                               crc32c = crc32c_extend(crc32c, bytes);
                               return {};
                             }));
  if (crc32c == crc32c_) return {};
  return make_error(Code::kIo, reason::kChecksum,
                    "the device does not give back what was written to it: the checksum is {}, and "
                    "{} when it is read back",
                    crc32c_, crc32c);
}

}  // namespace holdall
