// What a node gives, as far as it is known when it is made.
#include <charconv>

#include "tf1/kernels/kernel.h"

namespace holdall::tf1 {
namespace {

// Of an operation without a row: the attribute that tells the type of its outputs, by how sure it
// is.
constexpr std::string_view kTypeAttributes[] = {"output_types", "component_types", "Tout",  "DstT",
                                                "out_type",     "dtypes",          "dtype", "T"};

template <class T>
const T* find_attr(const NodeShapes& node, std::string_view key) {
  const auto at = node.attrs.find(std::string(key));
  return at == node.attrs.end() ? nullptr : std::get_if<T>(&at->second);
}

std::vector<DType> list_of(const NodeShapes& node, std::string_view key) {
  const auto* list = find_attr<AttrList>(node, key);
  const auto* dtypes = list == nullptr ? nullptr : std::get_if<std::vector<DType>>(list);
  return dtypes == nullptr ? std::vector<DType>() : *dtypes;
}

// A type by its name, or the attribute of that name; "int32" where a node leaves it to the default.
DType type_of(const NodeShapes& node, std::string_view word) {
  if (const auto dtype = find_dtype(word)) return *dtype;
  if (const auto* dtype = find_attr<DType>(node, word)) return *dtype;
  if (word == "out_type" || word == "output_type") {
    return word == "out_type" ? DType::kI32 : DType::kI64;
  }
  return DType::kUnknown;
}

std::vector<NodeOutput> outputs_by_rule(const NodeShapes& node, std::string_view rule) {
  if (rule.empty()) return {};
  const bool is_ref = rule.starts_with('&');
  if (is_ref) rule.remove_prefix(1);
  std::vector<NodeOutput> outputs;
  if (rule.ends_with("[]")) {
    for (const DType dtype : list_of(node, rule.substr(0, rule.size() - 2)))
      outputs.push_back({dtype, StaticShape::unknown(), is_ref});
    return outputs;
  }
  const size_t star = rule.find('*');
  const DType dtype = type_of(node, rule.substr(0, star));
  int64_t count = 1;
  if (star != std::string_view::npos) {
    const auto* value = find_attr<int64_t>(node, rule.substr(star + 1));
    if (value != nullptr) {
      count = *value;
    } else {
      (void)std::from_chars(rule.begin() + star + 1, rule.end(), count);
    }
  }
  constexpr int64_t kMostOutputs = 1 << 20;
  for (int64_t i = 0; i < std::min(count, kMostOutputs); ++i)
    outputs.push_back({dtype, StaticShape::unknown(), is_ref});
  return outputs;
}

std::vector<NodeOutput> outputs_by_custom(const NodeShapes& node) {
  for (const std::string_view key : kTypeAttributes) {
    if (find_attr<DType>(node, key) != nullptr) return outputs_by_rule(node, key);
    if (find_attr<AttrList>(node, key) != nullptr)
      return outputs_by_rule(node, std::string(key) + "[]");
  }
  return {};
}

// What a writer of a `.meta` knew.
void apply_known_shapes(const NodeShapes& node, bool has_row, std::vector<NodeOutput>& outputs) {
  const auto* list = find_attr<AttrList>(node, "_output_shapes");
  const auto* shapes = list == nullptr ? nullptr : std::get_if<std::vector<StaticShape>>(list);
  if (shapes == nullptr) return;
  if (!has_row) {
    const NodeOutput like = outputs.empty() ? NodeOutput() : outputs.front();
    outputs.resize(shapes->size(), {like.dtype, StaticShape::unknown(), false});
  }
  for (size_t i = 0; i < std::min(outputs.size(), shapes->size()); ++i)
    outputs[i].shape = (*shapes)[i];
}

}  // namespace

StaticShape NodeShapes::shape(size_t i) const {
  const Node* node = i < inputs.size() ? find_node(inputs[i].node_id) : nullptr;
  const auto index = node == nullptr ? 0 : static_cast<size_t>(inputs[i].index);
  if (node == nullptr || index >= node->outputs.size()) return StaticShape::unknown();
  return node->outputs[index].shape;
}

DType NodeShapes::dtype(size_t i) const {
  const Node* node = i < inputs.size() ? find_node(inputs[i].node_id) : nullptr;
  const auto index = node == nullptr ? 0 : static_cast<size_t>(inputs[i].index);
  if (node == nullptr || index >= node->outputs.size()) return DType::kUnknown;
  return node->outputs[index].dtype;
}

std::optional<std::vector<int64_t>> NodeShapes::integers(size_t i) const {
  const Node* node = i < inputs.size() ? find_node(inputs[i].node_id) : nullptr;
  const auto* value =
      node == nullptr || node->type != "Const" ? nullptr : node->find_attr<TensorAttr>("value");
  if (value == nullptr) return std::nullopt;
  std::vector<int64_t> given;
  if (const auto narrow = value->values.view<int32_t>(); narrow.ok()) {
    given.assign(narrow->begin(), narrow->end());
  } else if (const auto wide = value->values.view<int64_t>(); wide.ok()) {
    given.assign(wide->begin(), wide->end());
  } else {
    return std::nullopt;
  }
  if (given.size() == 1) given.assign(value->shape.element_count().value_or(1), given[0]);
  return given;
}

Result<std::vector<NodeOutput>> infer_outputs(const std::string& type, const NodeShapes& shapes) {
  const KernelRow* row = find_kernel_row(type);
  std::vector<NodeOutput> outputs =
      row != nullptr ? outputs_by_rule(shapes, row->outputs) : outputs_by_custom(shapes);
  if (row != nullptr && row->shape != nullptr) {
    NodeShapes asked = shapes;
    for (NodeOutput& output : outputs) {
      auto shape = row->shape(asked);
      if (!shape.ok()) return std::move(shape).error();
      output.shape = *std::move(shape);
      ++asked.output;
    }
  }
  apply_known_shapes(shapes, row != nullptr, outputs);
  return outputs;
}

}  // namespace holdall::tf1
