// What a tensor of a checkpoint is for, told from its name: what a program that only wants the
// weights may leave out, and how a list of names can be summed up. Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "holdall/export.h"

namespace holdall {

enum class Role : uint8_t {
  kWeight,     // what no other role claims, moving means and variances too
  kOptimizer,  // slots and settings: "w/Adam_1", "beta1_power", "w/.OPTIMIZER_SLOT/..."
  kEma,        // moving averages of weights: "w/ExponentialMovingAverage"
  kStep,       // counters: "global_step", "save_counter"
};

// "weight", "optimizer", "ema", "step": stable, for JSON and options.
HOLDALL_EXPORT std::string_view role_name(Role role);
HOLDALL_EXPORT std::optional<Role> find_role(std::string_view name);

// From one name alone, which may be wrong of a variable that has an optimizer's name: "dense/Adam".
HOLDALL_EXPORT Role role_of(std::string_view name);

// One a name. With all names at hand, "dense/Adam" is a slot only if "dense", its moving average or
// another slot of it exists too. Requires: names sorted by bytes.
HOLDALL_EXPORT std::vector<Role> roles_of(std::span<const std::string_view> sorted_names);

}  // namespace holdall
