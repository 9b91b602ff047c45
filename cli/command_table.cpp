#include "command_table.h"

#include "cmd_bench.h"
#include "cmd_cat.h"
#include "cmd_completion.h"
#include "cmd_copy.h"
#include "cmd_diff.h"
#include "cmd_doctor.h"
#include "cmd_formats.h"
#include "cmd_keep.h"
#include "cmd_latest.h"
#include "cmd_ls.h"
#include "cmd_plan.h"
#include "cmd_show.h"
#include "cmd_verify.h"
#include "settings.h"

namespace holdall::cli {

std::vector<Verb> all_verbs() {
  std::vector<Verb> verbs = {
      ls_verb(),    show_verb(),    cat_verb(),        plan_verb(),  cp_verb(),      merge_verb(),
      split_verb(), diff_verb(),    verify_verb(),     bench_verb(), doctor_verb(),  latest_verb(),
      keep_verb(),  formats_verb(), completion_verb(), man_verb(),   complete_verb()};
  for (Verb& verb : verbs) {
    if (verb.is_hidden) continue;
    for (Option& option : shared_options()) verb.options.push_back(std::move(option));
  }
  return verbs;
}

}  // namespace holdall::cli
