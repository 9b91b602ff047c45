#include "cmd_completion.h"

#include <algorithm>
#include <memory>

#include "command.h"
#include "holdall/checkpoint.h"
#include "holdall/text.h"
#include "manual_page.h"
#include "shell_completion.h"

namespace holdall::cli {
namespace {

struct CompleteArguments {
  std::string checkpoint;
  std::string prefix;
};

// Shells show nothing of errors: there is just nothing to complete.
int complete(const CompleteArguments& arguments) {
  std::string text;
  if (arguments.checkpoint.empty()) {
    for (const Verb& verb : all_verbs()) {
      if (!verb.is_hidden) text += verb.name + "\n";
    }
  } else {
    const auto checkpoint = Checkpoint::open(arguments.checkpoint);
    if (!checkpoint.ok()) return kDone;
    for (const TensorInfo& tensor : checkpoint->catalog()) {
      // A name that a terminal cannot show cannot be typed either.
      const bool is_offered =
          tensor.name.starts_with(arguments.prefix) && printable(tensor.name) == tensor.name;
      if (is_offered) text += tensor.name + "\n";
    }
  }
  print(text);
  return kDone;
}

int print_page(const std::string& name) {
  const std::vector<Verb> verbs = all_verbs();
  if (name.empty()) {
    print(program_page(verbs));
    return kDone;
  }
  const auto verb =
      std::find_if(verbs.begin(), verbs.end(), [&](const Verb& each) { return each.name == name; });
  if (verb == verbs.end()) return kUsage;
  print(verb_page(*verb));
  return kDone;
}

}  // namespace

Verb completion_verb() {
  const auto shell = std::make_shared<std::string>();
  return {"completion",
          "Print what a shell reads to complete holdall's words",
          {{"SHELL", "", "The shell", shell.get(), true, {"bash", "zsh", "fish"}}},
          [shell] {
            print(completion_script(*shell, all_verbs()));
            return kDone;
          },
          "  # In this bash, from now on\n"
          "  source <(holdall completion bash)\n"};
}

Verb complete_verb() {
  const auto arguments = std::make_shared<CompleteArguments>();
  return {"__complete",
          "Print the verbs, or the names of a checkpoint's tensors",
          {{"CKPT", "", "The checkpoint", &arguments->checkpoint},
           {"PREFIX", "", "What the names begin with", &arguments->prefix}},
          [arguments] { return complete(*arguments); },
          "",
          true};
}

Verb man_verb() {
  const auto name = std::make_shared<std::string>();
  return {"__man",
          "Print a manual page",
          {{"VERB", "", "The verb; none: of the whole program", name.get()}},
          [name] { return print_page(*name); },
          "",
          true};
}

}  // namespace holdall::cli
