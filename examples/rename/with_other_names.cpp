// A checkpoint whose tensors have other names than this program's variables. The plan tells, before
// a tensor is read, what does not fit, and proposes the rules that would cure it; given these
// rules, the program restores, reports and saves under its own names.
//
//   with_other_names CHECKPOINT VARIABLES OUT [RULES]
//
// VARIABLES is a checkpoint that has the names and shapes that are wanted.
#include <holdall/holdall.h>

#include <iostream>

namespace {

holdall::Status restore(const char* path, const char* variables, const char* out,
                        std::string_view rules_text) {
  auto rules = holdall::NameRules::parse(rules_text);
  if (!rules.ok()) return rules.error();
  auto checkpoint = holdall::Checkpoint::open(path);
  if (!checkpoint.ok()) return checkpoint.error();
  auto wanted = holdall::Checkpoint::open(variables);
  if (!wanted.ok()) return wanted.error();

  auto plan = holdall::plan_restore(checkpoint->catalog(), holdall::targets_of(wanted->catalog()),
                                    {.rules = *rules});
  if (!plan.ok()) return plan.error();
  if (auto fits = plan->check(); !fits.ok()) return fits;
  std::cout << plan->to_string();

  holdall::Session session;
  auto report = holdall::execute(*plan, *checkpoint, session);
  if (!report.ok()) return report.error();
  for (const holdall::RestoreItem& item : report->restored) {
    std::cout << item.name << " came from " << item.source_name << '\n';
  }
  auto saved = session.save(out);
  if (!saved.ok()) return saved.error();
  std::cout << saved->summary() << '\n';
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::cerr << "usage: with_other_names CHECKPOINT VARIABLES OUT [RULES]\n";
    return 2;
  }
  if (auto status = restore(argv[1], argv[2], argv[3], argc == 5 ? argv[4] : ""); !status.ok()) {
    std::cerr << status.error().to_string() << '\n';
    return 1;
  }
  return 0;
}
