#include "cmd_show.h"

#include <memory>

#include "command.h"
#include "holdall/describe.h"
#include "progress_line.h"
#include "source_argument.h"

namespace holdall::cli {
namespace {

struct ShowArguments {
  std::string checkpoint;
  std::string name;
  std::string slice;
  bool verify = false;
  bool full = false;
  bool json = false;
};

Result<TensorDescription> make_description(const ShowArguments& arguments) {
  const auto checkpoint = open_checkpoint(arguments.checkpoint);
  if (!checkpoint.ok()) return checkpoint.error();
  ProgressLine line("show");
  DescribeOptions options;
  options.slice = arguments.slice;
  options.verify_parts = arguments.verify;
  options.all_values = arguments.full;
  options.progress = line.callback();
  return describe(*checkpoint, arguments.name, options);
}

int run(const ShowArguments& arguments) {
  const auto description = make_description(arguments);
  if (!description.ok()) return fail(description.error(), Direction::kReading);
  print(arguments.json ? description->to_json() + "\n" : description->to_string());
  return kDone;
}

}  // namespace

Verb show_verb() {
  const auto arguments = std::make_shared<ShowArguments>();
  return {"show",
          "Show one tensor: its place, statistics and values",
          {{"CKPT", "", "The checkpoint", &arguments->checkpoint, true, {}, Completion::kFiles},
           {"NAME",
            "",
            "The tensor's name in the checkpoint",
            &arguments->name,
            true,
            {},
            Completion::kTensors},
           {"--slice", "SLICE", "Only a part, as NumPy spells it: '0:2,:,3'", &arguments->slice},
           {"--verify", "",
            "With a slice: read all of what is stored in one piece with it, and compare checksums",
            &arguments->verify},
           {"--full", "", "All values, however many", &arguments->full},
           names_option(),
           {"--json", "", "Print JSON (docs/json.md)", &arguments->json}},
          [arguments] { return run(*arguments); },
          "  # The first rows of an embedding\n"
          "  holdall show DNA_default dna/embedding --slice 0:4\n"};
}

}  // namespace holdall::cli
