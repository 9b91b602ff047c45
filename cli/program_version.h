// What this program is made of.
#pragma once

#include <string>

namespace holdall::cli {

// "holdall 0.1.0"
std::string version_line();

// docs/json.md, "version".
std::string version_json();

}  // namespace holdall::cli
