// For fuzz targets: what they promise of any input.
#pragma once

#include <cstdlib>

namespace holdall {

// Ends the process where a promise is broken, which is how an engine is told.
inline void require(bool claim) {
  if (!claim) std::abort();
}

}  // namespace holdall
