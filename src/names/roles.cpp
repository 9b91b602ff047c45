#include "holdall/roles.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/parallel.h"

namespace holdall {
namespace {

struct RoleRow {
  Role role;
  std::string_view name;
};

constexpr std::array<RoleRow, 4> kRoles = {{
    {Role::kWeight, "weight"},
    {Role::kOptimizer, "optimizer"},
    {Role::kEma, "ema"},
    {Role::kStep, "step"},
}};

template <size_t N>
using Words = std::array<std::string_view, N>;

// Slots of TensorFlow 1's optimizers: a last component behind the variable's name. A second one of
// an optimizer, or of a second optimizer, ends in "_1", and so on.
constexpr Words<19> kSlots = {"Adam",      "AdamW",    "AdaMax",  "AMSGrad",        "Adagrad",
                              "AdagradDA", "Adadelta", "AddSign", "Ftrl",           "LAMB",
                              "LARS",      "Momentum", "Nadam",   "PowerSign",      "RMSProp",
                              "LazyAdam",  "adam_m",   "adam_v",  "ProximalAdagrad"};
// Settings of an optimizer, and PyTorch's slots: told by themselves.
constexpr Words<6> kOptimizerWords = {"beta1_power", "beta2_power", "momentum_buffer",
                                      "exp_avg",     "exp_avg_sq",  "max_exp_avg_sq"};
// Optimizers of Keras as the first component: "Adam/dense/kernel/m", "training/SGD/decay".
constexpr Words<8> kKerasOptimizers = {"Adam",     "SGD",    "RMSprop", "Adagrad",
                                       "Adadelta", "Adamax", "Nadam",   "Ftrl"};
constexpr Words<13> kKerasSlots = {"m",      "v",           "vhat",  "momentum", "rms",
                                   "beta_1", "beta_2",      "decay", "rho",      "learning_rate",
                                   "mg",     "accumulator", "linear"};
constexpr Words<3> kEmaSuffixes = {"ExponentialMovingAverage", "EMA", "ema"};
constexpr Words<4> kEmaScopes = {"ema", "EMA", "ema_model", "model_ema"};
constexpr Words<5> kSteps = {"global_step", "step", "iteration", "iterations", "save_counter"};
// Step counters where they belong to an optimizer.
constexpr Words<4> kOptimizerSteps = {"iter", "iterations", "_iterations", "step"};

constexpr std::string_view kSlotMark = "/.OPTIMIZER_SLOT/";
constexpr std::string_view kKeyMark = "/.ATTRIBUTES/";

template <size_t N>
bool is_one_of(std::string_view word, const Words<N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "Adam" of "Adam_12".
std::string_view without_number(std::string_view word) {
  if (word.empty() || word.back() < '0' || word.back() > '9') return word;  // most names
  const size_t digits = word.find_last_not_of("0123456789") + 1;
  const bool is_numbered = digits < word.size() && digits > 1 && word[digits - 1] == '_';
  return is_numbered ? word.substr(0, digits - 1) : word;
}

// What is left of a name without what a framework puts behind it.
std::string_view bare(std::string_view name) {
  if (name.ends_with(":0")) name.remove_suffix(2);
  return name.substr(0, name.rfind(kKeyMark));
}

// The components of a name: at "/" where it has one, else at ".".
struct Components {
  std::string_view name;
  char separator;

  explicit Components(std::string_view text)
      : name(text), separator(text.find('/') == std::string_view::npos ? '.' : '/') {}

  std::string_view last() const { return name.substr(name.rfind(separator) + 1); }
  std::string_view first() const { return name.substr(0, name.find(separator)); }
  bool is_single() const { return last().size() == name.size(); }

  // Whether any but the last component is `claim`.
  template <class Claim>
  bool any_above(Claim claim) const {
    for (std::string_view rest = name;;) {
      const size_t end = rest.find(separator);
      if (end == std::string_view::npos) return false;
      if (claim(rest.substr(0, end))) return true;
      rest.remove_prefix(end + 1);
    }
  }
};

bool is_optimizer_scope(std::string_view component) {
  const std::string_view word = without_number(component);
  return word == "optimizer" || word == "optimizers" || word.ends_with("_optimizer");
}

bool is_of_keras_optimizer(const Components& parts) {
  std::string_view scope = parts.name;
  if (parts.first() == "training") scope.remove_prefix(std::min(scope.size(), sizeof "training"));
  scope = scope.substr(0, scope.find(parts.separator));
  return is_one_of(without_number(scope), kKerasOptimizers) &&
         (is_one_of(parts.last(), kKerasSlots) || is_one_of(parts.last(), kOptimizerSteps));
}

// Whether only the name's last component says that it is a slot, which other names may contradict.
bool is_slot_by_suffix(const Components& parts) {
  return !parts.is_single() && parts.separator == '/' &&
         is_one_of(without_number(parts.last()), kSlots);
}

Role role_of_bare(std::string_view name, std::string_view whole) {
  const Components parts(name);
  const std::string_view last = parts.last();
  if (whole.find(kSlotMark) != std::string_view::npos) return Role::kOptimizer;
  if (parts.any_above(is_optimizer_scope) || is_of_keras_optimizer(parts)) {
    return is_one_of(last, kOptimizerSteps) ? Role::kStep : Role::kOptimizer;
  }
  if (is_one_of(without_number(last), kOptimizerWords) || is_slot_by_suffix(parts)) {
    return Role::kOptimizer;
  }
  const bool is_average = !parts.is_single() && (is_one_of(without_number(last), kEmaSuffixes) ||
                                                 is_one_of(parts.first(), kEmaScopes));
  if (is_average) return Role::kEma;
  return is_one_of(last, kSteps) ? Role::kStep : Role::kWeight;
}

bool has(std::span<const std::string_view> sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), std::string_view(name));
}

// Whether another name says that sorted[i], which ends as a slot does, belongs to a variable.
bool is_slot_among(std::span<const std::string_view> sorted, size_t i) {
  const std::string_view name = bare(sorted[i]);
  const std::string_view tail = sorted[i].substr(name.size());
  const std::string_view last = Components(name).last();
  const std::string variable(name.substr(0, name.size() - last.size() - 1));
  const auto exists = [&](const std::string& other) {
    return has(sorted, other + std::string(tail));
  };
  const std::string_view slot = without_number(last);
  if (exists(variable) || exists(variable + "/ExponentialMovingAverage")) return true;
  const std::string first = variable + "/" + std::string(slot);
  return slot.size() < last.size() ? exists(first) : exists(first + "_1");
}

}  // namespace

