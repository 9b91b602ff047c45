// What the verbs of the command line share: their exit statuses and how they report.
#pragma once

#include <string>

#include "holdall/status.h"

namespace holdall::cli {

// Exit statuses are part of the interface (docs/cli.md).
enum ExitStatus : int {
  kDone = 0,
  kNo = 1,           // the answer is no
  kUsage = 2,        // the call is wrong
  kBadInput = 3,     // missing, unreadable or corrupt
  kBadOutput = 4,    // writing failed; nothing changed
  kUnsupported = 5,  // not built in, or not known to this version
};

enum class Direction { kReading, kWriting };

// The one mapping from errors to exit statuses.
ExitStatus exit_status(const Error& error, Direction direction);

// Prints "holdall: <error>" on stderr and gives its exit status.
ExitStatus fail(const Error& error, Direction direction);

// Writes to stdout; a reader that went away (SIGPIPE) is not an error worth words.
void print(const std::string& text);

}  // namespace holdall::cli
