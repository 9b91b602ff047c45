// Diagnoses as text for people and as JSON (docs/json.md).
#include "base/message.h"
#include "base/quote.h"
#include "holdall/doctor.h"
#include "saver/json_text.h"

namespace holdall {
namespace {

// Findings of one sort to print at most; the rest is counted.
constexpr size_t kMostShown = 10;

// What the cause says already is not said again.
bool is_cause(const Finding& finding, std::string_view cause) {
  return finding.severity == Severity::kError && cause.ends_with(finding.message) &&
         (finding.tensor.empty() || cause.find(quote(finding.tensor)) != std::string_view::npos);
}

std::string line_of(const Finding& finding, std::string_view cause) {
  std::string text;
  if (!is_cause(finding, cause)) {
    text = message("{}: ", severity_name(finding.severity));
    if (!finding.file.empty()) text += printable(finding.file) + ": ";
    if (!finding.tensor.empty()) text += "tensor " + quote(finding.tensor) + ": ";
    text += finding.message + '\n';
  }
  if (!finding.advice.empty()) text += "  to do: " + finding.advice + '\n';
  return text;
}

std::string lines_of(const std::vector<Finding>& findings, std::string_view cause) {
  std::string text;
  size_t alike = 0;
  for (size_t i = 0; i < findings.size(); ++i) {
    const bool is_alike = i > 0 && findings[i].kind == findings[i - 1].kind;
    alike = is_alike ? alike + 1 : 0;
    if (alike < kMostShown) text += line_of(findings[i], cause);
    const bool is_last = i + 1 == findings.size() || findings[i + 1].kind != findings[i].kind;
    if (is_last && alike >= kMostShown)
      text += message("  and {} more like it\n", alike + 1 - kMostShown);
  }
  return text;
}

}  // namespace

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kNote: return "note";
    case Severity::kWarning: return "warning";
    case Severity::kError: break;
  }
  return "error";
}

std::string Diagnosis::to_string() const {
  std::string text = printable(path) + ": " + cause + '\n';
  text += lines_of(findings, cause);
  if (!checkpoint_path.empty()) {
    text += message("{} of {} tensors are sound · {} · {}\n", sound_count, tensor_count, format,
                    printable(checkpoint_path));
    if (!is_healthy() && sound_count > 0) {
      text += message("to do: holdall doctor {} --salvage OUT writes what is sound\n",
                      printable(checkpoint_path));
    }
  }
  if (!is_healthy() && !others.empty())
    text += message("complete beside it: {}\n", printable(others.back()));
  return text;
}

std::string Diagnosis::to_json() const {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    Json row =
        Json::object({{"severity", severity_name(finding.severity)}, {"kind", finding.kind}});
    if (!finding.file.empty()) row.add("file", finding.file);
    if (!finding.tensor.empty()) row.add("tensor", finding.tensor);
    row.add("message", finding.message);
    if (!finding.advice.empty()) row.add("advice", finding.advice);
    list.push_back(std::move(row));
  }
  return Json::object({{"schema", 1},
                       {"path", path},
                       {"kind", kind},
                       {"is_healthy", is_healthy()},
                       {"cause", cause},
                       {"checkpoint", checkpoint_path},
                       {"format", format},
                       {"tensor_count", tensor_count},
                       {"sound_count", sound_count},
                       {"damaged", names_json(damaged)},
                       {"findings", std::move(list)},
                       {"others", names_json(others)}})
      .dump(2);
}

}  // namespace holdall
