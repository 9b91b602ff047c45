// What the options that verbs share were set to: of the whole process, set while the command line
// is parsed and only read afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command_table.h"
#include "holdall/checkpoint.h"

namespace holdall::cli {

struct Settings {
  bool is_quiet = false;
  int verbosity = 0;
  std::string color = "auto";
  std::string progress = "auto";
  std::string names;  // "": as Checkpoint::open has it
  uint64_t threads = 0;
  std::string durability = "durable";
};

Settings& settings();

// -q, -v, --color, --progress: every verb has them, and they may stand before it.
std::vector<Option> shared_options();

// --names, of verbs that open checkpoints.
Option names_option();

// --threads, of verbs that read or write with several.
Option threads_option();

// --durability, of verbs that write.
Option durability_option();

// Takes what variables of the environment say; the command line has the last word. "", or what is
// wrong with one.
std::string take_environment();

// How checkpoints are opened; `otherwise` unless --names was given.
OpenOptions open_options(NameView otherwise = NameView::kAuto);

unsigned thread_count();
Durability durability();

}  // namespace holdall::cli
