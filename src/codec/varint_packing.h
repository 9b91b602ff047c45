// Elements as protobuf packs them into one field: a varint each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace holdall {

struct VarintPacking {
  uint8_t width = 0;  // bytes of an element: 1, 2, 4 or 8
  bool is_signed = false;
};

// Appends the elements, which are in this machine's byte order. Negative ones take ten bytes each.
// Requires: a whole number of elements.
void pack_varints(std::span<const std::byte> elements, const VarintPacking& packing,
                  std::string& out);

}  // namespace holdall
