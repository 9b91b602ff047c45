// The options by which verbs choose and rename tensors: those of RestoreOptions, in words.
#pragma once

#include <string>
#include <vector>

#include "command_table.h"
#include "holdall/restore.h"

namespace holdall::cli {

struct RestoreArguments {
  std::vector<std::string> select;
  std::vector<std::string> rules;
  std::vector<std::string> rule_files;
  std::vector<std::string> skip_roles;
  bool prefer_ema = false;
  std::string missing = "error";
  std::string unexpected = "error";
  std::string shape = "error";
  std::string dtype = "error";
};

// --select, --rule, --rules, --skip-role, --prefer-ema.
std::vector<Option> naming_options(RestoreArguments& arguments);

// --missing, --unexpected, --shape, --dtype-policy.
std::vector<Option> policy_options(RestoreArguments& arguments);

// Fails: kInvalidArgument (a rule, with line and column); kNotFound, kIo (a file of rules).
Result<RestoreOptions> to_restore_options(const RestoreArguments& arguments);

}  // namespace holdall::cli
