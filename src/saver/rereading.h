// What was written, read back from the device and compared (SaveOptions::reread).
#pragma once

#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// Passes everything on to another writer, which must outlive it, and sums it up on the way.
class SummedWriter : public Writer {
 public:
  explicit SummedWriter(Writer& writer) : writer_(writer) {}

  Status append(std::span<const std::byte> bytes) override;
  Status close(Durability durability) override { return writer_.close(durability); }
  Status publish() override { return writer_.publish(); }

  // Whether the device has what was appended; what does not offer to be read back is believed.
  // Requires: close() succeeded. Fails: kIo, with reason checksum-mismatch if it has not.
  Status compare() const;

 private:
  Writer& writer_;
  uint64_t size_bytes_ = 0;
  uint32_t crc32c_ = 0;
};

}  // namespace holdall
