#include "text_input.h"

#include <fstream>
#include <iostream>
#include <sstream>

namespace holdall::cli {
namespace {

Error make_input_error(Code code, const std::string& path, std::string text) {
  Error error;
  error.code = code;
  if (code == Code::kNotFound) error.reason = reason::kMissingFile;
  error.place.file = path;
  error.message = std::move(text);
  return error;
}

}  // namespace

Result<std::string> read_text(const std::string& path, const std::string& what) {
  static bool is_stdin_used = false;
  std::ostringstream text;
  if (path == "-") {
    if (is_stdin_used)
      return make_input_error(Code::kInvalidArgument, path,
                              "stdin can be read once; give " + what + " as a file");
    is_stdin_used = true;
    text << std::cin.rdbuf();
    return text.str();
  }
  // An empty file sets a flag of the stream that receives nothing.
  std::ifstream file(path, std::ios::binary);
  if (!file || (!(text << file.rdbuf()) && file.bad()))
    return make_input_error(Code::kNotFound, path, what + " cannot be read");
  return text.str();
}

}  // namespace holdall::cli
