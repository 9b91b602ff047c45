// The JSON header of a safetensors file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "holdall/catalog.h"
#include "holdall/checkpoint.h"
#include "holdall/status.h"

namespace holdall::safetensors {

// The tensors that the header tells of, which together fill `data_bytes` bytes without a gap.
// Extents are in file 0 and count from `header_offset` + the header's size. Fails: kCorrupt,
// kUnsupported.
Result<std::vector<TensorInfo>> parse_header(std::string_view header, uint64_t header_offset,
                                             uint64_t data_bytes, const OpenLimits& limits = {});

}  // namespace holdall::safetensors
