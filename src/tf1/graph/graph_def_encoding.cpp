// Field numbers: tf_bundle.md, "The .meta file".
#include "tf1/graph/graph_def_encoding.h"

#include "codec/proto_wire.h"
#include "formats/tf_common/tf_dtypes.h"
#include "tf1/graph/tensor_proto_encoding.h"

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
};

void add_attr(ProtoWriter& writer, const std::string& key, const AttrValue& value) {
  std::string value_message;
  std::visit(AttrEncoder{ProtoWriter(value_message)}, value);
  std::string pair;
  ProtoWriter pair_writer(pair);
  pair_writer.add_bytes(1, key);
  pair_writer.add_message(2, value_message);
  writer.add_message(5, pair);
}

std::string input_name(const Node& source, int index) {
  return index == 0 ? source.name : source.name + ':' + std::to_string(index);
}

}  // namespace

std::string encode_node_def(const GraphRep& graph, const Node& node, InferredShapes shapes) {
  std::string message;
  ProtoWriter writer(message);
  writer.add_bytes_if_set(1, node.name);
  writer.add_bytes_if_set(2, node.type);
  for (const NodeInput& input : node.inputs) {
    writer.add_bytes(3, input_name(graph.node(input.node_id), input.index));
  }
  for (const uint64_t id : node.control_inputs) writer.add_bytes(3, '^' + graph.node(id).name);
  writer.add_bytes_if_set(4, node.device);
  std::map<std::string, AttrValue> attrs = node.attrs;
  if (shapes == InferredShapes::kWrite && !node.outputs.empty()) {
    std::vector<StaticShape> inferred;
    for (const NodeOutput& output : node.outputs) inferred.push_back(output.shape);
    attrs["_output_shapes"] = AttrList(std::move(inferred));
  }
  for (const auto& [key, value] : attrs) add_attr(writer, key, value);
  return message;
}

std::string encode_graph_def(const GraphRep& graph, InferredShapes shapes) {
  std::string message;
  ProtoWriter writer(message);
  for (uint64_t id = 0; id < graph.node_count(); ++id) {
    writer.add_message(1, encode_node_def(graph, graph.node(id), shapes));
  }
  std::string versions;
  ProtoWriter(versions).add_int_if_set(1, kGraphProducer);
  writer.add_message(4, versions);
  return message;
}

}  // namespace holdall::tf1
