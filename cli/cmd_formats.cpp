#include "cmd_formats.h"

#include <memory>

#include "command.h"
#include "holdall/checkpoint.h"
#include "ink.h"
#include "text_table.h"

namespace holdall::cli {
namespace {

struct FormatsArguments {
  bool markdown = false;
  bool json = false;
};

// The table of the README, which a case of cli/tests compares with this.
std::string markdown_of(const std::vector<FormatInfo>& rows) {
  std::string text = "| format | what it is | reads | writes |\n|---|---|---|---|\n";
  for (const FormatInfo& row : rows) {
    text += "| `" + row.name + "` | " + row.about + " | yes | " + (row.can_write ? "yes" : "no") +
            " |\n";
  }
  return text;
}

// Names, suffixes and descriptions are ours, and need no escapes.
std::string json_of(const std::vector<FormatInfo>& rows) {
  std::string text = "{\"schema\": 1, \"formats\": [";
  for (const FormatInfo& row : rows) {
    text += (text.back() == '[' ? "\n" : ",\n");
    text += "  {\"name\": \"" + row.name + "\", \"about\": \"" + row.about +
            "\", \"writes\": " + (row.can_write ? "true" : "false") + ", \"suffix\": \"" +
            row.suffix + "\"}";
  }
  return text + "\n]}\n";
}

std::string table_of(const std::vector<FormatInfo>& rows) {
  TextTable table({{"format"}, {"writes"}, {"ending"}, {"what it is"}});
  for (const FormatInfo& row : rows)
    table.add_row({row.name, row.can_write ? "yes" : "no", row.suffix, row.about});
  return with_heading(table.to_string(0), stdout);
}

int run(const FormatsArguments& arguments) {
  if (arguments.markdown && arguments.json)
    return fail_usage("formats: --json and --markdown are two forms; give one");
  const std::vector<FormatInfo> rows = formats();
  print(arguments.markdown ? markdown_of(rows) : arguments.json ? json_of(rows) : table_of(rows));
  return kDone;
}

}  // namespace

Verb formats_verb() {
  const auto arguments = std::make_shared<FormatsArguments>();
  return {"formats",
          "List the checkpoint formats that this build knows",
          {{"--markdown", "", "Print a table for a README", &arguments->markdown},
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # What could a copy be written as?\n"
          "  holdall formats\n"};
}

}  // namespace holdall::cli
