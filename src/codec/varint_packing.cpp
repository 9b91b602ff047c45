#include "codec/varint_packing.h"

#include <cassert>
#include <cstring>

#include "codec/proto_wire.h"

namespace holdall {
namespace {

// Widening a signed value to 64 bits extends its sign, as the format wants.
template <class T>
void pack_elements(std::span<const std::byte> elements, std::string& out) {
  for (size_t at = 0; at < elements.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, elements.data() + at, sizeof value);
    append_varint(out, static_cast<uint64_t>(value));
  }
}

template <class Signed, class Unsigned>
void pack_either(std::span<const std::byte> elements, bool is_signed, std::string& out) {
  if (is_signed) return pack_elements<Signed>(elements, out);
  pack_elements<Unsigned>(elements, out);
}

}  // namespace

void pack_varints(std::span<const std::byte> elements, const VarintPacking& packing,
                  std::string& out) {
  assert(packing.width > 0 && elements.size() % packing.width == 0);
  switch (packing.width) {
    case 1: return pack_either<int8_t, uint8_t>(elements, packing.is_signed, out);
    case 2: return pack_either<int16_t, uint16_t>(elements, packing.is_signed, out);
    case 4: return pack_either<int32_t, uint32_t>(elements, packing.is_signed, out);
    default: return pack_either<int64_t, uint64_t>(elements, packing.is_signed, out);
  }
}

}  // namespace holdall
