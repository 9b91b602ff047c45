#include "formats/tf_bundle/object_roles.h"

#include <algorithm>

namespace holdall::tf_bundle {
namespace {

using Child = ObjectGraph::Child;

// Names that the optimizers of tf.compat.v1, Keras 2 and Keras 3 give their children.
constexpr std::string_view kStepNames[] = {"iter", "iterations", "_iterations"};
constexpr std::string_view kRateNames[] = {"learning_rate", "_learning_rate"};
constexpr std::string_view kModelLists[] = {"_trainable_variables", "_model_variables"};
constexpr std::string_view kAverageLists[] = {"_model_variables_moving_average"};
constexpr std::string_view kSaveCounter = "save_counter";

template <size_t kCount>
bool is_one_of(std::string_view name, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_index(std::string_view name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
}

class RoleFinder {
 public:
  explicit RoleFinder(const ObjectGraph& graph) : graph_(graph), roles_(graph.node_count()) {}

  std::vector<std::optional<Role>> find() && {
    for (size_t id = 0; id < graph_.node_count(); ++id) {
      if (is_optimizer(graph_.node(id))) mark_optimizer(graph_.node(id));
    }
    // A count is one also where a list holds it among the optimizer's other variables.
    for (const uint32_t id : steps_) roles_[id] = Role::kStep;
    for (const Child& child : graph_.node(0).children) {
      if (child.name == kSaveCounter) roles_[child.node] = Role::kStep;
    }
    return std::move(roles_);
  }

 private:
  static bool is_optimizer(const ObjectGraph::Node& node) {
    const auto has_one_of = [&](const auto& names) {
      return std::any_of(node.children.begin(), node.children.end(),
                         [&](const Child& child) { return is_one_of(child.name, names); });
    };
    return !node.slots.empty() || (has_one_of(kStepNames) && has_one_of(kRateNames));
  }

  void mark_optimizer(const ObjectGraph::Node& node) {
    for (const ObjectGraph::Slot& slot : node.slots) roles_[slot.node] = Role::kOptimizer;
    for (const Child& child : node.children) {
      if (is_one_of(child.name, kModelLists)) continue;
      if (is_one_of(child.name, kStepNames)) steps_.push_back(child.node);
      mark(child.node, Role::kOptimizer);
      mark_list(child.node, is_one_of(child.name, kAverageLists) ? Role::kEma : Role::kOptimizer);
    }
  }

  // The elements of a list. Other objects that an optimizer holds may be anything, the model even.
  void mark_list(uint32_t list, Role role) {
    for (const Child& element : graph_.node(list).children) {
      if (is_index(element.name)) mark(element.node, role);
    }
  }

  // An average is also in the list of all of the optimizer's variables.
  void mark(uint32_t node, Role role) {
    if (roles_[node] != Role::kEma) roles_[node] = role;
  }

  const ObjectGraph& graph_;
  std::vector<std::optional<Role>> roles_;
  std::vector<uint32_t> steps_;
};

}  // namespace

std::vector<std::optional<Role>> find_roles(const ObjectGraph& graph) {
  return RoleFinder(graph).find();
}

}  // namespace holdall::tf_bundle
