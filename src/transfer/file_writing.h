// Writes the parts of a data file, calculating checksums on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "checksum/crc32c.h"
#include "holdall/status.h"
#include "holdall/storage.h"

namespace holdall {

// What is calculated on the way.
using Checksum = uint32_t (*)(uint32_t, std::span<const std::byte>);

// Bytes that come in runs: passes each on, front to back. Runs are multiples of a reversed group.
using Take = std::function<Status(std::span<const std::byte>)>;
using Runs = std::function<Status(const Take&)>;

// Bytes that are there, as one run.
Runs one_run(std::span<const std::byte> bytes);

// Appends the bytes, with every group of `reversed_group` of them turned round, and returns the
// checksum of what was written, continued from `crc_seed`. `position`: how many bytes the writer
// has already. Fails: kIo; what `runs` fails with.
Result<uint32_t> append_with_checksum(Writer& writer, const Runs& runs, uint64_t reversed_group,
                                      uint32_t crc_seed, Checksum extend = crc32c_extend,
                                      uint64_t position = 0);

// The checksum alone. Fails: what `runs` fails with.
Result<uint32_t> checksum_of(const Runs& runs, uint64_t reversed_group, uint32_t crc_seed,
                             Checksum extend);

// `literal` and then the bytes, turned round likewise, as one deflate stream. The checksum is that
// of the bytes. Fails: kIo, kExhausted; what `runs` fails with.
struct DeflatedRun {
  uint32_t checksum = 0;
  uint64_t deflated_bytes = 0;
};
Result<DeflatedRun> append_deflated(Writer& writer, std::string_view literal, const Runs& runs,
                                    uint64_t reversed_group, uint32_t crc_seed, Checksum extend);

// Appends `count` zero bytes.
Status append_zeros(Writer& writer, uint64_t count);

}  // namespace holdall
