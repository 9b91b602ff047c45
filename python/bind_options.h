// Options that several calls take, from the words the package uses.
#pragma once

#include <string>

#include "holdall/checkpoint.h"

namespace holdall::python {

ReadOptions to_read_options(const std::string& io, bool verify, unsigned threads);

}  // namespace holdall::python
