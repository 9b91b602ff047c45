// Whether a path leads out of a directory.
#pragma once

#include <string>
#include <string_view>

namespace holdall {

// The way from the directory to the path, with slashes, "." if they are the same; "" if it leads
// out. Told from the spelling alone: no link is followed.
std::string path_below(std::string_view directory, std::string_view path);

}  // namespace holdall
