#include "cmd_formats.h"

#include "command.h"
#include "holdall/checkpoint.h"
#include "text_table.h"

namespace holdall::cli {
namespace {

int run() {
  TextTable table({{"format"}, {"writes"}, {"what it is"}});
  for (const FormatInfo& format : formats()) {
    table.add_row({format.name, format.can_write ? "yes" : "no", format.about});
  }
  print(table.to_string(0));
  return kDone;
}

}  // namespace

Verb formats_verb() {
  return {"formats", "List the checkpoint formats that this build knows", {}, &run};
}

}  // namespace holdall::cli
