#include "command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "ink.h"
#include "settings.h"

namespace holdall::cli {
namespace {

// In one call, so that lines of several programs do not mix.
void say(const std::string& front, Ink ink, const std::string& text) {
  // Where both go to one place, what was printed before stands before.
  std::fflush(stdout);
  std::fputs((inked(front, ink, stderr) + " " + text + "\n").c_str(), stderr);
}

}  // namespace

ExitStatus exit_status(const Error& error, Direction direction) {
  if (error.reason == reason::kCancelled) return kInterrupted;
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
  const ExitStatus status = exit_status(error, direction);
  if (status == kInterrupted) {
    say("holdall:", Ink::kError,
        direction == Direction::kWriting ? "interrupted; no unfinished file is left"
                                         : "interrupted");
  } else {
    say("holdall:", Ink::kError, error.to_string());
  }
  std::string codes = "code " + std::string(code_name(error.code));
  if (!error.reason.empty()) codes += ", reason " + std::string(error.reason);
  if (error.system_error != 0) codes += ", errno " + std::to_string(error.system_error);
  tell(1, codes);
  return status;
}

ExitStatus fail_usage(const std::string& text) {
  say("holdall:", Ink::kError, text);
  return kUsage;
}

void note(const std::string& text) {
  if (!settings().is_quiet) say("holdall: note:", Ink::kNote, text);
}

void tell(int verbosity, const std::string& text) {
  if (settings().verbosity >= verbosity) say("holdall:", Ink::kNote, text);
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

int finish(int status) {
  if (status == kBadOutput) return status;
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  const char* why = errno == 0 ? "output error" : std::strerror(errno);
  say("holdall:", Ink::kError, std::string("cannot write to stdout: ") + why);
  return kBadOutput;
}

}  // namespace holdall::cli
