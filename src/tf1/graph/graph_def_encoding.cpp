// Field numbers: tf_bundle.md, "The .meta file".
#include "tf1/graph/graph_def_encoding.h"

#include <algorithm>

#include "codec/proto_wire.h"
#include "formats/tf_common/tf_dtypes.h"
#include "tf1/graph/tensor_proto_encoding.h"
#include "tf1/graph/unique_names.h"

namespace holdall::tf1 {
namespace {

// The version of graphs that TensorFlow 1.15.5 writes; readers of both lines take it.
constexpr int64_t kGraphProducer = 134;

std::string encode_static_shape(const StaticShape& shape) {
  std::string message;
  ProtoWriter writer(message);
  for (const int64_t size : shape.dims) {
    std::string dim;
    ProtoWriter(dim).add_int_if_set(1, size);
    writer.add_message(2, dim);
  }
  writer.add_bool_if_set(3, !shape.has_rank);
  return message;
}

// AttrValue.ListValue
std::string encode_list(const AttrList& list) {
  std::string message;
  ProtoWriter writer(message);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&list)) {
    for (const std::string& text : *texts) writer.add_bytes(2, text);
  } else if (const auto* integers = std::get_if<std::vector<int64_t>>(&list)) {
    writer.add_packed_varints(3, *integers);
  } else if (const auto* floats = std::get_if<std::vector<float>>(&list)) {
    writer.add_packed_fixed(4, std::span<const float>(*floats));
  } else if (const auto* bools = std::get_if<std::vector<bool>>(&list)) {
    writer.add_packed_varints(5, *bools);
  } else if (const auto* dtypes = std::get_if<std::vector<DType>>(&list)) {
    std::vector<uint32_t> codes;
    for (const DType dtype : *dtypes) codes.push_back(tf_code_of(dtype));
    writer.add_packed_varints(6, codes);
  } else {
    for (const StaticShape& shape : std::get<std::vector<StaticShape>>(list)) {
      writer.add_message(7, encode_static_shape(shape));
    }
  }
  return message;
}

struct AttrEncoder {
  ProtoWriter writer;

  void operator()(const std::string& text) { writer.add_bytes(2, text); }
  void operator()(int64_t value) { writer.add_int(3, value); }
  void operator()(float value) { writer.add_float(4, value); }
  void operator()(bool value) { writer.add_bool(5, value); }
  void operator()(DType dtype) { writer.add_uint(6, tf_code_of(dtype)); }
  void operator()(const StaticShape& shape) { writer.add_message(7, encode_static_shape(shape)); }
  void operator()(const TensorAttr& tensor) { writer.add_message(8, encode_tensor_proto(tensor)); }
  void operator()(const AttrList& list) { writer.add_message(1, encode_list(list)); }
  void operator()(const RawAttr&) {}  // a whole message by itself
};

void add_attr(ProtoWriter& writer, const std::string& key, const AttrValue& value) {
  std::string value_message;
  if (const auto* raw = std::get_if<RawAttr>(&value)) value_message = raw->message;
  std::visit(AttrEncoder{ProtoWriter(value_message)}, value);
  std::string pair;
  ProtoWriter pair_writer(pair);
  pair_writer.add_bytes(1, key);
  pair_writer.add_message(2, value_message);
  writer.add_message(5, pair);
}

bool is_excluded(const std::string& name, const EncodingOptions& options) {
  if (!name.starts_with(options.scope)) return true;
  return std::any_of(options.excluded.begin(), options.excluded.end(),
                     [&](const std::string& scope) { return name.starts_with(scope); });
}

std::string input_name(const Node& source, int index, const EncodingOptions& options) {
  const std::string end = index == 0 ? "" : ':' + std::to_string(index);
  if (source.name.starts_with(options.scope)) return source.name.substr(options.scope.size()) + end;
  std::string name = "$unbound_inputs_" + source.name + end;
  if (options.unbound != nullptr &&
      std::find(options.unbound->begin(), options.unbound->end(), name) == options.unbound->end())
    options.unbound->push_back(name);
  return name;
}

