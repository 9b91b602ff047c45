#include "command_table.h"

#include "cmd_copy.h"
#include "cmd_diff.h"
#include "cmd_formats.h"
#include "cmd_keep.h"
#include "cmd_ls.h"
#include "cmd_plan.h"
#include "cmd_verify.h"

namespace holdall::cli {

std::vector<Verb> all_verbs() {
  return {ls_verb(),    diff_verb(),  verify_verb(), plan_verb(),   cp_verb(),
          merge_verb(), split_verb(), keep_verb(),   formats_verb()};
}

}  // namespace holdall::cli