std::string_view role_name(Role role) {
  for (const RoleRow& row : kRoles) {
    if (row.role == role) return row.name;
  }
  return "unknown";
}

std::optional<Role> find_role(std::string_view name) {
  for (const RoleRow& row : kRoles) {
    if (row.name == name) return row.role;
  }
  return std::nullopt;
}

Role role_of(std::string_view name) {
  return role_of_bare(bare(name), name);
}

namespace {

// Of sorted[i], seen among all names.
Role role_among(std::span<const std::string_view> sorted, size_t i) {
  const Role role = role_of(sorted[i]);
  const Components parts(bare(sorted[i]));
  if (role != Role::kOptimizer || !is_slot_by_suffix(parts)) return role;
  const bool is_told_by_scope = parts.any_above(is_optimizer_scope) || is_of_keras_optimizer(parts);
  return is_told_by_scope || is_slot_among(sorted, i) ? role : Role::kWeight;
}

// So many names are worth a thread.
constexpr size_t kNamesAtOnce = 65536;

}  // namespace

std::vector<Role> roles_of(std::span<const std::string_view> sorted_names) {
  std::vector<Role> roles(sorted_names.size(), Role::kWeight);
  const size_t steps = (roles.size() + kNamesAtOnce - 1) / kNamesAtOnce;
  const auto status = run_in_parallel(steps, 0, [&](size_t step) -> Status {
    const size_t end = std::min(roles.size(), (step + 1) * kNamesAtOnce);
    for (size_t i = step * kNamesAtOnce; i < end; ++i) roles[i] = role_among(sorted_names, i);
    return {};
  });
  // For want of memory, which one thread at a time may have enough of.
  if (!status.ok()) {
    for (size_t i = 0; i < roles.size(); ++i) roles[i] = role_among(sorted_names, i);
  }
  return roles;
}

}  // namespace holdall
