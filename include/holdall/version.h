// The version of these headers and of the library that is linked.
#pragma once

#include <string>

#include "holdall/export.h"

#define HOLDALL_VERSION "0.1.0"

namespace holdall {

// The library's own version; equal to HOLDALL_VERSION when headers and library belong together.
HOLDALL_EXPORT std::string version();

}  // namespace holdall
