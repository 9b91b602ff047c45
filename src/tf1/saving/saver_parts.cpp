// What a Saver's nodes save and restore, whoever made them: TensorFlow of any version, or this.
#include <set>

#include "base/quote.h"
#include "base/try.h"
#include "tf1/saving/saver_nodes.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// The strings of the constant that an input comes from.
Result<std::vector<std::string>> constant_strings(GraphRep& graph, const Node& node, size_t input) {
  if (input >= node.inputs.size())
    return invalid_argument("node {} lacks input {}", quote(node.name), input);
  const Node& source = graph.node(node.inputs[input].node_id);
  const auto* value = source.type == "Const" ? source.find_attr<TensorAttr>("value") : nullptr;
  if (value == nullptr || value->values.dtype() != DType::kString)
    return unsupported("node {} takes its names from {}, which is no constant", quote(node.name),
                       quote(source.name));
  std::vector<std::string> strings;
  for (uint64_t i = 0; i < value->shape.element_count().value_or(0); ++i) {
    const bool repeats = value->values.element_count() == 1;
    strings.emplace_back(value->values.string_at(repeats ? 0 : i));
  }
  return strings;
}

class NodeReader {
 public:
  explicit NodeReader(GraphRep& graph) : graph_(graph) {}

  Result<SaverParts> read(const Node& save, const Operation& restore) {
    parts_.restore = restore;
    HOLDALL_TRY(read_saves(save));
    HOLDALL_TRY(read_restores(*GraphRep::node_of(restore)));
    return std::move(parts_);
  }

 private:
  // Every node that `start` waits for, itself among them, in the order of the graph; not further
  // than nodes that `ends`.
  template <class Ends>
  std::set<uint64_t> upstream(const Node& start, Ends ends) const {
    std::set<uint64_t> seen{start.id};
    std::vector<uint64_t> open{start.id};
    while (!open.empty()) {
      const Node& node = graph_.node(open.back());
      open.pop_back();
      if (ends(node)) continue;
      for (const NodeInput& input : node.inputs) {
        if (seen.insert(input.node_id).second) open.push_back(input.node_id);
      }
      for (const uint64_t id : node.control_inputs) {
        if (seen.insert(id).second) open.push_back(id);
      }
    }
    return seen;
  }

  static bool saves(const Node& node) {
    return node.type == "SaveV2" || node.type == "SaveSlices" || node.type == "Save";
  }

  static bool restores(const Node& node) {
    return node.type == "RestoreV2" || node.type == "Restore" || node.type == "RestoreSlice";
  }

  Status read_saves(const Node& start) {
    uint32_t shard = 0;
    for (const uint64_t id : upstream(start, saves)) {
      const Node& node = graph_.node(id);
      if (!saves(node)) continue;
      HOLDALL_ASSIGN(const auto names, constant_strings(graph_, node, 1));
      std::vector<std::string> slices(names.size());
      const bool is_whole = node.type == "Save";
      if (!is_whole) {
        HOLDALL_ASSIGN(slices, constant_strings(graph_, node, 2));
      }
      const size_t first = is_whole ? 2 : 3;
      if (slices.size() != names.size() || node.inputs.size() != first + names.size())
        return invalid_argument("node {} has {} names, {} slices and {} inputs", quote(node.name),
                                names.size(), slices.size(), node.inputs.size());
      if (node.type != "SaveV2") parts_.version = SaverVersion::kV1;
      for (size_t i = 0; i < names.size(); ++i) {
        const Output tensor = graph_.output(node.inputs[first + i]);
        parts_.saved.push_back({{names[i], slices[i], std::nullopt}, tensor, shard});
      }
      ++shard;
    }
    parts_.shard_count = std::max<uint32_t>(shard, 1);
    return {};
  }

  Status read_restores(const Node& start) {
    const auto nodes = upstream(start, restores);
    std::map<std::pair<uint64_t, int>, const Node*> variable_by_output;
    for (const uint64_t id : nodes) {
      const Node& node = graph_.node(id);
      if (restores(node) || node.type == "NoOp") continue;
      if (node.type == "Assign" || node.type == "AssignVariableOp") {
        add_assignment(node, variable_by_output);
      } else if (!is_passive(node)) {
        parts_.only_assigns = false;
      }
    }
    for (const uint64_t id : nodes) {
      const Node& node = graph_.node(id);
      if (!restores(node)) continue;
      HOLDALL_TRY(add_restored(node, variable_by_output));
    }
    for (const RestoredPart& part : parts_.restored)
      parts_.only_assigns &= part.variable != nullptr;
    return {};
  }

  // What stands beside the assignments: the variables, and what values go through.
  static bool is_passive(const Node& node) {
    return node.type == "VariableV2" || node.type == "Variable" || node.type == "VarHandleOp" ||
           node.type == "Identity" || node.type == "Const" ||
           node.type == "PlaceholderWithDefault" || node.type == "Reshape";
  }

  void add_assignment(const Node& assign,
                      std::map<std::pair<uint64_t, int>, const Node*>& variable_by_output) {
    if (assign.inputs.size() < 2) return;
    const Node& variable = graph_.node(assign.inputs[0].node_id);
    const bool is_plain = variable.type == "VariableV2" || variable.type == "Variable" ||
                          variable.type == "VarHandleOp";
    NodeInput from = assign.inputs[1];
    while (graph_.node(from.node_id).type == "Identity") from = graph_.node(from.node_id).inputs[0];
    const bool* validates = assign.find_attr<bool>("validate_shape");
    const bool changes_shape = validates != nullptr && !*validates;
    const bool is_new =
        variable_by_output.try_emplace({from.node_id, from.index}, &variable).second;
    if (!is_plain || !restores(graph_.node(from.node_id)) || !is_new || changes_shape)
      parts_.only_assigns = false;
  }

  Status add_restored(const Node& node,
                      const std::map<std::pair<uint64_t, int>, const Node*>& variable_by_output) {
    HOLDALL_ASSIGN(const auto names, constant_strings(graph_, node, 1));
    std::vector<std::string> slices(names.size());
    if (node.type != "Restore") {
      HOLDALL_ASSIGN(slices, constant_strings(graph_, node, 2));
    }
    if (names.size() != node.outputs.size() || slices.size() != names.size())
      return invalid_argument("node {} has {} names, {} slices and {} outputs", quote(node.name),
                              names.size(), slices.size(), node.outputs.size());
    for (size_t i = 0; i < names.size(); ++i) {
      const auto index = static_cast<int>(i);
      const auto at = variable_by_output.find({node.id, index});
      RestoredPart part{{names[i], slices[i], node.outputs[i].dtype},
                        graph_.output({node.id, index}),
                        at == variable_by_output.end() ? nullptr : at->second};
      parts_.restored.push_back(std::move(part));
    }
    return {};
  }

  GraphRep& graph_;
  SaverParts parts_;
};

}  // namespace

Result<SaverParts> read_saver_nodes(GraphRep& graph, const SaverDef& def) {
  Graph handle = GraphRep::graph_of(graph.shared_from_this());
  HOLDALL_ASSIGN(const Output save, handle.tensor_by_name(def.save_tensor_name));
  HOLDALL_ASSIGN(const Operation restore, handle.operation_by_name(def.restore_op_name));
  HOLDALL_ASSIGN(SaverParts parts, NodeReader(graph).read(*GraphRep::node_of(save.op()), restore));
  return parts;
}

}  // namespace holdall::tf1
