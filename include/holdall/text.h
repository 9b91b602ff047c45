// Names, sizes and values as people read them: the one style of messages, tables and examples.
// Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "holdall/export.h"
#include "holdall/tensor.h"

namespace holdall {

// `text` with everything a terminal could act on or a reader could not see shown as an escape:
// control bytes, quotes and backslashes, bytes that are not UTF-8, and the Unicode controls that
// reorder or hide text. Other UTF-8 passes through.
HOLDALL_EXPORT std::string printable(std::string_view text);

// "28 B", "83.1 MB", "1.5 GB": powers of 1000, one digit after the point.
HOLDALL_EXPORT std::string size_text(uint64_t size_bytes);

// The values as NumPy prints them: "[-0.67086124  0.22357145]", nested brackets for higher ranks,
// strings as b'...', and "..." in place of the middle above 1000 elements, unless all are wanted.
// Types without a decimal form here (float8, float4) show their bits.
enum class ValuesShown : uint8_t { kEdges, kAll };
HOLDALL_EXPORT std::string format_values(const Tensor& tensor,
                                         ValuesShown which = ValuesShown::kEdges);

}  // namespace holdall
