// Diagnoses of paths, salvage, and name rules as objects.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind_options.h"
#include "bindings.h"
#include "holdall/doctor.h"
#include "holdall/name_rules.h"
#include "long_call.h"
#include "raise.h"

namespace nb = nanobind;

namespace holdall::python {
namespace {

Diagnosis diagnose_path(const nb::str& path_text, bool read_data, unsigned threads,
                        const nb::object& function) {
  const std::string path = from_name(path_text);
  LongCall call(function);
  DiagnoseOptions options;
  options.read_data = read_data;
  options.threads = threads;
  options.progress = call.progress();
  return call.run([&] { return diagnose(path, options); });
}

Checkpoint open_damaged(const nb::str& path_text) {
  const std::string path = from_name(path_text);
  Result<Checkpoint> checkpoint = Checkpoint();
  {
    const nb::gil_scoped_release release;
    checkpoint = open_for_salvage(path);
  }
  return unwrap(std::move(checkpoint));
}

// The report of the save, whose notes tell what a damaged index has lost, and the names that were
// left out.
nb::tuple salvage(const Checkpoint& checkpoint, const nb::str& path_text, const nb::dict& words,
                  const nb::object& function) {
  const std::string path = from_name(path_text);
  LongCall call(function);
  CopyOptions options;
  options.save = to_save_options(words);
  options.save.progress = call.progress();
  std::vector<std::string> left_out;
  SaveReport report = call.run([&]() -> Result<SaveReport> {
    auto found = plan_salvage(checkpoint, path, options);
    if (!found.ok()) return std::move(found).error();
    left_out = std::move(found->left_out);
    auto saved = execute(found->plan);
    if (!saved.ok()) return saved;
    for (const LostRange& range : found->lost) saved->notes.push_back(range.to_string());
    return saved;
  });
  return nb::make_tuple(std::move(report), to_names(left_out));
}

// Kind, severity, file, tensor, message, advice.
nb::list findings_of(const Diagnosis& diagnosis) {
  nb::list rows;
  for (const Finding& each : diagnosis.findings) {
    rows.append(nb::make_tuple(std::string(severity_name(each.severity)), each.kind,
                               to_name(each.file), to_name(each.tensor), to_name(each.message),
                               to_name(each.advice)));
  }
  return rows;
}

void bind_rules(nb::module_& module) {
  nb::class_<NameRules>(module, "NameRules",
                        "Rules that rename and select; docs/name_rules.md teaches them.")
      .def(
          "__init__",
          [](NameRules* self, nb::handle rules) { new (self) NameRules(to_rules(rules)); },
          nb::arg("rules"),
          nb::sig("def __init__(self, rules: str | collections.abc.Iterable[str]) -> None"))
      .def("__len__", &NameRules::count)
      .def("__str__", [](const NameRules& rules) { return to_lines(rules.to_string()); })
      .def(
          "apply",
          [](const NameRules& rules, const nb::str& name) -> nb::object {
            const auto renamed = rules.apply(from_name(name));
            return renamed ? nb::object(to_name(*renamed)) : nb::none();
          },
          nb::arg("name"), nb::sig("def apply(self, name: str) -> str | None"),
          "What becomes of a name; None if it is left out.")
      .def_prop_ro("is_invertible", &NameRules::is_invertible)
      .def(
          "inverse", [](const NameRules& rules) { return unwrap(rules.inverse()); },
          "The rules that take names back.");
  module.def(
      "propose_rules",
      [](const std::vector<nb::str>& wanted, const std::vector<nb::str>& present) -> nb::object {
        std::vector<std::string> texts;
        for (const nb::str& name : wanted) texts.push_back(from_name(name));
        for (const nb::str& name : present) texts.push_back(from_name(name));
        const std::vector<std::string_view> all(texts.begin(), texts.end());
        const auto proposal = propose_rules(std::span(all).first(wanted.size()),
                                            std::span(all).subspan(wanted.size()));
        return proposal ? nb::object(to_name(proposal->rules)) : nb::none();
      },
      nb::arg("wanted"), nb::arg("present"),
      nb::sig("def propose_rules(wanted: collections.abc.Sequence[str], present: "
              "collections.abc.Sequence[str]) -> str | None"));
}

}  // namespace

void bind_doctor(nb::module_& module) {
  bind_rules(module);
  nb::class_<Diagnosis>(module, "Diagnosis", "What a path is, what is wrong, what would work.")
      .def_prop_ro("path", [](const Diagnosis& d) { return to_name(d.path); })
      .def_ro("kind", &Diagnosis::kind)
      .def_prop_ro("cause", [](const Diagnosis& d) { return to_name(d.cause); })
      .def_prop_ro("checkpoint_path", [](const Diagnosis& d) { return to_name(d.checkpoint_path); })
      .def_ro("format", &Diagnosis::format)
      .def_ro("tensor_count", &Diagnosis::tensor_count)
      .def_ro("sound_count", &Diagnosis::sound_count)
      .def_prop_ro("is_healthy", &Diagnosis::is_healthy)
      .def_prop_ro(
          "damaged", [](const Diagnosis& d) { return to_names(d.damaged); },
          nb::sig("def damaged(self) -> list[str]"))
      .def_prop_ro(
          "others", [](const Diagnosis& d) { return to_names(d.others); },
          nb::sig("def others(self) -> list[str]"))
      .def_prop_ro("findings", &findings_of,
                   nb::sig("def findings(self) -> list[tuple[str, str, str, str, str, str]]"),
                   "Severity, kind, file, tensor, message and advice of each.")
      .def("to_json", &Diagnosis::to_json)
      .def("__str__", [](const Diagnosis& d) { return to_lines(d.to_string()); });
  module.def("diagnose", &diagnose_path, nb::arg("path"), nb::arg("read_data"), nb::arg("threads"),
             nb::arg("progress").none(),
             nb::sig("def diagnose(path: str, read_data: bool, threads: int, progress: "
                     "collections.abc.Callable[[int, int], object] | None) -> Diagnosis"));
  module.def("open_for_salvage", &open_damaged, nb::arg("path"));
  module.def("salvage", &salvage, nb::arg("checkpoint"), nb::arg("path"), nb::arg("save"),
             nb::arg("progress").none(),
             nb::sig("def salvage(checkpoint: Checkpoint, path: str, save: dict[str, typing.Any], "
                     "progress: collections.abc.Callable[[int, int], object] | None) -> "
                     "tuple[SaveReport, list[str]]"));
}

}  // namespace holdall::python
