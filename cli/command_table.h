// THE list of verbs, as data: the parser, the help, the shell completions and the man pages are
// made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace holdall::cli {

// Where the value of an option goes. A vector takes every value that is given; an int counts how
// often a flag is.
using OptionTarget = std::variant<bool*, int*, std::string*, uint64_t*, std::vector<std::string>*>;

// What a shell may complete a value with.
enum class Completion : uint8_t {
  kNone,
  kFiles,
  kDirectories,
  kTensors,  // of the checkpoint that was given before
};

struct Option {
  std::string names;       // "-n,--dry-run"; without dashes: a positional, "CKPT"
  std::string value_name;  // "N"; "" for flags and positionals
  std::string about;
  OptionTarget target;
  bool is_required = false;
  std::vector<std::string> choices = {};  // none: any value
  Completion completion = Completion::kNone;
  std::string environment = {};  // the variable that stands in for it
};

struct Verb {
  std::string name;
  std::string about;
  std::vector<Option> options;
  std::function<int()> run;
  std::string examples = {};  // lines of shell, each with a comment above it
  bool is_hidden = false;
};

// Each with the options that all share, unless it is hidden.
std::vector<Verb> all_verbs();

}  // namespace holdall::cli
