// Field numbers: tf_bundle.md, "The .meta file".
#include "tf1/graph/graph_def_decoding.h"

#include "base/message.h"
#include "base/quote.h"
#include "base/text_bytes.h"
#include "base/try.h"
#include "codec/proto_wire.h"
#include "formats/tf_common/tf_dtypes.h"
#include "tf1/graph/tensor_proto_decoding.h"

namespace holdall::tf1 {
namespace {

// What an AttrValue.ListValue holds, by the fields that occur.
struct ListFields {
  std::vector<std::string> texts;
  std::vector<int64_t> integers;
  std::vector<float> floats;
  std::vector<uint64_t> bools;
  std::vector<uint64_t> types;
  std::vector<StaticShape> shapes;
  bool has_others = false;
};

Result<ListFields> read_list(ProtoReader list) {
  ListFields fields;
  while (list.next()) {
    switch (list.number()) {
      case 2: fields.texts.emplace_back(list.as_string()); break;
      case 3: list.append_varints(fields.integers); break;
      case 4: list.append_fixed(fields.floats); break;
      case 5: list.append_varints(fields.bools); break;
      case 6: list.append_varints(fields.types); break;
      case 7: {
        HOLDALL_ASSIGN(auto shape, decode_static_shape(list.as_message()));
        fields.shapes.push_back(std::move(shape));
        break;
      }
      default: fields.has_others = true;
    }
  }
  HOLDALL_TRY(list.status());
  return fields;
}

// None for a list of several kinds, or of one that has no form here.
std::optional<AttrList> make_list(ListFields fields) {
  const int kinds = !fields.texts.empty() + !fields.integers.empty() + !fields.floats.empty() +
                    !fields.bools.empty() + !fields.types.empty() + !fields.shapes.empty();
  if (kinds > 1 || fields.has_others) return std::nullopt;
  if (!fields.texts.empty()) return std::move(fields.texts);
  if (!fields.integers.empty()) return std::move(fields.integers);
  if (!fields.floats.empty()) return std::move(fields.floats);
  if (!fields.shapes.empty()) return std::move(fields.shapes);
  if (!fields.bools.empty()) return std::vector<bool>(fields.bools.begin(), fields.bools.end());
  std::vector<DType> dtypes;
  for (const uint64_t code : fields.types) {
    dtypes.push_back(dtype_of_tf_code(code));
    if (dtypes.back() == DType::kUnknown) return std::nullopt;
  }
  return dtypes;
}

struct MapEntry {
  std::string_view key;
  std::span<const std::byte> value;
};

Result<MapEntry> read_map_entry(ProtoReader entry) {
  MapEntry read;
  while (entry.next()) {
    if (entry.number() == 1) read.key = entry.as_string();
    if (entry.number() == 2) read.value = entry.as_bytes();
  }
  HOLDALL_TRY(entry.status());
  return read;
}

}  // namespace

Result<AttrValue> decode_attr_value(std::span<const std::byte> message) {
  AttrValue value = RawAttr{std::string(text_of(message))};
  ProtoReader reader(message);
  while (reader.next()) {
    switch (reader.number()) {
      case 1: {
        HOLDALL_ASSIGN(auto fields, read_list(reader.as_message()));
        if (auto list = make_list(std::move(fields))) value = *std::move(list);
        break;
      }
      case 2: value = std::string(reader.as_string()); break;
      case 3: value = reader.as_int64(); break;
      case 4: value = reader.as_float(); break;
      case 5: value = reader.as_bool(); break;
      case 6: {
        const DType dtype = dtype_of_tf_code(reader.as_uint64());
        if (dtype != DType::kUnknown) value = dtype;
        break;
      }
      case 7: {
        HOLDALL_ASSIGN(value, decode_static_shape(reader.as_message()));
        break;
      }
      case 8: {
        auto tensor = decode_tensor_proto_attr(reader.as_message());
        // A constant of a type that has no values here is carried along.
        if (!tensor.ok() && tensor.error().code != Code::kUnsupported) return tensor.error();
        if (tensor.ok()) value = *std::move(tensor);
        break;
      }
      default: break;
    }
  }
  HOLDALL_TRY(reader.status());
  return value;
}

Result<NodeDef> decode_node_def(std::span<const std::byte> message) {
  NodeDef node;
  ProtoReader reader(message);
  while (reader.next()) {
    switch (reader.number()) {
      case 1: node.name = reader.as_string(); break;
      case 2: node.type = reader.as_string(); break;
      case 3: node.inputs.emplace_back(reader.as_string()); break;
      case 4: node.device = reader.as_string(); break;
      case 5: {
        HOLDALL_ASSIGN(const MapEntry entry, read_map_entry(reader.as_message()));
        HOLDALL_ASSIGN(auto value, decode_attr_value(entry.value));
        node.attrs.insert_or_assign(std::string(entry.key), std::move(value));
        break;
      }
      default: break;
    }
  }
  HOLDALL_TRY(reader.status());
  return node;
}

Result<std::vector<NodeDef>> decode_graph_def(std::span<const std::byte> message) {
  std::vector<NodeDef> nodes;
  ProtoReader reader(message);
  while (reader.next()) {
    if (reader.number() != 1) continue;
    auto node = decode_node_def(reader.as_bytes());
    if (!node.ok()) {
      Error error = std::move(node).error();
      error.message = holdall::message("node {}: ", nodes.size()) + error.message;
      return error;
    }
    nodes.push_back(*std::move(node));
  }
  HOLDALL_TRY(reader.status());
  return nodes;
}

}  // namespace holdall::tf1
