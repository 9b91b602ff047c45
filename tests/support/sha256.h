// SHA-256, by which the testdata's truth names what is too long to list.
#pragma once

#include <string>
#include <string_view>

namespace holdall {

// In hexadecimal.
std::string sha256_hex(std::string_view bytes);

}  // namespace holdall
