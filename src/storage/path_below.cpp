#include "storage/path_below.h"

#include <filesystem>
#include <system_error>

namespace holdall {

std::string path_below(std::string_view directory, std::string_view path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path base(directory.empty() ? "." : directory);
  fs::path inner(path);
  if (base.is_absolute() != inner.is_absolute()) {
    base = fs::absolute(base, ignored);
    inner = fs::absolute(inner, ignored);
  }
  const fs::path way = inner.lexically_normal().lexically_relative(base.lexically_normal());
  return way.empty() || *way.begin() == ".." ? "" : way.generic_string();
}

}  // namespace holdall
