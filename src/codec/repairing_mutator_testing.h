// For fuzz targets of formats that have checksums: libFuzzer's changes, after which the input is
// made right again, so that what it keeps in its corpus is sound but for the change. The target
// defines repair_input(). Where there is no libFuzzer (replay, AFL++) this is nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdall {

void repair_input(std::span<std::byte> input);

}  // namespace holdall

#ifdef HOLDALL_LIBFUZZER

extern "C" size_t LLVMFuzzerMutate(uint8_t* bytes, size_t size_bytes, size_t max_bytes);

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* bytes, size_t size_bytes, size_t max_bytes,
                                          unsigned seed) {
  const size_t changed_bytes = LLVMFuzzerMutate(bytes, size_bytes, max_bytes);
  // One in eight stays wrong: what refuses wrong checksums is to be tried too.
  if (seed % 8 != 0) holdall::repair_input(std::as_writable_bytes(std::span(bytes, changed_bytes)));
  return changed_bytes;
}

#endif
