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
  kInterrupted = 130,
};

enum class Direction { kReading, kWriting };

// The one mapping from errors to exit statuses.
ExitStatus exit_status(const Error& error, Direction direction);

// Prints "holdall: <error>" on stderr and gives its exit status.
ExitStatus fail(const Error& error, Direction direction);

// "holdall: <text>" on stderr, and the status of a wrong call.
ExitStatus fail_usage(const std::string& text);

// "holdall: note: <text>" on stderr, unless -q.
void note(const std::string& text);

// "holdall: <text>" on stderr, if -v was given so many times.
void tell(int verbosity, const std::string& text);

// Writes to stdout; a reader that went away (SIGPIPE) is not an error worth words.
void print(const std::string& text);

// What has been printed is where it was to go. Else says so, and gives another status than
// `status`.
int finish(int status);

}  // namespace holdall::cli
