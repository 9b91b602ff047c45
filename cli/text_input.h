// Texts that verbs read: files, or stdin where "-" is given.
#pragma once

#include <string>

#include "holdall/status.h"

namespace holdall::cli {

// `what` the text is, for messages: "the file of rules". Fails: kNotFound; kInvalidArgument (stdin
// is asked for a second time, which would be empty).
Result<std::string> read_text(const std::string& path, const std::string& what);

}  // namespace holdall::cli