// What an operation takes where a node says nothing: of those that are made here.
struct DefaultAttr {
  std::string_view type;
  std::string_view key;
};
constexpr DefaultAttr kFalseByDefault[] = {
    {"MatMul", "transpose_a"}, {"MatMul", "transpose_b"},    {"Cast", "Truncate"},
    {"Qr", "full_matrices"},   {"AssignAdd", "use_locking"}, {"AssignSub", "use_locking"}};
constexpr DefaultAttr kTrueByDefault[] = {{"Assign", "validate_shape"},
                                          {"Assign", "use_locking"},
                                          {"MergeV2Checkpoints", "delete_old_dirs"}};
constexpr std::string_view kEmptyByDefault[] = {"container", "shared_name", "separator"};

bool is_default(const Node& node, const std::string& key, const AttrValue& value) {
  const auto is_it = [&](const DefaultAttr& each) {
    return each.type == node.type && each.key == key;
  };
  if (const bool* flag = std::get_if<bool>(&value)) {
    return *flag ? std::any_of(std::begin(kTrueByDefault), std::end(kTrueByDefault), is_it)
                 : std::any_of(std::begin(kFalseByDefault), std::end(kFalseByDefault), is_it) ||
                       key == "keep_dims";
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return text->empty() && std::find(std::begin(kEmptyByDefault), std::end(kEmptyByDefault),
                                      key) != std::end(kEmptyByDefault);
  }
  if (const auto* number = std::get_if<int64_t>(&value)) {
    return *number == 0 && (key == "seed" || key == "seed2" || key.ends_with("_mask") ||
                            (node.type == "Pack" && key == "axis"));
  }
  return false;
}

// A node's belonging to another goes by the other's name inside the scope; to one outside it is
// forgotten.
void leave_scope(const EncodingOptions& options, std::map<std::string, AttrValue>& attrs) {
  const auto at = attrs.find("_class");
  if (at == attrs.end() || options.scope.empty()) return;
  auto* list = std::get_if<AttrList>(&at->second);
  auto* texts = list == nullptr ? nullptr : std::get_if<std::vector<std::string>>(list);
  if (texts == nullptr) return;
  const std::string inside = "loc:@" + options.scope;
  std::erase_if(*texts, [&](const std::string& text) {
    return text.starts_with("loc:@") && !text.starts_with(inside);
  });
  for (std::string& text : *texts) {
    if (text.starts_with(inside)) text = without_prefix(options.scope, text);
  }
  if (texts->empty()) attrs.erase(at);
}

}  // namespace

std::string encode_node_def(const GraphRep& graph, const Node& node,
                            const EncodingOptions& options) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, node.name.substr(options.scope.size()));
  writer.add_bytes_if_set(2, node.type);
  for (const NodeInput& input : node.inputs) {
    writer.add_bytes(3, input_name(graph.node(input.node_id), input.index, options));
  }
  for (const uint64_t id : node.control_inputs) {
    const Node& source = graph.node(id);
    // Whom it waits for outside the scope is no part of what it computes.
    if (is_excluded(source.name, options)) continue;
    writer.add_bytes(3, '^' + source.name.substr(options.scope.size()));
  }
  if (!options.clear_devices) writer.add_bytes_if_set(4, node.device);
  std::map<std::string, AttrValue> attrs = node.attrs;
  leave_scope(options, attrs);
  if (options.shapes == InferredShapes::kWrite && !node.outputs.empty()) {
    std::vector<StaticShape> inferred;
    for (const NodeOutput& output : node.outputs) inferred.push_back(output.shape);
    attrs["_output_shapes"] = AttrList(std::move(inferred));
  }
  for (const auto& [key, value] : attrs) {
    if (options.strip_default_attrs && is_default(node, key, value)) continue;
    add_attr(writer, key, value);
  }
  return message;
}

std::string encode_graph_def(const GraphRep& graph, const EncodingOptions& options) {
  std::string message;
  ProtoWriter writer(message);
  for (uint64_t id = 0; id < graph.node_count(); ++id) {
    const Node& node = graph.node(id);
    if (!is_excluded(node.name, options))
      writer.add_message(1, encode_node_def(graph, node, options));
  }
  std::string versions;
  ProtoWriter(versions).add_int_if_set(1, kGraphProducer);
  writer.add_message(4, versions);
  return message;
}

}  // namespace holdall::tf1
