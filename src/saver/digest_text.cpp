// Reports of digests as text for people and as JSON (docs/json.md).
#include "base/message.h"
#include "holdall/digest.h"
#include "holdall/text.h"
#include "saver/json_text.h"

namespace holdall {

std::string DigestReport::summary() const {
  std::string text =
      message("{}/{} files match · {}", files_match, file_count, size_text(bytes_match));
  if (!problems.empty())
    text += message(" · {} {}", problems.size(), problems.size() == 1 ? "problem" : "problems");
  return text + " · sha256 · " + printable(digest_file);
}

std::string DigestReport::to_string() const {
  std::string text;
  for (const VerifyProblem& problem : problems) text += problem.to_string() + '\n';
  return text + summary() + '\n';
}

std::string DigestReport::to_json() const {
  return Json::object({{"schema", 1},
                       {"digest_file", digest_file},
                       {"file_count", file_count},
                       {"files_match", files_match},
                       {"bytes_match", bytes_match},
                       {"seconds", seconds},
                       {"problems", problems_json(problems)}})
      .dump(2);
}

}  // namespace holdall
