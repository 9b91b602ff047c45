#include "command.h"

#include <cstdio>

namespace holdall::cli {

ExitStatus exit_status(const Error& error, Direction direction) {
  switch (error.code) {
    case Code::kInvalidArgument: return kUsage;
    case Code::kUnsupported: return kUnsupported;
    case Code::kExhausted: return kBadOutput;
    case Code::kIo: return direction == Direction::kWriting ? kBadOutput : kBadInput;
    case Code::kNotFound:
    case Code::kCorrupt: return kBadInput;
  }
  return kBadInput;
}

ExitStatus fail(const Error& error, Direction direction) {
  // Where both go to one place, what was printed before stands before.
  std::fflush(stdout);
  std::fprintf(stderr, "holdall: %s\n", error.to_string().c_str());
  return exit_status(error, direction);
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace holdall::cli
