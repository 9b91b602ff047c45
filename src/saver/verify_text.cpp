// Reports of verifying as text for people and as JSON (docs/json.md).
#include "base/checked_math.h"
#include "base/message.h"
#include "base/quote.h"
#include "holdall/text.h"
#include "holdall/verify.h"
#include "saver/json_text.h"

namespace holdall {

Json problems_json(std::span<const VerifyProblem> problems) {
  Json list = Json::array();
  for (const VerifyProblem& problem : problems) {
    Json row = Json::object();
    if (!problem.tensor.empty()) row.add("tensor", problem.tensor);
    if (!problem.file.empty()) row.add("file", problem.file);
    if (problem.size_bytes > 0) {
      row.add("offset_in_file", problem.offset_in_file);
      row.add("size_bytes", problem.size_bytes);
    }
    row.add("code", code_name(problem.error.code));
    row.add("reason", problem.error.reason);
    row.add("message", problem.error.message);
    list.push_back(std::move(row));
  }
  return list;
}

std::string VerifyProblem::to_string() const {
  std::string text = file.empty() ? "" : printable(file) + ": ";
  if (!tensor.empty()) text += "tensor " + quote(tensor) + ": ";
  if (size_bytes > 0) {
    const uint64_t end = checked_add(offset_in_file, size_bytes).value_or(UINT64_MAX);
    text += message("bytes {} to {}: ", offset_in_file, end);
  }
  return text + error.message;
}

std::string VerifyReport::summary() const {
  std::string text = message("{}/{} tensors hold · {} verified", tensors_verified, tensor_count,
                             size_text(bytes_verified));
  if (bytes_without_checksum > 0)
    text += message(" · {} without a checksum", size_text(bytes_without_checksum));
  if (!problems.empty()) {
    text += message(" · {} {}", problems.size(), problems.size() == 1 ? "problem" : "problems");
  }
  return text + " · " + format + " · " + printable(checkpoint_path);
}

std::string VerifyReport::uncovered() const {
  if (!problems.empty()) return "";
  std::string text;
  for (const FileCoverage& each : files) {
    if (each.bytes_compared == each.size_bytes) continue;
    text += text.empty() ? "no checksum covers " : ", ";
    const std::string name = printable(base_name_of(each.file));
    const uint64_t left = each.size_bytes - each.bytes_compared;
    text += each.bytes_compared == 0 ? name
                                     : message("{} of {} bytes of {}", left, each.size_bytes, name);
  }
  return text;
}

std::string VerifyReport::to_string() const {
  std::string text;
  for (const VerifyProblem& problem : problems) text += problem.to_string() + '\n';
  const std::string left_out = uncovered();
  if (!left_out.empty()) text += left_out + '\n';
  return text + summary() + '\n';
}

std::string VerifyReport::to_json() const {
  Json list = problems_json(problems);
  Json covered = Json::array();
  for (const FileCoverage& each : files) {
    covered.push_back(Json::object({{"file", each.file},
                                    {"size_bytes", each.size_bytes},
                                    {"bytes_compared", each.bytes_compared}}));
  }
  return Json::object({{"schema", 1},
                       {"checkpoint", checkpoint_path},
                       {"format", format},
                       {"tensor_count", tensor_count},
                       {"tensors_verified", tensors_verified},
                       {"bytes_verified", bytes_verified},
                       {"bytes_without_checksum", bytes_without_checksum},
                       {"seconds", seconds},
                       {"damaged", names_json(damaged)},
                       {"problems", std::move(list)},
                       {"files", std::move(covered)}})
      .dump(2);
}

}  // namespace holdall
