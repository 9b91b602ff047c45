// Nodes of any operations come in from a GraphDef message, under a prefix of their own.
#include <charconv>
#include <unordered_map>

#include "base/guard.h"
#include "base/quote.h"
#include "base/try.h"
#include "tf1/graph/graph_def_decoding.h"
#include "tf1/graph/graph_rep.h"
#include "tf1/kernels/kernel.h"
#include "tf1/tf1_errors.h"

namespace holdall::tf1 {
namespace {

// "x:1" is output 1 of "x".
std::pair<std::string_view, int> split_input(std::string_view input) {
  const size_t colon = input.rfind(':');
  int index = 0;
  if (colon == std::string_view::npos) return {input, 0};
  const std::string_view digits = input.substr(colon + 1);
  const auto [end, problem] = std::from_chars(digits.begin(), digits.end(), index);
  if (problem != std::errc() || end != digits.end() || index < 0) return {input, 0};
  return {input.substr(0, colon), index};
}

class GraphImport {
 public:
  GraphImport(GraphRep& graph, std::vector<NodeDef> defs, const ImportGraphOptions& options)
      : graph_(graph), defs_(std::move(defs)), options_(options), first_id_(graph.node_count()) {}

  // Requires: the graph's mutex is held.
  Result<std::string> import() {
    HOLDALL_TRY(choose_prefix());
    HOLDALL_TRY(number_nodes());
    HOLDALL_TRY(read_input_map());
    for (size_t i = 0; i < defs_.size(); ++i) {
      HOLDALL_TRY(make_node(i));
    }
    for (Node& node : nodes_) {
      HOLDALL_TRY(infer(node));
    }
    HOLDALL_TRY(check_input_indexes());
    HOLDALL_TRY(graph_.add_all(std::move(nodes_)));
    return prefix_;
  }

 private:
  Status choose_prefix() {
    const std::string scope = graph_.here().name_scope;
    if (options_.prefix.empty()) {
      prefix_ = scope.empty() ? "" : scope + '/';
      return {};
    }
    const ScopedNameScope own(graph_, options_.prefix);
    if (!own.ok()) return graph_.take_status();
    prefix_ = own.name();
    return {};
  }

  Status number_nodes() {
    for (size_t i = 0; i < defs_.size(); ++i) {
      const NodeDef& def = defs_[i];
      if (def.name.empty() || def.type.empty())
        return value_error("node {} has no name or no operation", i);
      HOLDALL_TRY(check_imported_name(def.name));
      if (!position_by_name_.emplace(def.name, i).second)
        return value_error("Node {} is not unique", quote(def.name));
    }
    return {};
  }

  Status read_input_map() {
    for (const auto& [name, output] : options_.input_map) {
      if (!graph_.has(output))
        return value_error("input_map: {} is not of this graph", quote(output.name()));
      const auto [node, index] = split_input(name);
      replaced_[std::string(node) + ':' + std::to_string(index)] = {
          GraphRep::node_of(output.op())->id, output.index()};
    }
    return {};
  }

  Status add_input(const std::string& input, Node& node) {
    const bool is_control = input.starts_with('^');
    const auto [source, index] =
        is_control ? std::pair(std::string_view(input).substr(1), 0) : split_input(input);
    const std::string key = std::string(source) + ':' + std::to_string(index);
    if (const auto at = replaced_.find(key); at != replaced_.end() && !is_control) {
      node.inputs.push_back(at->second);
      return {};
    }
    const auto at = position_by_name_.find(std::string(source));
    if (at == position_by_name_.end()) {
      return value_error("Node {}: Unknown input node {}", quote(node.name), quote(input));
    }
    const uint64_t id = first_id_ + at->second;
    if (is_control) {
      node.control_inputs.push_back(id);
    } else {
      node.inputs.push_back({id, index});
    }
    return {};
  }

  // What a node belongs to goes by the new names.
  void move_colocation(Node& node) const {
    const auto at = node.attrs.find("_class");
    if (at == node.attrs.end() || prefix_.empty()) return;
    auto* list = std::get_if<AttrList>(&at->second);
    auto* texts = list == nullptr ? nullptr : std::get_if<std::vector<std::string>>(list);
    if (texts == nullptr) return;
    for (std::string& text : *texts) {
      if (text.starts_with("loc:@")) text = with_prefix(prefix_, text);
    }
  }

  Status make_node(size_t position) {
    NodeDef& def = defs_[position];
    Node node;
    node.id = first_id_ + position;
    node.name = prefix_ + def.name;
    if (prefix_.empty() && graph_.find_node(node.name) != nullptr) {
      return value_error(
          "Node {} is in the graph already: import under a scope of its own (import_scope)",
          quote(node.name));
    }
    node.type = std::move(def.type);
    node.device = options_.clear_devices ? "" : std::move(def.device);
    node.attrs = std::move(def.attrs);
    for (const std::string& input : def.inputs) {
      HOLDALL_TRY(add_input(input, node));
    }
    move_colocation(node);
    nodes_.push_back(std::move(node));
    return {};
  }

  const Node* find(uint64_t id) const {
    if (id < first_id_) return &graph_.node(id);
    return id - first_id_ < nodes_.size() ? &nodes_[id - first_id_] : nullptr;
  }

  Status infer(Node& node) {
    const NodeShapes shapes{node.inputs, node.attrs, [&](uint64_t id) { return find(id); }};
    auto outputs = infer_outputs(node.type, shapes);
    // Whoever wrote the graph could run it: shapes that do not fit are not known here.
    if (outputs.ok()) node.outputs = *std::move(outputs);
    node.attrs.erase("_output_shapes");
    return {};
  }

  // Nodes of operations that are not known have as many outputs as are used. All together they may
  // have some that nobody uses, but not as many as a few bytes can ask for.
  Status check_input_indexes() {
    size_t unused_outputs = 0;
    for (const Node& node : nodes_) {
      for (const NodeInput& input : node.inputs) {
        if (input.node_id < first_id_) continue;
        Node& source = nodes_[input.node_id - first_id_];
        const auto index = static_cast<size_t>(input.index);
        if (index < source.outputs.size()) continue;
        constexpr size_t kMostUnused = 1 << 18;
        unused_outputs += index - source.outputs.size();
        if (find_kernel_row(source.type) != nullptr || unused_outputs > kMostUnused) {
          return value_error("Node {}: Connecting to invalid output {} of source node {}",
                             quote(node.name), input.index, quote(source.name));
        }
        source.outputs.resize(index + 1);
      }
    }
    return {};
  }

  GraphRep& graph_;
  std::vector<NodeDef> defs_;
  const ImportGraphOptions& options_;
  const uint64_t first_id_;
  std::string prefix_;
  std::unordered_map<std::string, size_t> position_by_name_;
  std::unordered_map<std::string, NodeInput> replaced_;
  std::vector<Node> nodes_;
};

}  // namespace

Result<std::string> Graph::import_graph_def(std::string_view message,
                                            const ImportGraphOptions& options) {
  return guarded([&]() -> Result<std::string> {
    HOLDALL_ASSIGN(auto defs, decode_graph_def(bytes_of(message)));
    const std::lock_guard lock(rep_->mutex);
    HOLDALL_TRY(rep_->status());
    return GraphImport(*rep_, std::move(defs), options).import();
  });
}

}  // namespace holdall::tf1
