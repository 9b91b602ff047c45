#include <string_view>

#include "base/message.h"
#include "holdall/text.h"

namespace holdall {

std::string size_text(uint64_t size_bytes) {
  if (size_bytes < 1000) return message("{} B", size_bytes);
  constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  auto size = static_cast<double>(size_bytes) / 1000;
  size_t unit = 0;
  for (; size >= 999.95; ++unit) size /= 1000;
  return message("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace holdall
